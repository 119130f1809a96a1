"""A folder that left and joins again: what former memberships certified."""

from __future__ import annotations

import pytest

from fdd.protocol.signing import SigningKey
from fdd_client.main.reporting import NoReportError, show
from fdd_client.settings import NotJoinedError
from fdd_client.vault.deletion import remove
from fdd_client.vault.renewing import renew_certificates
from fdd_client.vault.vault import Vault


@pytest.fixture
def left(stocked_site):
    """The folder after ``leave``, and who it was."""
    identity = stocked_site.identity()
    stocked_site.end_membership()
    stocked_site.key.unlink()
    stocked_site.identity_file.unlink()
    return stocked_site, identity


def join_again(site, identity, **changes):
    key = SigningKey()
    site.write_private(site.key, key.private_bytes())
    again = identity.model_copy(update={"site_id": "site-new", **changes})
    renewed = renew_certificates(site, again, key)
    site.write_private(site.identity_file, again.model_dump_json().encode())
    return renewed


def test_after_leaving_data_and_reports_can_be_looked_at_but_nothing_signed(left, spec_of):
    site, _ = left
    (entry,) = Vault(site).entries()
    assert not entry.of_this_membership
    assert entry.findings() is not None
    assert Vault(site).choose(spec_of()) is None
    assert Vault(site).certificates() == ()
    with pytest.raises(NoReportError):
        show(site, "run-1", as_json=True)
    with pytest.raises(NotJoinedError, match="left"):
        remove(site, "main")
    assert Vault(site).entries()  # refused before anything was deleted


def test_joining_again_certifies_the_data_anew(left, spec_of):
    site, identity = left
    assert join_again(site, identity) == ["main"]
    (entry,) = Vault(site).entries()
    assert entry.of_this_membership
    assert entry.signed.key_id == "site-new"
    assert Vault(site).choose(spec_of()) is not None
    assert remove(site, "main")


def test_data_of_another_consortium_can_only_be_removed(left, spec_of):
    site, identity = left
    assert join_again(site, identity, fold_key="ab" * 32) == []
    (entry,) = Vault(site).entries()
    assert not entry.of_this_membership
    assert Vault(site).choose(spec_of()) is None
    assert remove(site, "main")
    assert Vault(site).entries() == []
