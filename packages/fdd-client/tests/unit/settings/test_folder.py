import stat

import pytest

from fdd_client.settings import NotJoinedError, SiteFolder, SiteFolderError


def test_a_folder_without_identity_says_how_to_join(tmp_path):
    with pytest.raises(NotJoinedError) as caught:
        SiteFolder(tmp_path).identity()
    assert "fdd-client join" in caught.value.hint


def test_a_damaged_identity_is_refused(site):
    site.identity_file.write_text("{}")
    with pytest.raises(SiteFolderError):
        site.identity()


def test_a_key_that_others_can_read_is_refused(site):
    site.key.chmod(0o640)
    with pytest.raises(SiteFolderError):
        site.signing_key()


def test_private_files_are_readable_by_their_owner_only(site):
    target = site.root / "note"
    site.write_private(target, b"x")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_file_as_it_was_and_no_draft(site, monkeypatch):
    target = site.root / "note"
    site.write_private(target, b"before")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fdd_client.settings.folder.os.fsync", full)
    with pytest.raises(SiteFolderError) as caught:
        site.write_private(target, b"after")
    assert "No space left" in caught.value.detail
    assert target.read_bytes() == b"before"
    assert not list(site.root.glob(".*draft"))
