"""The way through an institution's HTTP proxy: which one, its password, and what it may refuse."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3.exceptions import ProxyError
from urllib3.util import make_headers

from fdd.core.errors import ConfigurationError
from fdd_client.settings import ClientSettings

__all__ = ["Proxy", "proxy_for"]

_REFUSED: Final = re.compile(r"Tunnel connection failed: (\d{3})")
_HINTS: Final = {
    "407": "It wants a name and a password: set proxy_url = "
    '"http://NAME:PASSWORD@HOST:PORT" in client.toml',
    "403": "It does not let this host and port through: ask your IT to allow them",
}


@dataclass(frozen=True)
class Proxy:
    """A proxy that lets connections through (HTTP ``CONNECT``).

    Attributes:
        url: Its address, without name and password.
        origin: Where that is set: ``proxy_url`` or ``HTTPS_PROXY``.
        headers: What it is told, the password among it.
    """

    url: str
    origin: str
    headers: Mapping[str, str] = field(repr=False)

    def hint(self, error: ProxyError) -> str:
        """What to do about a connection that the proxy did not make."""
        found = _REFUSED.search(str(error.original_error))
        if found is None:
            return f"Check {self.origin}, and that {self.url} can be reached from this machine"
        status = found.group(1)
        return _HINTS.get(status, f"It answers {status}: ask your IT what it wants")


def proxy_for(settings: ClientSettings, origin: str) -> Proxy | None:
    """The proxy on the way to ``origin``; None for a direct way.

    Raises:
        ConfigurationError: if its address cannot be read.
    """
    if settings.proxy_url:
        return _proxy(settings.proxy_url, "proxy_url")
    host = urlsplit(origin).hostname or ""
    found = getproxies().get("https")
    if not found or proxy_bypass(host) or os.environ.get("no_proxy") == "*":
        return None
    return _proxy(found, "HTTPS_PROXY")


def _proxy(address: str, origin: str) -> Proxy:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ConfigurationError(
            f"{origin} must look like http://host:port",
            hint="Ask your IT for the address of the proxy",
            setting=origin,
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    headers = make_headers(proxy_basic_auth=secret) if secret else {}
    return Proxy(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), origin, headers)
