"""What this machine can do, as the site tells the hub."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

from fdd.protocol.messages import Capability
from fdd_client.settings import SiteFolder

__all__ = ["capability"]


def capability(folder: SiteFolder) -> Capability:
    """The profile of this machine; reads versions without importing the packages."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Capability(
        cores=os.cpu_count() or 0,
        memory_mib=pages * size >> 20,
        free_disk_mib=shutil.disk_usage(folder.root).free >> 20,
        python=platform.python_version(),
        rdkit=_version("rdkit"),
        torch=_version("torch"),
    )


def _version(name: str) -> str:
    try:
        return version(name)[:40]
    except PackageNotFoundError:
        return ""
