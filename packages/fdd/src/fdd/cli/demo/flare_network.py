"""A FLARE network on this machine: real server and client processes with mutual TLS on one port."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fdd.cli.demo.processes import DemoError, Programs, program
from fdd.core.errors import ExitCode, FddError
from fdd.flare.kit import add_hub_relay, add_site_relay

__all__ = ["SERVER", "FlareMissingError", "FlareNetwork", "provision"]

_READY_SECONDS: Final = 120.0
_PROJECT: Final = "fdd_demo"
SERVER: Final = "localhost"
_STORES: Final = "/tmp/nvflare"  # noqa: S108 - what the kit of a server names, to be replaced


class FlareMissingError(FddError):
    """The extra is not installed."""

    code = "FDD-4202"
    status = 501
    exit_code = ExitCode.USAGE
    title = "NVIDIA FLARE is not installed here"


def provision(
    home: Path, sites: Sequence[str], administrator: str = "", nvflare: str = "nvflare"
) -> tuple[Path, int]:
    """Make start-up kits for a network on this machine.

    Args:
        home: A folder to be made.
        sites: Names of the clients.
        administrator: Name of one who may submit jobs; empty: nobody.
        nvflare: FLARE's program.

    Returns:
        The folder with a kit each (the server's is ``localhost``), and the one port.

    Raises:
        DemoError: with FLARE's own message.
    """
    home.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = {"name": SERVER, "type": "server", "fed_learn_port": port, "admin_port": port}
    people = [{"name": administrator, "type": "admin", "role": "project_admin"}]
    members = [{"name": site, "type": "client"} for site in sites]
    builders = ("workspace.WorkspaceBuilder", "static_file.StaticFileBuilder",
                "cert.CertBuilder", "signature.SignatureBuilder")  # fmt: skip
    arguments = {"static_file.StaticFileBuilder": {"config_folder": "config", "scheme": "http"}}
    project = {
        "api_version": 3,
        "name": _PROJECT,
        "description": "FDD",
        "participants": [
            {**one, "org": "fdd"} for one in (server, *members, *(people if administrator else []))
        ],
        "builders": [
            {"path": f"nvflare.lighter.impl.{name}", "args": arguments.get(name, {})}
            for name in builders
        ],
    }
    plan = home / "project.yml"
    plan.write_text(json.dumps(project, indent=1), "utf-8")  # JSON is YAML
    made = subprocess.run(
        [program(nvflare), "provision", "-p", str(plan), "-w", str(home)],
        capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip
    if made.returncode:
        raise DemoError(
            f"nvflare provision: {made.stderr.strip()[-400:]}",
            hint="Check the installation of NVIDIA FLARE",
        )
    kits = home / _PROJECT / "prod_00"
    for kit in (SERVER, *sites):
        resources = kits / kit / "local" / "resources.json.default"
        stores = str(kits / kit / "stores")
        resources.write_text(resources.read_text("utf-8").replace(_STORES, stores), "utf-8")
    return kits, port


class FlareNetwork:
    """A FLARE server and one client an institution, each carrying the link for ours.

    Provisioning in one place is for a demonstration; institutions of a real network make their keys
    themselves (``nvflare cert request``).

    Args:
        home: Where kits and stores lie.
        programs: Starts and stops the processes.
        sites: Names of the clients.

    Raises:
        FlareMissingError: if FLARE is not installed.
    """

    def __init__(self, home: Path, programs: Programs, sites: Sequence[str]) -> None:
        if find_spec("nvflare") is None:
            raise FlareMissingError(hint="pip install 'fdd[flare]'")
        self._home = home
        self._programs = programs
        self._sites = list(sites)
        # The path of a Unix socket is short.
        self._sockets = Path(tempfile.mkdtemp(prefix="fdd-flare-"))
        self.port = 0

    def socket(self, site: str) -> Path:
        """Where the client of a site listens for ``fdd-client``."""
        return self._sockets / f"{site}.sock"

    def start(self, hub: str, authority: Path) -> None:
        """Provision the network and start it; returns when all relays listen.

        Args:
            hub: Address of the hub.
            authority: Its certificate authority.

        Raises:
            DemoError: if a process ends or does not become ready.
        """
        kits, self.port = provision(self._home, self._sites)
        add_hub_relay(kits / SERVER, hub, authority)
        for site in self._sites:
            add_site_relay(kits / site, self.socket(site))
        self.kits = kits
        self.start_server()
        for site in self._sites:
            self.start_client(site)
        self.wait()

    def start_server(self) -> None:
        """Start the server, the second time with what it kept."""
        self._start("server.server_train", SERVER, "flare-server", "fed_server.json")

    def start_client(self, site: str) -> None:
        """Start the client of a site."""
        self._start("client.client_train", site, f"flare-{site}", "fed_client.json", f"uid={site}")

    def wait(self) -> None:
        """Wait until the relay of every site listens.

        Raises:
            DemoError: if a process ends or does not become ready.
        """
        until = time.monotonic() + _READY_SECONDS
        waiting = list(self._sites)
        while waiting:
            waiting = [site for site in waiting if not self.socket(site).exists()]
            for label in ("flare-server", *(f"flare-{site}" for site in waiting)):
                if not self._programs.alive(label) or time.monotonic() > until:
                    raise DemoError(f"{label} did not start", hint=f"See {label}.log")
            time.sleep(0.1)

    def kill_server(self) -> None:
        """Kill the server, as a loss of power does."""
        self._programs.end("flare-server", signal.SIGKILL)

    def stop(self) -> None:
        """Stop all processes and remove the sockets."""
        for label in (*(f"flare-{site}" for site in self._sites), "flare-server"):
            self._programs.end(label, signal.SIGTERM)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _start(self, module: str, kit: str, label: str, startup: str, *settings: str) -> None:
        self._programs.start(
            "python", label, "-u", "-m", f"nvflare.private.fed.app.{module}",
            "-m", str(self.kits / kit), "-s", startup,
            "--set", "secure_train=true", "org=fdd", "config_folder=config", *settings,
            announces=False,
        )  # fmt: skip
