"""Isolation levels: which work on this machine, found out by trying, and how to start at one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

from fdd_client.sandbox.errors import SandboxError

__all__ = ["Level", "available", "choose", "command", "environment", "graphics"]

Level = Literal["A", "B", "C", "none"]
_ORDER: Final[tuple[Level, ...]] = ("A", "B", "C")
_PROBE_SECONDS: Final = 30
# Started as a file: importing the package would load what should come after the walls.
_CONFINE: Final = str(Path(__file__).with_name("confine.py"))


@cache
def available() -> tuple[Level, ...]:
    """Levels that hold on this machine, strongest first. Each was tried: no network, no writing
    outside its folder."""
    return tuple(level for level in _ORDER if _holds(level))


def choose(weakest: Level, wanted: str = "auto") -> Level:
    """The level to train at.

    Args:
        weakest: The least isolation that the site's signed policy accepts.
        wanted: ``auto`` for the strongest, or exactly one level.

    Raises:
        SandboxError: if no acceptable level works here.
    """
    levels = [level for level in available() if wanted in {"auto", level}]
    acceptable = [level for level in levels if weakest == "none" or level <= weakest]
    if acceptable:
        return acceptable[0]
    if weakest == "none":
        return "none"
    raise SandboxError(
        f"Level {weakest} or better is asked for; here work: {', '.join(available()) or 'none'}",
        hint="Install bubblewrap (apt install bubblewrap), allow user namespaces, or sign an "
        "exception in the policy (weakest_sandbox)",
        weakest=weakest,
        works=",".join(available()),
    )


def command(
    level: Level,
    mode: Literal["train", "predict", "preview", "probe"],
    job: Path,
    readable: Sequence[Path],
    memory: int,
) -> list[str]:
    """The command line that works at a level.

    Args:
        level: How to isolate.
        mode: What to do inside.
        job: The only folder that can be written.
        readable: Further files and folders that can be read; a device can be used.
        memory: Limit in MiB; 0 = none.
    """
    roots = _roots()
    paths = [*roots, *(str(path.resolve()) for path in readable)]
    inner = [
        sys.executable,
        "-P",
        _CONFINE,
        level,
        mode,
        str(job.resolve()),
        str(memory),
        *paths,
    ]
    return [*_bubblewrap(job, paths), *inner] if level == "A" else inner


def graphics() -> tuple[Path, ...]:
    """The devices of the graphics processors' driver; none where there is none."""
    return tuple(sorted(p for p in Path("/dev").glob("nvidia*") if p.is_char_device()))


def environment() -> dict[str, str]:
    """The environment of the training process: nothing of the site's own."""
    kept = {k: v for k, v in os.environ.items() if k.startswith("OPENBLAS_")}
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        **kept,
    }


def _holds(level: Level) -> bool:
    if level == "A" and shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory(prefix="fdd-probe-") as folder:
        job = Path(folder) / "job"
        job.mkdir()
        Path(folder).chmod(0o777)
        job.chmod(0o777)
        try:
            done = subprocess.run(
                command(level, "probe", job, (), 0),
                env=environment(),
                timeout=_PROBE_SECONDS,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        escaped = (Path(folder) / "outside").exists()
        return done.returncode == 0 and not escaped and (job / "inside").exists()


def _roots() -> list[str]:
    """What Python itself must read: interpreter, environment, packages, system libraries."""
    import fdd
    import fdd_client

    places = [
        "/usr",
        "/lib",
        "/lib64",
        "/bin",
        "/sbin",
        "/etc/ld.so.cache",
        "/etc/localtime",
        sys.prefix,
        sys.base_prefix,
        *(str(Path(p).parent) for p in (*fdd.__path__, *fdd_client.__path__)),
    ]
    unique: list[str] = []
    for place in places:
        if Path(place).exists() and place not in unique:
            unique.append(place)
    return unique


def _bubblewrap(job: Path, readable: Sequence[str]) -> list[str]:
    folder = str(job.resolve())
    walls = [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",  # noqa: S108 - inside the walls
    ]
    for path in readable:
        if Path(path).is_symlink():
            walls += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).is_char_device():
            walls += ["--dev-bind", path, path]
        else:
            walls += ["--ro-bind", path, path]
    # The folder comes after /tmp, under which tests keep theirs.
    return [*walls, "--bind", folder, folder, "--chdir", folder]
