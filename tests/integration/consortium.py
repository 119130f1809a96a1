"""A small consortium of real processes for tests: one hub, some sites, tiny data."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, cast
from urllib.parse import parse_qs, urlsplit

from fdd.cli.demo.flare_network import FlareNetwork
from fdd.cli.demo.processes import Programs, program
from fdd.core.spec import CohortSpec, EndpointSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.sdk import Platform, PlatformRefusedError, PlatformUnreachableError
from fdd.sdk.client import Json
from fdd.simulation.public import deal, mapping_for

__all__ = ["ENDPOINT", "Consortium", "small_spec"]

ENDPOINT = "lipophilicity.logd74"
SECONDS = 240.0
ENDED = {"completed", "failed", "stopped"}


def small_spec(rounds: int = 4, sites: int = 2, **changes: object) -> RunSpec:
    """A run of seconds."""
    base = RunSpec(
        name="small",
        endpoints=(EndpointSpec(id=ENDPOINT, head="shared"),),
        model=ModelSpec(options={"hidden": 24}),
        training=TrainingSpec(rounds=rounds, local_epochs=2),
        cohort=CohortSpec(
            minimum_sites=sites, gather_seconds=120, deadline_seconds=120, offline_seconds=100
        ),
    )
    return RunSpec.model_validate({**base.model_dump(), **changes})


class Consortium:
    """Starts, kills and asks.

    Args:
        home: A folder for everything.
        sites: How many.
        database: Address of a PostgreSQL database; empty: SQLite.
        gateway: Where sites reach the hub, when that is not the hub itself.
    """

    def __init__(self, home: Path, sites: int, database: str = "", gateway: str = "") -> None:
        self.home = home
        self.gateway = gateway
        self.programs = Programs(home / "logs")
        self.hub_folder = home / "hub"
        self.names = [f"site-{number}" for number in range(sites)]
        self.site_ids: dict[str, str] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        extra = ("--database-url", database) if database else ()
        made = self.programs.call(
            "fdd-server", "init", str(self.hub_folder), "--demo", "--admin-email", "a@hub.invalid",
            *extra,
        )  # fmt: skip
        self.email, self.password = str(made["admin_email"]), str(made["admin_password"])
        self.url = self.page = ""
        self.start_hub()
        self.platform = self.signed_in()

    def start_hub(self) -> None:
        """Start the hub, at the address it had before."""
        port = str(urlsplit(self.url).port or 0)
        page = str(urlsplit(self.page).port or 0)
        self._processes["hub"] = self.programs.start(
            "fdd-server", "hub", "run", str(self.hub_folder), "--port", port, "--page-port", page
        )
        where = self.programs.ready("hub")
        self.url, self.page = str(where["url"]), str(where["page"])

    def start_replica(self, label: str) -> int:
        """Start another hub on the same folder and database; the port where sites reach it."""
        self._processes[label] = self.programs.start(
            "fdd-server", label, "run", str(self.hub_folder), "--port", "0"
        )
        return urlsplit(str(self.programs.ready(label)["url"])).port or 0

    def pause(self, name: str, seconds: float) -> None:
        """Stop a process for a while, as a machine does that is suspended."""
        os.kill(self._processes[name].pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self._processes[name].pid, signal.SIGCONT)

    def link(self, role: str = "administrator") -> str:
        """A one-time link to the hub's pages."""
        made = self.programs.call(
            "fdd-server",
            "admin",
            "ticket",
            str(self.hub_folder),
            "--role",
            role,
            "--page",
            self.page,
        )
        return str(made["link"])

    def signed_in(self, role: str = "administrator") -> Platform:
        """A session at the hub."""
        platform = Platform(self.page)
        platform.enter(parse_qs(urlsplit(self.link(role)).query)["ticket"][0])
        return platform

    def join(self, name: str) -> Path:
        """Let a site join; its folder."""
        folder = self.home / name
        member = self.platform.add_institution(f"기관 {name}", f"Institution {name}")
        code = self.platform.invite(str(member["id"]), name)["code"]
        joined = self.programs.call(
            "fdd-client",
            "join",
            self.gateway or self.url,
            "-",
            "--folder",
            str(folder),
            "--ca",
            str(self.hub_folder / "tls" / "ca.pem"),
            secret=f"{code}\n",
        )
        self.site_ids[name] = str(joined["site_id"])
        return folder

    def prepare(self, spec: RunSpec, molecules: int = 400) -> None:
        """Join all sites, deal computed molecules, sign policies, start the clients."""
        for name in self.names:
            self.join(name)
        endpoints = [endpoint.id for endpoint in spec.endpoints]
        dealt = deal(
            endpoints,
            self.names,
            b"tests' own fold key",
            1,
            computed=True,
            chemistry=False,
            limits=dict.fromkeys(endpoints, molecules),
        )
        columns = self.home / "columns.json"
        columns.write_text(mapping_for(endpoints).model_dump_json(), "utf-8")
        for name in self.names:
            table = self.home / f"{name}.csv"
            table.write_text(dealt.own(name), "utf-8")
            self.set_policy(name, spec)
            self.programs.call(
                "fdd-client",
                "data",
                "add",
                str(table),
                "--map",
                str(columns),
                "--folder",
                str(self.home / name),
            )
            self.start_site(name)

    def set_policy(self, name: str, spec: RunSpec, **changes: str) -> None:
        """Sign a policy that lets the run train here."""
        lines = {
            "approve": '"automatic"',
            "endpoints": str([endpoint.id for endpoint in spec.endpoints]).replace("'", '"'),
            "privacy_modes": '["open"]',
            "minimum_sites": "1",
            "share_report": "false",
            **changes,
        }
        text = "version = 1\n[projects.demo]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items())
        path = self.home / f"{name}-policy.toml"
        path.write_text(text, "utf-8")
        self.programs.call(
            "fdd-client", "policy", "set", str(path), "--folder", str(self.home / name)
        )

    def start_site(self, name: str, *, trains: bool = True) -> None:
        """Start a client; one whose training process is replaced by zeros, unless it trains."""
        folder = str(self.home / name)
        if trains:
            started = self.programs.start("fdd-client", name, "run", "--folder", folder)
        else:
            started = self.programs.start("python", name, "-m", "benchmarks.noop_site", folder)
        self._processes[name] = started

    def restart_sites(self, *, trains: bool = True, flare: FlareNetwork | None = None) -> None:
        """Start all clients again, which reach the hub through FLARE or directly."""
        for name in self.names:
            self.kill(name)
            socket = str(flare.socket(name)) if flare is not None else ""
            settings = self.home / name / "client.toml"
            others = [x for x in settings.read_text().splitlines() if "flare_socket" not in x]
            settings.write_text("\n".join([*others, f'flare_socket = "{socket}"', ""]))
            self.start_site(name, trains=trains)

    def console(self, name: str) -> str:
        """Start a site's console; the link that opens it once."""
        process = self.programs.start(
            "fdd-client", f"{name}-console", "console", "--folder", str(self.home / name),
            "--port", "0",
        )  # fmt: skip
        pipe = cast("IO[bytes]", process.stdout)
        for line in pipe:
            if (text := line.decode().strip()).startswith("http://127.0.0.1:"):
                return text
        raise AssertionError(f"the console of {name} did not start")

    def kill(self, name: str) -> None:
        """kill -9, with the training process of a site."""
        process = self._processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for child in training_processes(self.home / name):
            with suppress(ProcessLookupError):  # it dies with its parent, perhaps just now
                os.kill(child, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def alive(self, name: str) -> bool:
        """Whether a program runs."""
        return self._processes[name].poll() is None

    def revive(self) -> None:
        """Start again whatever an earlier test left dead."""
        for name in [name for name in self._processes if not self.alive(name)]:
            if name == "hub":
                self.start_hub()
            else:
                self.start_site(name)

    def until(
        self, run_id: str, condition: Callable[[Json], bool], seconds: float = SECONDS
    ) -> Json:
        """Wait for something to be true of a run; a run that has ended without it is no wait."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                run = self.platform.run(run_id)
                if condition(run):
                    return run
                if run["status"] in ENDED:
                    ended = {k: run[k] for k in ("status", "stop_reason", "round", "sites")}
                    raise AssertionError(f"the run ended before: {ended}")
            except PlatformUnreachableError:
                pass
            except PlatformRefusedError as error:
                if error.http_status < 500:
                    raise
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds:.0f} s; logs in {self.home / 'logs'}")

    def finish(self, run_id: str, seconds: float = SECONDS) -> Json:
        """Wait until a run has ended."""
        return self.until(run_id, lambda run: run["status"] in ENDED, seconds)

    def close(self) -> None:
        """Stop everything."""
        self.programs.stop()


def training_processes(folder: Path) -> list[int]:
    """Training processes that work in a site's folder, whichever session they belong to."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"confine.py" in command and str(folder.resolve()).encode() in command:
            found.append(int(entry.name))
    return found


def run_cli(name: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run one of our programs as a user would."""
    return subprocess.run(
        [program(name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        **options,  # type: ignore[call-overload]
    )
