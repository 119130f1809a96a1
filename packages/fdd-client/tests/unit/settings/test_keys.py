"""Keys over time: what was signed with a former key is still this site's."""

from __future__ import annotations

import time

import pytest

from fdd.protocol.statements import signer_of
from fdd_client.policy import load_policy
from fdd_client.settings import (
    KeyOverlapError,
    NotJoinedError,
    SiteFolder,
    SiteFolderError,
    drop_key,
    next_key,
    refused_key,
)
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


def test_a_key_does_not_change_again_while_the_one_before_is_accepted(site):
    prepare_key(site)
    turn_key(site, accepted_until=time.time() + 3600)
    with pytest.raises(KeyOverlapError, match="accepted until") as refused:
        prepare_key(site)
    assert refused.value.hint
    assert next_key(site) is None


def test_a_key_changes_again_once_the_one_before_has_ended(site):
    prepare_key(site)
    turn_key(site, accepted_until=time.time() - 1)
    assert prepare_key(site).public.hex != site.signing_key().public.hex


def test_a_refused_change_is_remembered_until_another_is_tried(site):
    prepare_key(site)
    drop_key(site, "FDD-2209")
    assert next_key(site) is None
    assert refused_key(site).code == "FDD-2209"
    prepare_key(site)
    assert refused_key(site) is None
