"""Keep-alive connections to the hub: HTTPS with a pinned authority, and a proxy if need be; or the
socket of a FLARE client that carries the requests."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from fdd.core.errors import ConfigurationError
from fdd.protocol.versions import CURRENT
from fdd_client import __version__
from fdd_client.link.errors import HubRefusedError, HubUnreachableError
from fdd_client.link.proxy import proxy_for
from fdd_client.link.relay import UNREACHABLE, RelayPool, relay_failed
from fdd_client.settings import ClientSettings, SiteFolder

__all__ = ["Transport"]

_PIECE: Final = 256 << 10
_MOST_JSON: Final = 16 << 20


class Transport:
    """Sends requests and turns every failure into an error that says where to look.

    Args:
        settings: Address, proxy, time-outs.
        folder: Where the pinned authority lies.

    Attributes:
        protocol: The version that both sides speak; ``Link.hello`` sets it.
        proxy: What stands between, if anything does.
    """

    def __init__(self, settings: ClientSettings, folder: SiteFolder) -> None:
        self.origin = _origin(settings.server_url)
        self.protocol = CURRENT
        self.proxy = None if settings.flare_socket else proxy_for(settings, self.origin)
        timeout = urllib3.Timeout(connect=10.0, read=settings.timeout_seconds)
        self._pool: RelayPool | urllib3.PoolManager
        if settings.flare_socket:
            self._base = ""
            self._pool = RelayPool(settings.flare_socket, timeout)
            return
        self._base = self.origin
        context = _context(_authority(settings, folder))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._pool = (
            urllib3.ProxyManager(self.proxy.url, proxy_headers=self.proxy.headers)
            if self.proxy
            else urllib3.PoolManager()
        )
        self._pool.connection_pool_kw |= {
            "ssl_context": context,
            "timeout": timeout,
            "retries": False,
            "blocksize": 1 << 20,
            "maxsize": 4,
        }

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Send one request; status and body of a successful answer.

        Args:
            method: HTTP method.
            target: Path with query.
            headers: Signature and content headers.
            body: Sent as it is.

        Raises:
            HubUnreachableError: if no answer came.
            HubRefusedError: if the answer's status is 400 or more.
        """
        sent = {
            "User-Agent": f"fdd-client/{__version__}",
            "FDD-Protocol": str(self.protocol),
            **headers,
        }
        try:
            answer = self._pool.urlopen(
                method,
                self._base + target,
                body=body,
                headers=sent,
                preload_content=False,
                redirect=False,
            )
            try:
                data = answer.read(decode_content=True)
            finally:
                answer.release_conn()
        except HTTPError as error:
            raise self._unreachable(error) from error
        if (where := answer.headers.get(UNREACHABLE)) is not None:
            raise relay_failed(self.origin, where)
        if answer.status >= 400:
            raise _refused(answer.status, data, answer.headers.get("Retry-After"))
        return answer.status, data

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear() if isinstance(self._pool, urllib3.PoolManager) else self._pool.close()

    def _unreachable(self, error: HTTPError) -> HubUnreachableError:
        cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if not self._base and isinstance(cause, NewConnectionError):
            return relay_failed(self.origin, "socket")
        host = urlsplit(self.origin).netloc
        if self.proxy is not None and isinstance(cause, ProxyError):
            return HubUnreachableError(
                f"The proxy {self.proxy.url} makes no connection to {host}",
                hint=self.proxy.hint(cause),
                cause="proxy",
                host=host,
            )
        for kind, name, hint in _CAUSES:
            if isinstance(cause, kind):
                return HubUnreachableError(
                    f"The hub at {host} cannot be reached ({name})",
                    hint=hint,
                    cause=name,
                    host=host,
                )
        return HubUnreachableError(
            f"The connection to {host} broke",
            hint="It is tried again by itself",
            cause="reset",
            host=host,
        )


_CAUSES: Final = (
    (NameResolutionError, "dns", "Check the host name and this machine's DNS"),
    (
        SSLError,
        "tls",
        (
            "The certificate does not fit the pinned authority: compare hub-ca.pem with the "
            "consortium. If a gateway of yours opens TLS, exempt the hub, or set ca_file to the "
            "gateway's authority"
        ),
    ),
    # A refused connection is a kind of timeout to the library, so it comes first.
    (NewConnectionError, "refused", "The hub is not running there, or a firewall refuses"),
    (ConnectTimeoutError, "timeout", "A firewall may drop the connection: allow outbound HTTPS"),
    (ReadTimeoutError, "timeout", "The hub is slow or the line is: it is tried again by itself"),
    (ProtocolError, "reset", "It is tried again by itself"),
)


def _refused(status: int, data: bytes, retry_after: str | None) -> HubRefusedError:
    code, title, hint = "", f"HTTP {status}", ""
    try:
        problem = json.loads(data[:_MOST_JSON])
        if isinstance(problem, dict):
            code = str(problem.get("code", ""))[:32]
            title = str(problem.get("detail") or problem.get("title") or title)[:300]
            hint = str(problem.get("hint", ""))[:300]
    except ValueError:
        hint = "The answer is not the hub's: look for a proxy or another service at this address"
    wait = int(retry_after) if retry_after and retry_after.isdigit() else 0
    return HubRefusedError(title, status=status, problem_code=code, hint=hint, retry_after=wait)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigurationError(
            "server_url must look like https://host:port",
            hint="Ask the consortium for the address"
            if not local
            else "Use https also on loopback",
            setting="server_url",
        )
    return f"https://{parts.netloc}"


def _context(authority: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(
            "The pinned certificate authority cannot be read",
            hint="Put the consortium's hub-ca.pem into the site's folder, or correct ca_file",
            file="hub-ca.pem",
        ) from error


def _authority(settings: ClientSettings, folder: SiteFolder) -> str | None:
    if settings.ca_file:
        return settings.ca_file
    return str(folder.authority) if folder.authority.exists() else None
