"""What this machine can do, as the site tells the hub."""

from __future__ import annotations

import os
import platform
import shutil
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from fdd.protocol.messages import Capability
from fdd_client.settings import SiteFolder

__all__ = ["capability"]


_GPUS: Final = Path("/proc/driver/nvidia/gpus")


def capability(folder: SiteFolder, line: tuple[float, float] | None = None) -> Capability:
    """The profile of this machine; reads versions without importing the packages.

    Args:
        folder: The site, whose disk counts.
        line: Megabits a second to and from the hub, once they are measured.
    """
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Capability(
        cores=os.cpu_count() or 0,
        memory_mib=pages * size >> 20,
        free_disk_mib=shutil.disk_usage(folder.root).free >> 20,
        python=platform.python_version(),
        rdkit=_version("rdkit"),
        torch=_version("torch"),
        gpu=_gpus(),
        upload_mbit=line[0] if line is not None else None,
        download_mbit=line[1] if line is not None else None,
    )


def _gpus() -> str:
    """Models of the graphics processors as their driver names them; empty without a driver."""
    models: list[str] = []
    for description in sorted(_GPUS.glob("*/information")):
        with suppress(OSError, UnicodeDecodeError):
            lines = description.read_text("utf-8").splitlines()
            models += [line.partition(":")[2].strip() for line in lines if line.startswith("Model")]
    return ", ".join(f"{models.count(m)} × {m}" for m in sorted(set(models)))[:100]


def _version(name: str) -> str:
    try:
        return version(name)[:40]
    except PackageNotFoundError:
        return ""
