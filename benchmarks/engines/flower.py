"""Flower: TLS, nodes with keys of their own, state in a SQLite file."""

from __future__ import annotations

import json
import math
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.engines.kind import Killed, Rounds
from benchmarks.engines.processes import INSIDE, Processes, lines_of, until, variables_of
from fdd_server.kernel.tls import issue

__all__ = ["Flower"]

_SECONDS: Final = 300.0
_QUIET: Final = {"FLWR_TELEMETRY_ENABLED": "0", "FLWR_DISABLE_UPDATE_CHECK": "1"}


class Flower:
    """See ``Engine``."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def rounds(self, home: Path, sites: int, size: int, rounds: int) -> Rounds:
        """See ``Engine``."""
        with self._network(home, sites) as (processes, _):
            sink = self._submit(processes, home, sites, size, rounds)
            until(lambda: len(lines_of(sink)) >= 1, _SECONDS, f"a round of Flower, see {home}")
            first, before = len(lines_of(sink)), processes.processor_seconds()
            until(lambda: len(lines_of(sink)) >= rounds, 120 * rounds, "the end of Flower's run")
            used = processes.processor_seconds() - before
            peak = processes.peak_mib("/server/")
            lines = lines_of(sink)
        if any(line["n"] != sites for line in lines):
            raise RuntimeError("a site of Flower did not answer")
        return Rounds([line["seconds"] for line in lines[1:]], used / (rounds - first), peak)

    def killed(self, home: Path, sites: int, size: int, seconds: float) -> Killed:
        """See ``Engine``."""
        with self._network(home, sites) as (processes, port):
            sink = self._submit(processes, home, sites, size, 1_000_000)
            until(lambda: len(lines_of(sink)) >= 3, _SECONDS, f"a round of Flower, see {home}")
            processes.kill("/server/")
            before, begun = len(lines_of(sink)), time.monotonic()
            self._server(processes, home, port)
            first = serves = math.nan
            while time.monotonic() < begun + seconds:
                if math.isnan(first) and len(lines_of(sink)) > before:
                    first = time.monotonic() - begun
                if math.isnan(serves) and _answers(port):
                    serves = time.monotonic() - begun
                time.sleep(0.05)
            after = len(lines_of(sink)) - before
        return Killed(before, after, first, serves, seconds)

    @contextmanager
    def _network(self, home: Path, sites: int) -> Iterator[tuple[Processes, int]]:
        home.mkdir(parents=True)
        # The two sides have files of their own, which tell their processes apart.
        issue(home / "server", ["localhost", "127.0.0.1"])
        shutil.copytree(home / "server", home / "node")
        port, *others = _free_ports(sites + 1)
        (home / "config.toml").write_text(
            f'[superlink]\ndefault = "peer"\n[superlink.peer]\naddress = "127.0.0.1:{port}"\n'
            f'root-certificates = "{home / "node" / "ca.pem"}"\n'
        )
        variables = {**variables_of(self._programs), **_QUIET, "FLWR_HOME": str(home)}
        processes = Processes(home, variables)
        try:
            self._server(processes, home, port)
            until(lambda: _answers(port), _SECONDS, f"Flower's server, see {home}")
            for number, own in enumerate(others):
                processes.start(
                    f"node-{number}", str(self._programs / "flower-supernode"),
                    "--root-certificates", str(home / "node" / "ca.pem"),
                    "--superlink", f"127.0.0.1:{port}", "--port", str(own), *_tls(home / "node"),
                )  # fmt: skip
            yield processes, port
        finally:
            processes.close()

    def _server(self, processes: Processes, home: Path, port: int) -> None:
        processes.start(
            "server", str(self._programs / "flower-superlink"), "--port", str(port),
            "--database", str(home / "server" / "state.db"),
            "--disable-runtime-dependency-installation", *_tls(home / "server"),
        )  # fmt: skip

    def _submit(self, processes: Processes, home: Path, sites: int, size: int, rounds: int) -> Path:
        sink, app = home / "rounds.jsonl", home / "app"
        shutil.copytree(INSIDE / "flower_app", app)
        config = f"values={size // 4} rounds={rounds} sites={sites} sink={json.dumps(str(sink))}"
        processes.call(
            str(self._programs / "flwr"), "run", str(app), "peer", "--run-config", config
        )
        return sink


def _tls(folder: Path) -> tuple[str, ...]:
    files = {"certfile": "server.pem", "keyfile": "server.key", "ca-certfile": "ca.pem"}
    return tuple(
        part for name, file in files.items() for part in (f"--ssl-{name}", str(folder / file))
    )


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True
