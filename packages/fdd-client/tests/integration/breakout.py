"""Stands in for the probe inside the walls and tries to get out: ``confine.py`` with other work.

Run as ``python breakout.py CONFINE LEVEL MODE JOB MEMORY [PATH …]``; what succeeded is written to
``JOB/escaped.json``. ``FDD_ATTEMPTS`` names the attempts, where not all of them are meant.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import socket
import sys
from collections.abc import Callable
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def attempts(job: Path) -> dict[str, Callable[[], object]]:
    outside = job.parent
    parent = os.getppid()
    return {
        "tcp": lambda: socket.create_connection(("127.0.0.1", int(os.environ["FDD_PORT"])), 2),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
            b"x", ("127.0.0.1", int(os.environ["FDD_PORT"]))
        ),
        "tcp over IPv6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "listening": lambda: socket.create_server(("127.0.0.1", 0)),
        "reading the site's key": (outside / "site.key").read_bytes,
        "reading passwords": Path("/etc/shadow").read_bytes,
        "writing beside the job": lambda: (outside / "beside").write_text("x"),
        "writing to /usr": lambda: Path("/usr/fdd-escaped").write_text("x"),
        "linking out": lambda: _through_link(job, outside / "site.key"),
        "tracing the parent": lambda: checked(libc.ptrace(0x4206, parent, 0, 0)),
        "memory of the parent": lambda: Path(f"/proc/{parent}/mem").open("rb").read(1),
        "environment of the parent": lambda: _of_agent(parent),
        "a new namespace": lambda: checked(libc.unshare(0x10000000)),
        "mounting": lambda: checked(libc.mount(b"x", b"/tmp", b"tmpfs", 0, None)),
    }


def _through_link(job: Path, target: Path) -> bytes:
    link = job / "link"
    link.symlink_to(target)
    return link.read_bytes()


def _of_agent(parent: int) -> None:
    if b"FDD_SECRET" not in Path(f"/proc/{parent}/environ").read_bytes():
        raise OSError("not the agent")


def work(job: str) -> int:
    escaped = []
    wanted = os.environ.get("FDD_ATTEMPTS")
    for name, attempt in attempts(Path(job)).items():
        if wanted is not None and name not in wanted.split(","):
            continue
        try:
            attempt()
        except OSError:
            continue
        escaped.append(name)
    (Path(job) / "escaped.json").write_text(json.dumps(escaped))
    return 0


if __name__ == "__main__":
    confine = runpy.run_path(sys.argv[1])
    main = confine["main"]
    main.__globals__["_probe"] = work
    sys.exit(main(sys.argv[2:]))
