"""A hub of the test's own making: real TLS, and any answer that a test wants."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fdd_client.link import Link, Transport
from fdd_client.settings import ClientSettings, SiteFolder


@dataclass(frozen=True)
class Authority:
    """A certificate authority and what it issued for a name."""

    certificate: Path
    chain: Path
    key: Path


def issue(folder: Path, name: str) -> Authority:
    """An authority with one certificate for ``name``."""
    folder.mkdir()
    now = dt.datetime.now(dt.UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority of {name}")])

    def build(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )

    ca = (
        build(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    try:
        san: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        san = x509.DNSName(name)
    leaf = (
        build(x509.Name([]), key.public_key())
        .add_extension(x509.SubjectAlternativeName([san]), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    made = Authority(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    made.certificate.write_bytes(ca.public_bytes(pem))
    made.chain.write_bytes(leaf.public_bytes(pem))
    made.key.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@dataclass
class Hub:
    """Answers each request by ``answer``; notes what was asked.

    ``answer`` gets the handler and writes the response itself, or leaves it out.
    """

    answer: Callable[[BaseHTTPRequestHandler], None]
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what many of these tests are about."""


def reply(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"",
    kind: str = "application/json",
    **headers: str,
) -> None:
    """Write a whole response."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return issue(tmp_path_factory.mktemp("tls") / "hub", "127.0.0.1")


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return issue(tmp_path_factory.mktemp("tls-other") / "other", "127.0.0.1")


@pytest.fixture(scope="session")
def other_name(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return issue(tmp_path_factory.mktemp("tls-name") / "name", "hub.invalid")


@pytest.fixture
def start_hub(authority: Authority) -> Iterator[Callable[..., Hub]]:
    """Starts hubs that answer as told, and stops them."""
    servers: list[_Server] = []

    def start(
        answer: Callable[[BaseHTTPRequestHandler], None], certificate: Authority = authority
    ) -> Hub:
        hub = Hub(answer)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                hub.asked.append((self.command, self.path))
                hub.answer(self)

            do_GET = do_POST = do_PUT = _any  # noqa: N815 - names of the standard library

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        server = _Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        hub.port = server.server_address[1]
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return hub

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def link_to(site: SiteFolder, authority: Authority) -> Iterator[Callable[..., Link]]:
    """Links of the site to a hub, with its authority pinned."""
    transports: list[Transport] = []

    def make(url: str, *, ca: Path = authority.certificate, **settings: object) -> Link:
        values = {"server_url": url, "ca_file": str(ca), "timeout_seconds": 20.0, **settings}
        transport = Transport(ClientSettings.model_validate(values), site)
        transports.append(transport)
        return Link(transport, site.signing_key(), "site-one")

    yield make
    for transport in transports:
        transport.close()


@pytest.fixture(scope="session")
def respond() -> Callable[..., None]:
    return reply
