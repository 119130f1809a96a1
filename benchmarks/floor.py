"""The floor of a round: the same bytes to and from client processes over bare TLS sockets.

``python -m benchmarks.floor CLIENT PORT SIZE CA`` is one client; ``Floor`` is the server side.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.rig import processor_seconds

__all__ = ["Floor"]


class Floor:
    """One blocking thread and one socket per client; ``round`` moves ``size`` bytes both ways."""

    def __init__(self, clients: int, size: int, certificate: Path, key: Path, ca: Path) -> None:
        self._size = size
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            self._processes = [
                subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "benchmarks.floor",
                        "client",
                        str(port),
                        str(size),
                        str(ca),
                    ]
                )
                for _ in range(clients)
            ]
            self._sockets = []
            for _ in range(clients):
                plain, _ = listener.accept()
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._sockets.append(context.wrap_socket(plain, server_side=True))
        self._out = memoryview(b"\1" * size)

    def round(self) -> float:
        """Seconds of one round."""
        started = time.perf_counter()
        threads = [threading.Thread(target=self._serve, args=(s,)) for s in self._sockets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started

    def processor_seconds(self) -> float:
        """Processor time of the clients so far; the server's side is this process."""
        return sum(processor_seconds(process.pid) for process in self._processes)

    def close(self) -> None:
        """End the clients."""
        for connection in self._sockets:
            connection.close()
        for process in self._processes:
            process.wait(10)

    def _serve(self, connection: ssl.SSLSocket) -> None:
        connection.sendall(self._out)
        _receive(connection, memoryview(bytearray(self._size)))


def _receive(connection: ssl.SSLSocket, into: memoryview) -> bool:
    done = 0
    while done < len(into):
        count = connection.recv_into(into[done:])
        if not count:
            return False
        done += count
    return True


def _client(port: int, size: int, ca: str) -> None:
    context = ssl.create_default_context(cafile=ca)
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = context.wrap_socket(plain, server_hostname="127.0.0.1")
    buffer = memoryview(bytearray(size))
    with contextlib.suppress(OSError):
        while _receive(connection, buffer):
            connection.sendall(buffer)


if __name__ == "__main__":
    _client(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
