"""Where the data of a demo come from: a folder, a download, or computed values."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from fdd.cli.publicdata.fetch import DownloadError, fetch, licences, remote_files
from fdd.data.errors import NoDataError
from fdd.data.sources import public_data_directory
from fdd.language import said, told

__all__ = ["PublicData", "download_folder", "public_data"]


class PublicData(NamedTuple):
    """The folder of measured data; ``None`` means that values have to be computed."""

    folder: Path | None


def download_folder() -> Path:
    """Where downloads are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "fdd" / "data"


def public_data(out: Console) -> PublicData:
    """Measured data from ``FDD_DATA_DIR``, an earlier download, or a download now; else none."""
    try:
        return PublicData(public_data_directory())
    except NoDataError:
        folder = download_folder()
    wanted = remote_files({"tdc_admet_group"})
    if (folder / "MANIFEST.csv").is_file():
        return PublicData(folder)
    for name, licence in licences({"tdc_admet_group"}).items():
        out.print(told(f"Downloading {name}: {licence}"))
    try:
        with out.status(told("downloading public data")):
            fetch(folder, wanted)
    except DownloadError as error:
        out.print(f"{said(error).detail}.", style="yellow")
        going_on = (
            "Going on with the set that ships with FDD: its endpoints are computed from structures "
            "of known drugs, not measured."
        )
        out.print(told(going_on), style="bold yellow")
        return PublicData(None)
    return PublicData(folder)
