"""The certificate that init makes, and the one of your own."""

from __future__ import annotations

import pytest
from cryptography import x509

from fdd_server.kernel.errors import CertificateError
from fdd_server.kernel.settings import Home, TlsSettings
from fdd_server.kernel.tls import issue, server_tls


@pytest.fixture
def issued(tmp_path) -> Home:
    home = Home(tmp_path)
    issue(home.tls, ["hub.example", "127.0.0.1"])
    return home


def test_issued_certificate_is_usable_and_names_the_server(issued):
    tls = server_tls(issued, TlsSettings())
    tls.check()
    certificate = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hub.example"]
    authority = x509.load_pem_x509_certificate((issued.tls / "ca.pem").read_bytes())
    certificate.verify_directly_issued_by(authority)


def test_new_certificate_keeps_the_authority_that_sites_pin(issued):
    before = (issued.tls / "ca.pem").read_bytes()
    old = (issued.tls / "server.pem").read_bytes()
    issue(issued.tls, ["hub.example"])
    assert (issued.tls / "ca.pem").read_bytes() == before
    assert (issued.tls / "server.pem").read_bytes() != old


def test_secrets_are_readable_by_their_owner_only(issued):
    for file in issued.tls.glob("*.key"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_half_a_certificate_is_refused(issued):
    with pytest.raises(CertificateError):
        server_tls(issued, TlsSettings(certificate=issued.tls / "server.pem"))


@pytest.mark.parametrize("damage", ["missing", "garbage", "other key"])
def test_unusable_certificate_is_refused_before_the_first_connection(issued, tmp_path, damage):
    settings = TlsSettings(certificate=issued.tls / "server.pem", key=issued.tls / "server.key")
    if damage == "missing":
        (issued.tls / "server.pem").unlink()
    elif damage == "garbage":
        (issued.tls / "server.pem").write_text("nothing")
    else:
        issue(tmp_path / "other", ["hub.example"])
        settings = settings.model_copy(update={"key": tmp_path / "other" / "server.key"})
    with pytest.raises(CertificateError):
        server_tls(issued, settings).check()
