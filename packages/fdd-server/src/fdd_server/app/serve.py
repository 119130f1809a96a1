"""Listening: HTTPS for sites and browsers, and plain HTTP on loopback for pages alone."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from fdd.protocol.versions import WINDOW
from fdd_server import __version__
from fdd_server.app.application import create_app
from fdd_server.app.diary import Diary
from fdd_server.app.heads import BoundedHeads
from fdd_server.app.hub import Hub
from fdd_server.kernel.errors import PortTakenError
from fdd_server.kernel.memory import return_freed_memory
from fdd_server.kernel.tls import ServerTls

__all__ = ["Ready", "serve"]

_LOOPBACK: Final = "127.0.0.1"
_GRACE: Final = 5
"""Seconds that running requests get when the server stops."""
_HOUSEKEEPING: Final = 60.0
_WATCH: Final = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ready:
    """Where the server listens."""

    url: str
    page: str | None


class _Listener(uvicorn.Server):
    """A server that leaves signals to ``serve``, which stops both listeners together."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(
    hub: Hub,
    tls: ServerTls,
    *,
    host: str,
    port: int,
    page_port: int | None,
    ready: Callable[[Ready], None],
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        hub: The server's parts; its database must be up to date.
        tls: The certificate.
        host: Address to listen on.
        port: TCP port; 0 for any free one.
        page_port: Port of the plain-HTTP page listener on loopback; 0 for any, None for none.
        ready: Told once, when connections are accepted.

    Raises:
        PortTakenError: if a port cannot be had.
        CertificateError: if the certificate cannot be used.
    """
    tls.check()
    return_freed_memory()
    with contextlib.ExitStack() as stack:
        site_socket = stack.enter_context(_listen(host, port))
        page_socket = (
            stack.enter_context(_listen(_LOOPBACK, page_port)) if page_port is not None else None
        )
        url = f"https://{_shown(host)}:{site_socket.getsockname()[1]}"
        page = f"http://{_LOOPBACK}:{page_socket.getsockname()[1]}" if page_socket else None
        hub.public_url = hub.settings.listen.public_url or url
        listeners = [(_https(create_app(hub), tls), site_socket)]
        if page_socket is not None:
            listeners.append((_http(create_app(hub, link=False)), page_socket))
        if hub.news is not None:
            hub.news.start()
        diary = Diary(hub.database, hub.audit)
        diary.listen(hub.bus)
        _log.info(
            "started",
            version=__version__,
            process=os.getpid(),
            database="sqlite" if hub.database.is_sqlite else "postgresql",
            protocol=[WINDOW.oldest, WINDOW.newest],
        )

        def accepting() -> None:
            _log.info("listening", url=url, page=page)
            ready(Ready(url, page))

        hub.recover()
        driver = hub.driver()
        driver.start()
        try:
            with asyncio.Runner(loop_factory=_loop) as runner:
                runner.run(_serve(hub, diary, listeners, accepting))
        finally:
            hub.notifier.close()
            driver.stop()
            with contextlib.suppress(DBAPIError):  # a hub without its database stops, too
                diary.look()
            hub.close()
            _log.info("stopped", process=os.getpid())


async def _serve(
    hub: Hub,
    diary: Diary,
    listeners: list[tuple[_Listener, socket.socket]],
    ready: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()

    def asked(how: signal.Signals) -> None:
        _log.info("stopping", signal=how.name)
        stop()

    def stop() -> None:
        hub.notifier.close()  # long polls and streams end now, so that nobody has to be cut off
        for listener, _ in listeners:
            listener.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, asked, name)
    tasks = [asyncio.create_task(each.serve([sock])) for each, sock in listeners]
    chores = [
        asyncio.create_task(_repeat(_HOUSEKEEPING, hub.housekeeping)),
        asyncio.create_task(_repeat(_WATCH, hub.watch_sites)),
        asyncio.create_task(_repeat(_WATCH, diary.look)),
    ]
    while not all(each.started for each, _ in listeners):
        await asyncio.sleep(0.02)
        if any(task.done() for task in tasks):
            break
    else:
        ready()
    try:
        await asyncio.gather(*tasks)
    finally:
        stop()
        for chore in chores:
            chore.cancel()


async def _repeat(seconds: float, chore: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(chore)
        except Exception as error:  # noqa: BLE001 - the next turn tries again
            _log.error("chore_failed", chore=chore.__name__, kind=type(error).__name__)


def _https(app: FastAPI, tls: ServerTls) -> _Listener:
    return _Listener(
        uvicorn.Config(
            app,
            ssl_certfile=tls.certificate,
            ssl_keyfile=tls.key,
            http=BoundedHeads,
            lifespan="off",
            proxy_headers=False,  # whoever connects could name any address and scheme
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            timeout_keep_alive=75,
        )
    )


def _http(app: FastAPI) -> _Listener:
    return _Listener(
        uvicorn.Config(
            app,
            http=BoundedHeads,
            lifespan="off",
            proxy_headers=False,  # whoever connects could name any address and scheme
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except OSError as error:
        sock.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "the port is in use" if taken else (error.strerror or "it failed")
        raise PortTakenError(
            f"{host}:{port}: {reason}",
            hint="Choose another port with --port (0 = any free one), or stop what uses this one",
            host=host,
            port=port,
        ) from error
    return sock


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - only compared
        return _LOOPBACK
    return f"[{host}]" if ":" in host else host


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()
