from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.core.canonical import canonical_bytes
from fdd.protocol.errors import RosterError
from fdd.protocol.roster import (
    FOUNDING,
    Member,
    Roster,
    RosterSite,
    SignedRoster,
    merged,
    next_version,
    roster_of,
    sign_roster,
    signers,
    unsigned,
    words_of,
)
from fdd.protocol.signing import SigningKey

KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 9)]


def member(number: int, key: SigningKey | None = None) -> Member:
    key = key or KEYS[number]
    return Member(institution=f"m{number}", name_ko="기관", name_en="M", key=key.public.hex)


def founding(members: int = 3, threshold: int = 2) -> Roster:
    return Roster(
        consortium="C",
        version=1,
        previous=FOUNDING,
        threshold=threshold,
        members=tuple(member(number) for number in range(members)),
        made_at=1.0,
    )


def after(roster: Roster, **changes: object) -> Roster:
    following = {"version": roster.version + 1, "previous": roster.digest(), **changes}
    return Roster.model_validate({**roster.model_dump(), **following})


def signed_by(roster: Roster, *keys: SigningKey) -> SignedRoster:
    document = unsigned(roster)
    for key in keys:
        document = sign_roster(document, key)
    return document


def test_a_founding_version_needs_every_founder():
    roster = founding()
    assert next_version(None, signed_by(roster, *KEYS[:3])) == roster
    with pytest.raises(RosterError, match="whose key is new"):
        next_version(None, signed_by(roster, *KEYS[:2]))


@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.sets(st.integers(0, 7)),
)
def test_exactly_a_quorum_of_the_version_before_admits_the_next(shape, who):
    members, threshold = shape
    roster = founding(members, threshold)
    site = RosterSite(site="s", institution="m0", keys=(SigningKey(b"s" * 32).public.hex,))
    document = signed_by(after(roster, sites=(site,)), *(KEYS[number] for number in sorted(who)))
    if len(who & set(range(members))) >= threshold:
        assert next_version(roster, document).admits("s", site.keys[0])
    else:
        with pytest.raises(RosterError):
            next_version(roster, document)


def test_a_new_member_is_let_in_by_the_old_ones_and_proves_its_key():
    roster = founding()
    larger = after(roster, members=(*roster.members, member(3)))
    next_version(roster, signed_by(larger, KEYS[0], KEYS[1], KEYS[3]))
    with pytest.raises(RosterError):
        next_version(roster, signed_by(larger, KEYS[0], KEYS[1]))
    with pytest.raises(RosterError):
        next_version(roster, signed_by(larger, KEYS[0], KEYS[3]))


def test_a_member_changes_its_offline_key_with_the_signature_of_both():
    roster = founding()
    changed = after(roster, members=(member(0, KEYS[7]), *roster.members[1:]))
    next_version(roster, signed_by(changed, KEYS[7], KEYS[1], KEYS[2]))
    next_version(roster, signed_by(changed, KEYS[7], KEYS[0], KEYS[2]))
    with pytest.raises(RosterError):
        next_version(roster, signed_by(changed, KEYS[0], KEYS[1], KEYS[2]))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 3},
        {"version": 1},
        {"previous": "1" * 64},
        {"previous": FOUNDING},
        {"consortium": "Another"},
    ],
)
def test_a_version_that_does_not_follow_is_refused(changes):
    roster = founding()
    with pytest.raises(RosterError):
        next_version(roster, signed_by(after(roster, **changes), *KEYS))


def test_a_signature_holds_for_one_content_only():
    roster = founding()
    good = signed_by(after(roster, made_at=2.0), *KEYS[:3])
    forged = good.model_copy(update={"payload": unsigned(after(roster, made_at=3.0)).payload})
    with pytest.raises(RosterError):
        next_version(roster, forged)


def test_another_text_of_the_same_roster_is_refused():
    document = signed_by(founding(), *KEYS[:3])
    spaced = json.dumps(json.loads(document.payload))
    with pytest.raises(RosterError, match="canonical"):
        roster_of(document.model_copy(update={"payload": spaced}))


@pytest.mark.parametrize("payload", ["", "[]", "{}", "nonsense", '{"format":1}'])
def test_what_is_no_roster_is_refused(payload):
    with pytest.raises(RosterError):
        roster_of(SignedRoster(payload=payload))


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 4},
        {"members": (member(0), member(0))},
        {"members": (member(1), member(0))},
        {"members": (member(0), member(1, KEYS[0]))},
        {"sites": (RosterSite(site="s", institution="m9", keys=(KEYS[7].public.hex,)),)},
        {"sites": (RosterSite(site="s", institution="m0", keys=(KEYS[0].public.hex,)),)},
    ],
)
def test_an_inconsistent_roster_cannot_be_made(wrong):
    with pytest.raises(ValueError, match=r"twice|once|above|no member"):
        Roster.model_validate({**founding().model_dump(), **wrong})


def test_copies_that_went_round_are_merged_and_other_content_is_not():
    roster = founding()
    copies = [signed_by(roster, key) for key in KEYS[:3]]
    whole = merged(copies)
    assert signers(whole, roster.members) == {"m0", "m1", "m2"}
    next_version(None, whole)
    with pytest.raises(RosterError, match="different"):
        merged([copies[0], signed_by(founding(2), KEYS[0])])
    with pytest.raises(RosterError):
        merged([])


def test_the_words_are_of_the_digest():
    roster = founding()
    assert len(words_of(roster.digest())) == 6
    assert words_of(roster.digest()) != words_of(after(roster).digest())
    assert canonical_bytes(roster).decode() == unsigned(roster).payload
