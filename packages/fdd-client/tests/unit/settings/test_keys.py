"""Keys over time: what was signed with a former key is still this site's."""

from __future__ import annotations

import pytest

from fdd.protocol.statements import signer_of
from fdd_client.policy import load_policy
from fdd_client.settings import NotJoinedError, SiteFolder, SiteFolderError, next_key
from fdd_client.settings.keys import prepare_key, turn_key
from fdd_client.vault.renewing import renew_certificates
from fdd_client.vault.vault import Vault


def test_the_next_key_is_made_once_and_takes_the_place_of_the_old_one(site):
    before = site.signing_key().public.hex
    following = prepare_key(site)
    assert prepare_key(site).public.hex == following.public.hex
    assert site.signing_key().public.hex == before
    assert site.next_key.stat().st_mode & 0o077 == 0
    assert turn_key(site).public.hex == following.public.hex
    assert next_key(site) is None
    assert [key.hex for key in site.own_keys()] == [following.public.hex, before]


def test_policy_and_certificates_outlive_two_changes_of_the_key(stocked_site, allowing, signs):
    signs(stocked_site, allowing())
    policy = load_policy(stocked_site)
    (old,) = Vault(stocked_site).certificates()
    for _ in range(2):
        prepare_key(stocked_site)
        key = turn_key(stocked_site)
        renew_certificates(stocked_site, stocked_site.identity(), key)
    assert load_policy(stocked_site) == policy
    (signed,) = Vault(stocked_site).certificates()
    assert signed.payload == old.payload
    assert signer_of(signed, [stocked_site.signing_key().public]) is not None


def test_a_kill_before_the_new_key_is_in_its_place_loses_nothing(site):
    before = site.signing_key().public.hex
    following = prepare_key(site)
    site.end_membership()  # noted, then killed
    assert site.signing_key().public.hex == before
    assert turn_key(site).public.hex == following.public.hex
    assert before in {key.hex for key in site.own_keys()}


def test_without_a_next_key_nothing_turns(site, tmp_path):
    with pytest.raises(SiteFolderError):
        turn_key(site)
    with pytest.raises(NotJoinedError):
        prepare_key(SiteFolder(tmp_path / "nobody"))
