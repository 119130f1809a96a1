"""NVIDIA FLARE: provisioned, mutual TLS, polling every 50 ms instead of every 2 s."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.engines.kind import Killed, Rounds
from benchmarks.engines.processes import INSIDE, Processes, lines_of, until, variables_of
from fdd.cli.demo.flare_network import SERVER, provision

__all__ = ["Flare"]

_USER: Final = "admin@example.invalid"
_POLL: Final = 0.05
_SECONDS: Final = 240.0


class Flare:
    """See ``Engine``."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def rounds(self, home: Path, sites: int, size: int, rounds: int) -> Rounds:
        """See ``Engine``."""
        with self._network(home, sites) as (processes, kits):
            sink = self._submit(processes, home, kits, sites, size, rounds)
            until(lambda: len(lines_of(sink)) >= 1, _SECONDS, f"a round of FLARE, see {home}")
            first, before = len(lines_of(sink)), processes.processor_seconds()
            until(
                lambda: len(lines_of(sink)) >= rounds, 60 * rounds + 120, "the end of FLARE's job"
            )
            used = processes.processor_seconds() - before
            peak = processes.peak_mib(f"/{SERVER} ")
            lines = lines_of(sink)
        if any(line["n"] != sites for line in lines):
            raise RuntimeError("a site of FLARE did not answer")
        return Rounds([line["seconds"] for line in lines[1:]], used / (rounds - first), peak)

    def killed(self, home: Path, sites: int, size: int, seconds: float) -> Killed:
        """See ``Engine``."""
        with self._network(home, sites) as (processes, kits):
            sink = self._submit(processes, home, kits, sites, size, 1_000_000)
            until(lambda: len(lines_of(sink)) >= 3, _SECONDS, f"a round of FLARE, see {home}")
            processes.kill(f"/{SERVER} ")
            before, begun = len(lines_of(sink)), time.monotonic()
            self._server(processes, kits)
            first = serves = math.nan
            while time.monotonic() < begun + seconds:
                if math.isnan(first) and len(lines_of(sink)) > before:
                    first = time.monotonic() - begun
                if math.isnan(serves) and self._joined(home, twice=True) >= sites:
                    serves = time.monotonic() - begun
                time.sleep(0.05)
            after = len(lines_of(sink)) - before
        return Killed(before, after, first, serves, seconds)

    @contextmanager
    def _network(self, home: Path, sites: int) -> Iterator[tuple[Processes, Path]]:
        names = [f"site-{number}" for number in range(1, sites + 1)]
        home.mkdir(parents=True)
        kits, _ = provision(home / "net", names, _USER, str(self._programs / "nvflare"))
        for name in names:
            default = kits / name / "local" / "resources.json.default"
            resources = json.loads(default.read_text("utf-8"))
            resources["class_allow_list"].append("fdd_peer_flare.")
            (kits / name / "local" / "resources.json").write_text(json.dumps(resources), "utf-8")
        server = kits / SERVER / "local"
        resources = json.loads((server / "resources.json.default").read_text("utf-8"))
        resources.setdefault("class_allow_list", []).append("fdd_peer_flare.")
        (server / "resources.json").write_text(json.dumps(resources), "utf-8")
        processes = Processes(home, variables_of(self._programs))
        try:
            self._server(processes, kits)
            for name in names:
                self._start(processes, "client.client_train", kits / name, "fed_client.json",
                            f"uid={name}")  # fmt: skip
            until(lambda: self._joined(home) >= sites, _SECONDS, f"FLARE's sites, see {home}")
            yield processes, kits
        finally:
            processes.close()

    def _server(self, processes: Processes, kits: Path) -> None:
        self._start(processes, "server.server_train", kits / SERVER, "fed_server.json")

    def _start(
        self, processes: Processes, module: str, kit: Path, startup: str, *settings: str
    ) -> None:
        processes.start(
            kit.name, str(self._programs / "python"), "-u", "-m",
            f"nvflare.private.fed.app.{module}", "-m", str(kit), "-s", startup,
            "--set", "secure_train=true", "org=fdd", "config_folder=config", *settings,
        )  # fmt: skip

    @staticmethod
    def _joined(home: Path, *, twice: bool = False) -> int:
        """Sites that the server has let in, the second time when it was started again."""
        log = (home / f"{SERVER}.log").read_text("utf-8", "replace")
        words = "Re-activate the client" if twice else "New client"
        return log.count(words)

    def _submit(
        self, processes: Processes, home: Path, kits: Path, sites: int, size: int, rounds: int
    ) -> Path:
        job, sink = home / "job", home / "rounds.jsonl"
        config = job / "app" / "config"
        config.mkdir(parents=True)
        arguments = {"values": size // 4, "rounds": rounds, "sites": sites, "sink": str(sink)}
        documents = {
            job / "meta.json": {
                "name": "noop", "resource_spec": {}, "min_clients": sites,
                "deploy_map": {"app": ["@ALL"]},
            },
            config / "config_fed_server.json": {
                "format_version": 2,
                "server": {"task_request_interval": _POLL},
                "workflows": [
                    {"id": "c", "path": "fdd_peer_flare.Rounds", "args": arguments}
                ],
                "components": [],
            },
            config / "config_fed_client.json": {
                "format_version": 2,
                "default_task_fetch_interval": _POLL,
                "executors": [
                    {"tasks": ["*"], "executor": {"path": "fdd_peer_flare.Echo", "args": {}}}
                ],
            },
        }  # fmt: skip
        for path, document in documents.items():
            path.write_text(json.dumps(document), "utf-8")
        submit = INSIDE / "fdd_peer_submit.py"
        processes.call(
            str(self._programs / "python"), str(submit), _USER, str(kits / _USER), str(job)
        )
        return sink
