"""Files of rosters, and what a version says to somebody who is about to sign it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from fdd.core.errors import InvalidInputError
from fdd.language import told
from fdd.protocol.errors import RosterError
from fdd.protocol.messages import RosterVersions
from fdd.protocol.roster import (
    Member,
    Roster,
    SignedRoster,
    next_version,
    roster_of,
    signers,
    words_of,
)
from fdd.protocol.signing import PublicKey

__all__ = ["Described", "describe", "read_chain", "read_document", "require_signer"]


@dataclass(frozen=True)
class Described:
    """A version, set against the one before.

    Attributes:
        before: The version in force; None: not given, or there is none.
        changes: One line for each member, site, key or rule that changes.
        signed_by: Members, of this version or the one before, whose signature it holds.
    """

    roster: Roster
    before: Roster | None
    changes: tuple[str, ...]
    signed_by: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """What signers compare by telephone."""
        return words_of(self.roster.digest())

    def document(self) -> dict[str, object]:
        """Everything, for ``--json``."""
        return {
            "roster": self.roster.model_dump(mode="json"),
            "digest": self.roster.digest(),
            "words": self.words,
            "changes": list(self.changes),
            "signed_by": list(self.signed_by),
        }

    def lines(self) -> Iterator[str]:
        """Everything, for a person."""
        roster = self.roster
        yield f"{roster.consortium}, version {roster.version}: {' '.join(self.words)}"
        needed = self.before.threshold if self.before is not None else len(roster.members)
        yield f"signed by: {', '.join(self.signed_by) or told('nobody yet')}"
        yield f"needed: {needed}, and each member whose key is new; later: {roster.threshold}"
        for member in roster.members:
            own = [site for site in roster.sites if site.institution == member.institution]
            yield f"{member.institution}  {member.name_ko} · {member.name_en}"
            yield f"  offline key  {' '.join(PublicKey(member.key).words())}"
            for site in own:
                for key in site.keys:
                    yield f"  site {site.site}  {' '.join(PublicKey(key).words())}"
        yield ""
        yield "What changes:"
        yield from (f"  {told(change)}" for change in self.changes)


def read_document(file: Path) -> SignedRoster:
    """A draft or a signed version.

    Raises:
        InvalidInputError: if the file holds none.
    """
    try:
        return SignedRoster.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{file.name} holds no version of a roster",
            hint="Ask the operator for it: fdd-server admin roster draft",
        ) from error


def read_chain(file: Path) -> tuple[Roster, ...]:
    """The versions in a file, each checked against the one before.

    Raises:
        InvalidInputError: if the file holds no chain.
        RosterError: if a version does not follow, or too few members signed it.
    """
    try:
        versions = RosterVersions.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{file.name} holds no chain of rosters",
            hint="Ask the operator for it: fdd-server admin roster export",
        ) from error
    chain: list[Roster] = []
    for signed in versions.items:
        chain.append(next_version(chain[-1] if chain else None, signed))
    if not chain:
        raise InvalidInputError(
            f"{file.name} holds no version of a roster",
            hint="Give a file of fdd-server admin roster draft or export",
        )
    return tuple(chain)


def describe(signed: SignedRoster, chain: Sequence[Roster] | None) -> Described:
    """A version and what it changes.

    Raises:
        RosterError: if it is none, or does not follow the last one of ``chain``.
    """
    roster = roster_of(signed)
    before = chain[-1] if chain else None
    if before is not None and (roster.previous, roster.version) != (
        before.digest(),
        before.version + 1,
    ):
        raise RosterError(
            f"Version {roster.version} does not follow version {before.version}",
            hint="Ask the operator for a draft on top of the version in force",
        )
    everyone = {*roster.members, *(before.members if before is not None else ())}
    return Described(
        roster, before, tuple(_changes(before, roster)), tuple(sorted(signers(signed, everyone)))
    )


def require_signer(found: Described, key: str) -> None:
    """Refuse a key whose signature would count for nothing.

    Raises:
        RosterError: if it is no member's, in this version or the one before.
    """
    before = found.before.members if found.before is not None else ()
    if key not in {member.key for member in (*found.roster.members, *before)}:
        raise RosterError(
            "No member of this version has that key",
            hint="Use your institution's key; after a change, give --before",
        )


def _changes(before: Roster | None, after: Roster) -> Iterator[str]:
    if before is None:
        yield "everything: this is a founding version, or --before was not given"
        return
    old, new = _members(before.members), _members(after.members)
    yield from (f"+ member {name}" for name in sorted(new.keys() - old.keys()))
    yield from (f"- member {name}" for name in sorted(old.keys() - new.keys()))
    yield from (
        f"~ member {name}: other offline key"
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    )
    sites_before = {site.site: site for site in before.sites}
    sites_after = {site.site: site for site in after.sites}
    for name in sorted(sites_before.keys() | sites_after.keys()):
        was, now = sites_before.get(name), sites_after.get(name)
        if was is None and now is not None:
            yield f"+ site {name} of {now.institution}"
        elif now is None:
            yield f"- site {name}"
        elif was is not None and was != now:
            yield f"~ site {name}: keys {len(was.keys)} → {len(now.keys)}"
    if before.threshold != after.threshold:
        yield f"~ signatures needed from now on: {before.threshold} → {after.threshold}"


def _members(members: Sequence[Member]) -> dict[str, str]:
    return {member.institution: member.key for member in members}
