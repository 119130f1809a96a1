"""The server's certificate: one of your own, or one issued by an authority made at ``init``.

Sites pin the authority, so the server's certificate can be renewed without touching any site.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fdd_server.kernel.errors import CertificateError
from fdd_server.kernel.keys import write_secret
from fdd_server.kernel.settings import Home, TlsSettings

__all__ = ["ServerTls", "issue", "server_tls"]

_AUTHORITY_DAYS: Final = 3650
_SERVER_DAYS: Final = 820


class ServerTls:
    """The files of the certificate in use; ``authority`` is what sites must trust."""

    def __init__(self, certificate: Path, key: Path, authority: Path | None) -> None:
        self.certificate = certificate
        self.key = key
        self.authority = authority

    def expires_at(self) -> datetime:
        """When the certificate ends.

        Raises:
            CertificateError: if it cannot be read.
        """
        try:
            chain = x509.load_pem_x509_certificates(self.certificate.read_bytes())
        except (OSError, ValueError) as error:
            raise _unusable(self.certificate, "the certificate cannot be read") from error
        return chain[0].not_valid_after_utc

    def check(self) -> None:
        """Refuse a certificate that would fail at the first connection.

        Raises:
            CertificateError: if it cannot be read, has ended, or does not fit its key.
        """
        if self.expires_at() < datetime.now(UTC):
            raise _unusable(self.certificate, "the certificate has expired")
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise _unusable(self.certificate, "the key cannot be read or does not fit") from error


def server_tls(home: Home, settings: TlsSettings) -> ServerTls:
    """The certificate that the settings name, or the one made by ``init``.

    Raises:
        CertificateError: if only one of certificate and key is named.
    """
    if settings.certificate is not None and settings.key is not None:
        return ServerTls(settings.certificate, settings.key, None)
    if settings.certificate is not None or settings.key is not None:
        raise CertificateError(
            "Only one of tls.certificate and tls.key is set", hint="Set both or none"
        )
    return ServerTls(home.tls / "server.pem", home.tls / "server.key", home.tls / "ca.pem")


def issue(folder: Path, names: Iterable[str]) -> None:
    """Make an authority (once) and a server certificate for ``names`` in ``folder``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "ca.key").exists():
        _make_authority(folder)
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    loaded = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise _unusable(folder / "ca.key", "the authority's key is of another kind")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder("FDD hub", authority.subject, key, _SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_name(n) for n in sorted(set(names))]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(loaded.public_key()), False
        )
        .sign(loaded, hashes.SHA256())
    )
    write_secret(folder / "server.key", _pem(key))
    (folder / "server.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + authority.public_bytes(serialization.Encoding.PEM)
    )


def _make_authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "FDD hub authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder("FDD hub authority", subject, key, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(usage, True)
        .sign(key, hashes.SHA256())
    )
    write_secret(folder / "ca.key", _pem(key))
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a site's clock may be behind
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _unusable(path: Path, why: str) -> CertificateError:
    return CertificateError(
        f"{path.name}: {why}",
        hint="Check tls.certificate and tls.key, or restore the tls folder from a backup",
        file=path.name,
    )
