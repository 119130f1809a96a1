"""No-op rounds with four real client processes over TLS, against a bare TLS copy of the bytes.

Server, database, signatures, journal, aggregation: everything is the product's; only training does
nothing. Floor and ours alternate on the same machine in the same run.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.floor import Floor
from fdd.cli.demo.processes import Programs
from fdd.core.spec import CohortSpec, EndpointSpec, EvaluationSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.sdk import Platform

__all__ = ["TITLE", "run"]

TITLE = "round: no-op rounds over TLS against a bare TLS copy of the same bytes"

ENDPOINT = "lipophilicity.logd74"
SHAPES = {"1 MB": (110, 1, 12), "20 MB": (1_850, 2, 6), "200 MB": (4_090, 4, 3)}
"""Size → (hidden units, depth, rounds) of a model of about that many bytes."""


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Measure; ``against`` peers come with the federation engine's own benchmark."""
    sizes = ["1 MB"] if quick else list(SHAPES)
    measures: dict[str, float] = {}
    for size in sizes:
        measures |= _measure(size, 4)
    return {
        "name": "round",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": {},
        "missed": [],
        "not_measured": [s for s in SHAPES if s not in sizes] + [f"peer {p}" for p in against],
    }


def _measure(size: str, sites: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch:
        home = Path(scratch)
        programs = Programs(home / "logs")
        clients: list[subprocess.Popen[bytes]] = []
        try:
            return _rounds(size, sites, home, programs, clients)
        finally:
            for client in clients:
                client.terminate()
            for client in clients:
                client.wait()
            programs.stop()


def _rounds(
    size: str, sites: int, home: Path, programs: Programs, clients: list[subprocess.Popen[bytes]]
) -> dict[str, float]:
    hidden, depth, rounds = SHAPES[size]
    hub = home / "hub"
    programs.call("fdd-server", "init", str(hub), "--demo")
    server = programs.start("fdd-server", "hub", "run", str(hub), "--port", "0", "--page-port", "0")
    where = programs.ready("hub")
    page, url = str(where["page"]), str(where["url"])
    link = str(
        programs.call("fdd-server", "admin", "ticket", str(hub), "--role", "administrator")["link"]
    )
    platform_ = Platform(page)
    platform_.enter(parse_qs(urlsplit(link).query)["ticket"][0])
    spec = _spec(hidden, depth, rounds, sites)
    for number in range(sites):
        folder = _join(programs, platform_, home, number, url, hub)
        clients.append(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.noop_site", str(folder)],
                stderr=(home / "logs" / f"site-{number}.log").open("wb"),
            )
        )
    run_id = str(platform_.submit(spec)["run_id"])
    ended = _wait(platform_, run_id)
    if ended["status"] != "completed":
        raise RuntimeError(f"the run ended as {ended['status']}: {ended['stop_reason']}")
    records = platform_.rounds(run_id)
    ours = [float(str(record["seconds"])) for record in records][1:]
    model = len(platform_.model(run_id))
    tls = hub / "tls"
    certificate, key = _pair(tls)
    floor = Floor(sites, model, certificate, key, tls / "ca.pem")
    bare = [floor.round() for _ in range(max(3, rounds))][1:]
    floor.close()
    peak = _peak_mib(server.pid)
    label = f"{size} × {sites}"
    return {
        f"{label}: ours / floor": statistics.median(ours) / statistics.median(bare),
        f"{label}: ours, median s": statistics.median(ours),
        f"{label}: ours, worst s": max(ours),
        f"{label}: floor, median s": statistics.median(bare),
        f"{label}: model MB": model / 1e6,
        f"{label}: server peak MiB": peak,
    }


def _spec(hidden: int, depth: int, rounds: int, sites: int) -> RunSpec:
    return RunSpec(
        name="no-op",
        endpoints=(EndpointSpec(id=ENDPOINT, head="shared"),),
        model=ModelSpec(options={"hidden": hidden, "depth": depth}),
        training=TrainingSpec(rounds=rounds),
        evaluation=EvaluationSpec(every=0),
        cohort=CohortSpec(minimum_sites=sites, deadline_seconds=600, gather_seconds=120),
    )


def _join(
    programs: Programs, hub_page: Platform, home: Path, number: int, url: str, hub: Path
) -> Path:
    folder = home / f"site-{number}"
    member = hub_page.add_institution(f"기관 {number}", f"Institution {number}")
    code = hub_page.invite(str(member["id"]), f"site-{number}")["code"]
    programs.call(
        "fdd-client",
        "join",
        url,
        "-",
        "--folder",
        str(folder),
        "--ca",
        str(hub / "tls" / "ca.pem"),
        secret=f"{code}\n",
    )
    table = home / "assays.csv"
    if not table.exists():
        table.write_text(_molecules(), "utf-8")
    policy = home / "policy.toml"
    policy.write_text(
        'version = 1\nweakest_sandbox = "none"\n[projects.demo]\napprove = "automatic"\n'
        f'endpoints = ["{ENDPOINT}"]\nprivacy_modes = ["open"]\nminimum_sites = 1\n',
        "utf-8",
    )
    programs.call("fdd-client", "policy", "set", str(policy), "--folder", str(folder))
    programs.call(
        "fdd-client", "data", "add", str(table), "--endpoint", ENDPOINT, "--folder", str(folder)
    )
    return folder


def _molecules() -> str:
    """Straight and branched alcohols: enough rows for a certificate, no chemistry to speak of."""
    rows = ["smiles,logD"]
    for length in range(1, 40):
        rows.append(f"{'C' * length}O,{length / 10 - 1}")
        rows.append(f"{'C' * length}C(O)C,{length / 10 - 0.8}")
    return "\n".join(rows) + "\n"


def _wait(hub_page: Platform, run_id: str) -> dict[str, object]:
    while True:
        ended = hub_page.run(run_id)
        if ended["status"] in {"completed", "failed", "stopped"}:
            return ended
        time.sleep(0.5)


def _pair(tls: Path) -> tuple[Path, Path]:
    names = {path.name: path for path in tls.iterdir()}
    certificate = next(
        path for name, path in names.items() if "server" in name and "key" not in name
    )
    key = next(path for name, path in names.items() if "server" in name and "key" in name)
    return certificate, key


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")
