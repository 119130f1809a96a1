"""A hub and sites as real processes, for benchmarks: only the training is replaced."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.integration.faultproxy import FaultProxy

from fdd.cli.demo.processes import Programs
from fdd.core.spec import CohortSpec, EndpointSpec, EvaluationSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.sdk import Platform
from fdd_client.main.joining import join
from fdd_client.policy.policy import Policy, ProjectRule, sign_policy
from fdd_client.settings import SiteFolder
from fdd_client.vault.importing import import_file

__all__ = ["Rig", "noop_spec", "processor_seconds"]

ENDPOINT = "lipophilicity.logd74"
_TICK = os.sysconf("SC_CLK_TCK")


class Rig:
    """One hub and ``sites`` sites in ``home``, until ``close``.

    Attributes:
        hub: The hub's folder.
        page: Its pages' address.
        url: Its address for sites.
        platform: A signed-in administrator.
    """

    def __init__(self, home: Path, sites: int, gateway: FaultProxy | None = None) -> None:
        self.home = home
        self._gateway = gateway
        self.hub = home / "hub"
        self.programs = Programs(home / "logs")
        self._clients: list[subprocess.Popen[bytes]] = []
        self.programs.call("fdd-server", "init", str(self.hub), "--demo")
        self.port = self._page_port = 0
        self.start_server()
        self.follow()
        self.folders = [self._join(number) for number in range(sites)]

    def start_server(self) -> None:
        """Start the hub, the second time at the address of the first."""
        ports = ("--port", str(self.port), "--page-port", str(self._page_port))
        self.server = self.programs.start("fdd-server", "hub", "run", str(self.hub), *ports)
        where = self.programs.ready("hub")
        self.page, self.url = str(where["page"]), str(where["url"])
        self.port = urlsplit(self.url).port or 0
        self._page_port = urlsplit(self.page).port or 0
        if self._gateway is not None:
            self._gateway.targets = [self.port]
            self.url = f"https://127.0.0.1:{self._gateway.port}"

    def follow(self) -> None:
        """Sign an administrator in, anew after each start."""
        ticket = self.programs.call(
            "fdd-server", "admin", "ticket", str(self.hub), "--role", "administrator"
        )
        self.platform = Platform(self.page)
        self.platform.enter(parse_qs(urlsplit(str(ticket["link"])).query)["ticket"][0])

    def wait_as(self, sites: int) -> None:
        """Let that many sites wait for work, from one process: their long polls and heartbeats."""
        member = str(self.platform.add_institution("기관 여럿", "Many")["id"])
        codes = [
            str(self.platform.invite(member, f"idle-{number}")["code"]) for number in range(sites)
        ]
        waiter = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.idle_sites", self.url, str(self.hub / "tls/ca.pem")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._clients.append(waiter)
        if waiter.stdin is None or waiter.stdout is None:
            raise AssertionError("pipes were asked for")
        waiter.stdin.write("\n".join(codes).encode() + b"\n")
        waiter.stdin.close()
        waiter.stdout.readline()
        waiter.stdout.close()

    def start_sites(self) -> None:
        """Start an agent in each folder."""
        for number, folder in enumerate(self.folders):
            with (self.home / "logs" / f"site-{number}.log").open("ab") as log:
                self._clients.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "benchmarks.noop_site", str(folder)],
                        stdin=subprocess.DEVNULL,
                        stderr=log,
                    )
                )

    def measure(self, run_id: str, rounds: int) -> tuple[list[float], float]:
        """Wait for the end of a run; seconds of each round after the first, and processor time of
        one of them."""
        while int(str(self.platform.run(run_id)["round"])) < 2:
            time.sleep(0.05)
        begun, before = int(str(self.platform.run(run_id)["round"])), self.processor_seconds()
        while True:
            now = self.platform.run(run_id)
            if now["phase"] == "finalize" or now["status"] != "running":
                break
            time.sleep(1.0)  # each look costs the hub a tenth of a round
        used = self.processor_seconds() - before
        return self.finish(run_id)[1:], used / (rounds - begun + 1)

    def finish(self, run_id: str) -> list[float]:
        """Wait for the end of a run; seconds of each round."""
        while True:
            ended = self.platform.run(run_id)
            if ended["status"] in {"completed", "failed", "stopped"}:
                break
            time.sleep(0.5)
        if ended["status"] != "completed":
            raise RuntimeError(f"the run ended as {ended['status']}: {ended['stop_reason']}")
        return [float(str(record["seconds"])) for record in self.platform.rounds(run_id)]

    def server_peak_mib(self) -> float:
        """The most memory that the hub ever held."""
        for line in Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return float("nan")

    def processor_seconds(self) -> float:
        """Processor time of the hub and all sites so far."""
        return sum(processor_seconds(p.pid) for p in (self.server, *self._clients))

    def tls(self) -> tuple[Path, Path, Path]:
        """The hub's certificate, its key, and the authority."""
        names = {path.name: path for path in (self.hub / "tls").iterdir()}
        server = {name: path for name, path in names.items() if "server" in name}
        certificate = next(path for name, path in server.items() if "key" not in name)
        key = next(path for name, path in server.items() if "key" in name)
        return certificate, key, names["ca.pem"]

    def close(self) -> None:
        """Stop everything."""
        for client in self._clients:
            client.terminate()
        for client in self._clients:
            client.wait()
        self._clients.clear()
        self.programs.stop()

    def _join(self, number: int) -> Path:
        folder = self.home / f"site-{number}"
        member = self.platform.add_institution(f"기관 {number}", f"Institution {number}")
        code = self.platform.invite(str(member["id"]), f"site-{number}")["code"]
        # In this process: starting a program for each step would take minutes with many sites.
        site = SiteFolder(folder)
        join(site, self.url, str(code), self.hub / "tls" / "ca.pem")
        rule = ProjectRule(
            approve="automatic",
            endpoints=(ENDPOINT,),
            privacy_modes=("open",),
            minimum_sites=1,
            most_rounds=10_000,
        )
        sign_policy(site, Policy(projects={"demo": rule}, weakest_sandbox="none"))
        table = self.home / "assays.csv"
        if not table.exists():
            table.write_text(_molecules(), "utf-8")
        import_file(site, table, "assays", endpoint=ENDPOINT)
        return folder


def noop_spec(hidden: int, depth: int, rounds: int, sites: int) -> RunSpec:
    """A run whose training does nothing, over a model of that shape."""
    return RunSpec(
        name="no-op",
        endpoints=(EndpointSpec(id=ENDPOINT, head="shared"),),
        model=ModelSpec(options={"hidden": hidden, "depth": depth}),
        training=TrainingSpec(rounds=rounds),
        evaluation=EvaluationSpec(every=0),
        cohort=CohortSpec(minimum_sites=sites, deadline_seconds=600, gather_seconds=120),
    )


@contextmanager
def rig(home: Path, sites: int, gateway: FaultProxy | None = None) -> Iterator[Rig]:
    """A rig with running sites, which reach the hub through ``gateway`` if there is one."""
    made = Rig(home, sites, gateway)
    try:
        made.start_sites()
        yield made
    finally:
        made.close()


def processor_seconds(pid: int) -> float:
    """User and system time of a process with its finished children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICK


def _molecules() -> str:
    """Straight and branched alcohols: enough rows for a certificate, no chemistry to speak of."""
    rows = ["smiles,logD"]
    for length in range(1, 40):
        rows.append(f"{'C' * length}O,{length / 10 - 1}")
        rows.append(f"{'C' * length}C(O)C,{length / 10 - 0.8}")
    return "\n".join(rows) + "\n"
