"""Keys over time: what was signed with a former key is still this site's."""

from __future__ import annotations

import pytest

from fdd_client.policy import load_policy
from fdd_client.settings import (
    SiteFolderError,
    next_key,
    own_keys,
    prepare_key,
    turn_key,
)
from fdd_client.vault import Vault


def test_the_next_key_is_made_once_and_takes_the_place_of_the_old_one(site):
    before = site.signing_key().public.hex
    following = prepare_key(site)
    assert prepare_key(site).public.hex == following.public.hex
    assert site.signing_key().public.hex == before
    assert site.next_key.stat().st_mode & 0o077 == 0
    assert turn_key(site).public.hex == following.public.hex
    assert next_key(site) is None
    assert [key.hex for key in own_keys(site)] == [following.public.hex, before]
    assert before not in site.key.read_bytes().hex()


def test_policy_and_certificates_outlive_two_changes_of_the_key(stocked_site, allowing, signs):
    signs(stocked_site, allowing())
    policy = load_policy(stocked_site)
    (old,) = Vault(stocked_site).certificates()
    for _ in range(2):
        prepare_key(stocked_site)
        turn_key(stocked_site)
    assert load_policy(stocked_site) == policy
    (signed,) = Vault(stocked_site).certificates()
    assert signed.payload == old.payload
    assert signed.signature != old.signature
    key = stocked_site.signing_key().public
    from fdd.data.certificate import ValidityCertificate
    from fdd.protocol.statements import open_statement

    assert open_statement(signed, "certificate", ValidityCertificate, key).passes


def test_a_kill_between_the_record_and_the_new_key_loses_nothing(site, monkeypatch):
    before = site.signing_key().public.hex
    following = prepare_key(site)
    kept = site.next_key.read_bytes()
    turn_key(site)
    record = site.former_keys.read_bytes()
    site.next_key.write_bytes(kept)
    site.next_key.chmod(0o600)
    site.key.write_bytes(bytes(32))  # as if it had not been turned: any other key
    assert site.former_keys.read_bytes() == record
    assert before in {key.hex for key in own_keys(site)}
    assert turn_key(site).public.hex == following.public.hex


def test_a_record_of_another_key_is_refused(site):
    prepare_key(site)
    turn_key(site)
    site.key.write_bytes(b"x" * 32)
    with pytest.raises(SiteFolderError, match="former-keys"):
        own_keys(site)
    with pytest.raises(SiteFolderError):
        turn_key(site)
