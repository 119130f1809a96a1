"""A site takes what the members signed, and nothing else, whoever shows it."""

from __future__ import annotations

import pytest

from fdd.protocol.messages import RosterVersions
from fdd.protocol.roster import (
    FOUNDING,
    Member,
    Roster,
    RosterSite,
    SignedRoster,
    sign_roster,
    unsigned,
    words_of,
)
from fdd.protocol.signing import SigningKey
from fdd_client.roster import PinnedRoster, RosterRefusedError

OFFLINE = [SigningKey(bytes([number]) * 32) for number in (1, 2, 3)]


def signed_by(roster: Roster, *keys: SigningKey) -> SignedRoster:
    document = unsigned(roster)
    for key in keys:
        document = sign_roster(document, key)
    return document


def after(roster: Roster, **changes: object) -> Roster:
    values = {"version": roster.version + 1, "previous": roster.digest(), **changes}
    return Roster.model_validate({**roster.model_dump(), **values})


def listed(name: str, key: str) -> RosterSite:
    return RosterSite(site=name, institution="m0", keys=(key,))


@pytest.fixture
def founding(site) -> Roster:
    own = site.signing_key().public.hex
    other = SigningKey(b"o" * 32).public.hex
    return Roster(
        consortium="Test consortium",
        version=1,
        previous=FOUNDING,
        threshold=2,
        members=tuple(
            Member(institution=f"m{number}", name_ko="기관", name_en="M", key=key.public.hex)
            for number, key in enumerate(OFFLINE)
        ),
        sites=(listed("other", other), listed("site-one", own)),
        made_at=1.0,
    )


@pytest.fixture
def pinned(site, founding) -> PinnedRoster:
    found = PinnedRoster(site)
    assert found.accept(RosterVersions(items=(signed_by(founding, *OFFLINE),)))
    return found


def refuse(site, pinned, document: SignedRoster) -> None:
    before = site.roster.read_bytes()
    with pytest.raises(RosterRefusedError):
        pinned.accept(RosterVersions(items=(document,)))
    assert pinned.version == 1
    assert site.roster.read_bytes() == before


def test_what_was_taken_is_there_after_a_restart(site, pinned, founding):
    later = after(founding, made_at=2.0)
    assert pinned.accept(RosterVersions(items=(signed_by(later, *OFFLINE[:2]),)))
    again = PinnedRoster(site)
    assert (again.version, again.current) == (2, later)
    assert again.founding_words() == words_of(founding.digest())
    assert again.words() == words_of(later.digest())
    assert not again.accept(RosterVersions(items=()))


def test_a_version_of_the_hub_alone_is_refused(site, pinned, founding):
    sybil = listed("sybil", SigningKey().public.hex)
    forged = after(founding, sites=(*founding.sites, sybil))
    refuse(site, pinned, signed_by(forged))
    refuse(site, pinned, signed_by(forged, SigningKey()))
    refuse(site, pinned, signed_by(forged, OFFLINE[0]))


def test_another_founding_and_an_older_version_are_refused(site, pinned, founding):
    refuse(site, pinned, signed_by(founding, *OFFLINE))
    other = founding.model_copy(update={"made_at": 9.0})
    refuse(site, pinned, signed_by(other, *OFFLINE))


def test_the_cohort_is_compared_with_the_roster(site, pinned):
    own = site.signing_key().public.hex
    assert pinned.refuses("site-one", own, ["other", "site-one"]) is None
    assert pinned.refuses("site-one", own, ["other", "site-one", "sybil"]) == "cohort_not_in_roster"
    assert pinned.refuses("site-one", own, ["other"]) == "not_in_roster"
    assert pinned.refuses("site-one", own, []) == "not_in_roster"
    assert pinned.refuses("site-one", "f" * 64, ["site-one"]) == "not_in_roster"


def test_without_a_roster_the_hub_alone_decides(site):
    assert PinnedRoster(site).refuses("site-one", "f" * 64, []) is None


def test_words_that_were_given_must_be_the_founding_ones(site, founding):
    versions = RosterVersions(items=(signed_by(founding, *OFFLINE),))
    strict = PinnedRoster(site, ["not", "the", "words", "we", "heard", "there"])
    assert strict.refuses("site-one", "f" * 64, ["site-one"]) == "not_in_roster"
    with pytest.raises(RosterRefusedError, match="other words"):
        strict.accept(versions)
    assert not site.roster.exists()
    assert PinnedRoster(site, words_of(founding.digest())).accept(versions)


def test_a_damaged_file_is_not_taken_for_no_roster(site, pinned):
    site.roster.write_bytes(site.roster.read_bytes()[:-20])
    with pytest.raises(RosterRefusedError):
        PinnedRoster(site)
