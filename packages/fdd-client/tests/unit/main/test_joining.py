from __future__ import annotations

import pytest

from fdd.core.errors import ConfigurationError, InvalidInputError
from fdd_client.main.joining import join
from fdd_client.settings import SiteFolder

URL = "https://127.0.0.1:1"


@pytest.mark.parametrize("content", [b"hello", b"", b"\xff\xfe", None])
def test_a_file_without_certificates_is_refused_before_it_is_kept(tmp_path, content):
    authority = tmp_path / "hub-ca.pem"
    if content is not None:
        authority.write_bytes(content)
    folder = SiteFolder(tmp_path / "site")
    with pytest.raises(InvalidInputError) as caught:
        join(folder, URL, "code-code-code", authority)
    assert caught.value.hint
    assert not folder.authority.exists()


def test_a_damaged_pinned_authority_is_told_from_an_absent_hub(tmp_path):
    folder = SiteFolder(tmp_path / "site")
    folder.create()
    folder.authority.write_text("damaged")
    with pytest.raises(ConfigurationError, match="authority"):
        join(folder, URL, "code-code-code", None)


@pytest.mark.parametrize("code", ["", "  \n", "short", "x" * 81])
def test_what_cannot_be_a_code_is_refused_before_a_key_is_made(tmp_path, code):
    folder = SiteFolder(tmp_path / "site")
    with pytest.raises(InvalidInputError, match="no join code"):
        join(folder, URL, code, None)
    assert not folder.root.exists()
