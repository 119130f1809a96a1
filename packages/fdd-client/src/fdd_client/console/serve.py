"""Listening on this machine only, and the link that opens the pages once."""

from __future__ import annotations

import errno
import socket
import sys
import tempfile
from typing import Final

import uvicorn

from fdd_client.console.access import Access
from fdd_client.console.application import create_app
from fdd_client.console.errors import PortTakenError
from fdd_client.settings import SiteFolder

__all__ = ["serve"]

_LOOPBACK: Final = "127.0.0.1"
_GRACE: Final = 3


def serve(folder: SiteFolder, port: int) -> None:
    """Serve the console until SIGINT or SIGTERM.

    Args:
        folder: The site.
        port: On 127.0.0.1; 0 for any free one.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        PortTakenError: if the port cannot be had.
    """
    folder.identity()
    folder.vault.mkdir(exist_ok=True, mode=0o700)
    # Parts of an upload wait in the owner's folder, not in one that the whole machine shares.
    tempfile.tempdir = str(folder.vault)
    with _listen(port) as listener:
        port = listener.getsockname()[1]
        access = Access()
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(folder, access, port),
                lifespan="off",
                log_config=None,
                access_log=False,  # addresses hold the ticket
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        link = f"http://{_LOOPBACK}:{port}/enter?ticket={access.ticket}"
        sys.stdout.write(f"Open this link on this machine, once, within 10 minutes:\n{link}\n")
        sys.stdout.flush()
        server.run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise PortTakenError(
            f"{_LOOPBACK}:{port}: {'the port is in use' if taken else error.strerror}",
            hint="Choose another one with --port (0 = any free one)",
            port=port,
        ) from error
    return listener
