"""A balancer for the replicas of a hub that can be made to misbehave."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time

__all__ = ["FaultProxy"]

_PIECE = 64 << 10


class FaultProxy:
    """Forwards bytes of TCP connections on loopback.

    Attributes:
        targets: Ports of the replicas; each connection takes the first that answers, in turn.
        port: Where it listens.
        bytes_a_second: Most bytes that pass in either direction of one connection; 0 = any.
        deaf: Whether new connections are refused.
        carried: Bytes that passed so far.
    """

    def __init__(self) -> None:
        self.targets: list[int] = []
        self.bytes_a_second = 0
        self.deaf = False
        self.carried = 0
        self._open: set[socket.socket] = set()
        self._turn = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """Break all connections; how many."""
        broken = list(self._open)
        for each in broken:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        return len(broken)

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(inside,), daemon=True).start()

    def _carry(self, inside: socket.socket) -> None:
        with inside:
            outside = None if self.deaf else self._connect()
            if outside is None:
                return
            with outside:
                self._open |= {inside, outside}
                with contextlib.suppress(OSError, ValueError):
                    self._pump(inside, outside)
                self._open -= {inside, outside}

    def _connect(self) -> socket.socket | None:
        self._turn += 1
        for offset in range(len(self.targets)):
            port = self.targets[(self._turn + offset) % len(self.targets)]
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), 1.0)
        return None

    def _pump(self, one: socket.socket, two: socket.socket) -> None:
        other = {one: two, two: one}
        for each in (one, two):
            each.settimeout(30.0)
        while True:
            ready, _, _ = select.select([one, two], [], [], 60.0)
            for each in ready:
                data = each.recv(_PIECE)
                if not data:
                    return
                other[each].sendall(data)
                self.carried += len(data)  # approximate: threads add at the same time
                if self.bytes_a_second:
                    time.sleep(len(data) / self.bytes_a_second)
