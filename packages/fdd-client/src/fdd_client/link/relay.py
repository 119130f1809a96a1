"""The way to the hub through a FLARE client on this machine (``fdd.flare``).

The relay listens on a Unix socket and speaks plain HTTP; what it carries is signed as ever.
"""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError

from fdd_client.link.errors import HubUnreachableError

__all__ = ["UNREACHABLE", "RelayPool", "relay_failed"]

UNREACHABLE: Final = "FDD-Relay"
"""A relay's own answer has this header: ``flare`` or ``hub``, whichever did not answer it."""

_CONNECTIONS: Final = 4
_HINTS: Final = {
    "socket": "Start the FLARE client, and compare flare_socket with its local/resources.json",
    "flare": "The FLARE client waits for its server: see the client's log",
    "hub": "The FLARE server works, the hub behind it does not: ask the consortium",
}


class RelayPool(HTTPConnectionPool):
    """Keep-alive connections to the relay.

    Args:
        path: The relay's socket.
        timeout: As for HTTPS.
    """

    def __init__(self, path: str, timeout: urllib3.Timeout) -> None:
        super().__init__("localhost", timeout=timeout, retries=False, maxsize=_CONNECTIONS)
        self._path = path

    def _new_conn(self) -> HTTPConnection:
        self.num_connections += 1
        return _UnixConnection(self._path, self.timeout)


class _UnixConnection(HTTPConnection):
    def __init__(self, path: str, timeout: urllib3.Timeout) -> None:
        super().__init__("localhost", timeout=timeout.connect_timeout, blocksize=1 << 20)
        self._path = path

    def _new_conn(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.settimeout(self.timeout)
            made.connect(self._path)
        except OSError as error:
            made.close()
            raise NewConnectionError(self, f"the relay cannot be reached: {error}") from error
        return made


def relay_failed(origin: str, where: str) -> HubUnreachableError:
    """What is told when the way through FLARE is interrupted.

    Args:
        origin: The hub.
        where: ``socket``, ``flare`` or ``hub``.
    """
    host = urlsplit(origin).netloc
    return HubUnreachableError(
        f"The hub at {host} cannot be reached through FLARE ({where})",
        hint=_HINTS.get(where, _HINTS["flare"]),
        cause="relay",
        host=host,
    )
