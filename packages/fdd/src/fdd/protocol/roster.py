"""The roster: which institutions and site keys a consortium consists of, signed by its members.

Each version is signed by members with keys that they keep offline, so that whoever holds the hub,
its database and its keys can still add nobody. A chain of versions that begins with a founding
version, once pinned, admits only what enough members of each version before have signed.

Rules of a version (as in The Update Framework's root role): it names its predecessor by digest and
follows it without a gap; at least ``threshold`` members of the predecessor have signed it; and each
offline key that is new in it has signed it too, which proves that somebody holds that key. Hence
the founding version is signed by every founder.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fdd.core.canonical import canonical_bytes
from fdd.core.ids import Digest, Name, SiteId
from fdd.protocol.errors import RosterError, SignatureError
from fdd.protocol.fingerprint import fingerprint_words
from fdd.protocol.signing import PublicKey, SigningKey, unbase64
from fdd.protocol.statements import statement_message

__all__ = [
    "FOUNDING",
    "Member",
    "Roster",
    "RosterSite",
    "SignedRoster",
    "merged",
    "next_version",
    "roster_of",
    "sign_roster",
    "signers",
    "unsigned",
    "words_of",
]

FOUNDING: Final = "0" * 64
"""What the first version names as its predecessor."""
_KIND: Final = "roster"
_Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Title = Annotated[str, Field(min_length=1, max_length=120)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Part):
    """An institution and the public half of its offline key (Ed25519, hexadecimal)."""

    institution: Name
    name_ko: _Title
    name_en: _Title
    key: _Key


class RosterSite(_Part):
    """A site of a member; two keys while one takes the other's place."""

    site: SiteId
    institution: Name
    keys: tuple[_Key, ...] = Field(min_length=1, max_length=2)


class Roster(_Part):
    """One version of the roster.

    Attributes:
        version: 1, 2, 3 …
        previous: Digest of the version before; ``FOUNDING`` in the first.
        threshold: How many members must sign the next version.
        members: In the order of their names.
        sites: In the order of their names.
        made_at: Seconds since the epoch, as its author says.
    """

    format: Literal[1] = 1
    consortium: _Title
    version: int = Field(ge=1)
    previous: Digest
    threshold: int = Field(ge=1, le=200)
    members: tuple[Member, ...] = Field(min_length=1, max_length=200)
    sites: tuple[RosterSite, ...] = Field(default=(), max_length=5000)
    made_at: float

    @model_validator(mode="after")
    def _consistent(self) -> Roster:
        names = [member.institution for member in self.members]
        sites = [site.site for site in self.sites]
        keys = [member.key for member in self.members]
        keys += [key for site in self.sites for key in site.keys]
        if len(set(keys)) != len(keys):
            raise ValueError("a key is named twice")
        if names != sorted(set(names)) or sites != sorted(set(sites)):
            raise ValueError("members and sites are named once each, in order")
        if self.threshold > len(names):
            raise ValueError("the threshold is above the number of members")
        if {site.institution for site in self.sites} - set(names):
            raise ValueError("a site belongs to no member")
        return self

    def digest(self) -> Digest:
        """What the next version names, and what people compare by voice."""
        return blake3(canonical_bytes(self)).hexdigest()

    def member(self, institution: str) -> Member | None:
        """A member by name."""
        return next((m for m in self.members if m.institution == institution), None)

    def admits(self, site: SiteId, key: str) -> bool:
        """Whether this key speaks for this site."""
        return any(one.site == site and key in one.keys for one in self.sites)

    def lists(self, sites: Iterable[SiteId]) -> bool:
        """Whether all of ``sites`` are in the roster."""
        return set(sites) <= {one.site for one in self.sites}


class SignedRoster(_Part):
    """A version as canonical JSON, and signatures (base64) by the offline key that made them."""

    payload: Annotated[str, Field(max_length=2 << 20)]
    signatures: dict[_Key, Annotated[str, Field(max_length=88)]] = Field(
        default_factory=dict, max_length=400
    )


def unsigned(roster: Roster) -> SignedRoster:
    """A draft that members can sign."""
    return SignedRoster(payload=canonical_bytes(roster).decode())


def roster_of(signed: SignedRoster) -> Roster:
    """What a document says, whoever has signed it.

    Raises:
        RosterError: if it is no roster in canonical form.
    """
    try:
        roster = Roster.model_validate(json.loads(signed.payload))
    except ValidationError as error:
        raise _refused(f"is not valid: {error.errors(include_input=False)[0]['msg']}") from error
    except ValueError as error:
        raise _refused("is not a roster") from error
    if canonical_bytes(roster).decode() != signed.payload:
        raise _refused("is not in canonical form")
    return roster


def sign_roster(signed: SignedRoster, key: SigningKey) -> SignedRoster:
    """Add the signature of an offline key.

    Raises:
        RosterError: if the document is no roster.
    """
    roster_of(signed)
    value = base64.b64encode(key.sign(_message(signed))).decode()
    return signed.model_copy(update={"signatures": {**signed.signatures, key.public.hex: value}})


def merged(documents: Sequence[SignedRoster]) -> SignedRoster:
    """One document with the signatures of all copies that went round.

    Raises:
        RosterError: if there is none, or they are not copies of one version.
    """
    if not documents or len({one.payload for one in documents}) != 1:
        raise _refused("comes in copies of different content")
    signatures = {name: value for one in documents for name, value in one.signatures.items()}
    return documents[0].model_copy(update={"signatures": signatures})


def signers(signed: SignedRoster, members: Iterable[Member]) -> frozenset[str]:
    """Those of ``members`` whose valid signature the document holds."""
    return frozenset(m.institution for m in members if _has_signed(signed, m))


def next_version(previous: Roster | None, signed: SignedRoster) -> Roster:
    """The roster after ``previous``; None stands for none, whose successor is a founding version.

    Raises:
        RosterError: if the document does not follow, or too few members have signed it.
    """
    roster = roster_of(signed)
    before = previous.members if previous is not None else ()
    after = (previous.digest(), previous.version + 1) if previous is not None else (FOUNDING, 1)
    if (roster.previous, roster.version) != after:
        raise _refused(f"does not follow version {after[1] - 1}", version=roster.version)
    if previous is not None and previous.consortium != roster.consortium:
        raise _refused("is another consortium's", version=roster.version)
    known = {member.key for member in before}
    for member in roster.members:
        if member.key not in known and not _has_signed(signed, member):
            raise _refused(
                f"lacks the signature of {member.institution}, whose key is new in it",
                version=roster.version,
                institution=member.institution,
            )
    if previous is not None:
        have = len(signers(signed, before))
        if have < previous.threshold:
            raise _refused(
                f"is signed by {have} members of version {previous.version}; "
                f"{previous.threshold} must sign",
                version=roster.version,
                signed=have,
                needed=previous.threshold,
            )
    return roster


def words_of(digest: Digest) -> list[str]:
    """Six words that people compare over the telephone."""
    return fingerprint_words(bytes.fromhex(digest))


def _has_signed(signed: SignedRoster, member: Member) -> bool:
    value = signed.signatures.get(member.key)
    if value is None:
        return False
    try:
        PublicKey(member.key).verify(unbase64(value), _message(signed))
    except SignatureError:
        return False
    return True


def _message(signed: SignedRoster) -> bytes:
    return statement_message(_KIND, signed.payload.encode())


def _refused(why: str, **params: str | int) -> RosterError:
    return RosterError(
        f"The roster {why}",
        hint="Ask the members what they have signed; compare the words by telephone",
        **params,
    )
