"""Fetches public files by repository, commit and path; every file is checked against its sum.

Nothing here is imported by code that touches a site's data.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable, Collection
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

import urllib3

from fdd.core.errors import ExitCode, FddError

__all__ = ["DownloadError", "RemoteFile", "fetch", "licences", "remote_files"]

_ORIGIN: Final = "https://raw.githubusercontent.com"
_PIECE: Final = 64 << 10

_LICENCES: Final = {
    "tdc_admet_group": "Therapeutics Data Commons; CC BY 4.0 as reported, AZ sets CC BY-SA 3.0",
    "pharmabench": "PharmaBench; CC0 1.0, upstream mostly ChEMBL (CC BY-SA 3.0)",
    "tox21": "Tox21 Data Challenge 2014; US government data",
    "toxcast": "US EPA ToxCast; US government data",
    "b3db": "B3DB; CC0 1.0",
    "herg_chembl_raw": "ChEMBL; CC BY-SA 3.0",
}


class DownloadError(FddError):
    """A public file cannot be fetched or is not the published one."""

    code = "FDD-4301"
    status = 502
    exit_code = ExitCode.UNREACHABLE
    title = "The public data cannot be downloaded"


class RemoteFile(NamedTuple):
    """One published file and where it goes."""

    dataset: str
    name: str
    repository: str
    commit: str
    path: str
    size: int
    sha256: str

    @property
    def packed(self) -> bool:
        """Whether it is published plain and kept packed."""
        return self.name.endswith(".gz") and not self.path.endswith(".gz")


def remote_files(datasets: Collection[str] = ()) -> list[RemoteFile]:
    """The files of some data sets, or of all."""
    text = files(__package__).joinpath("manifest.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return [
        RemoteFile(
            row["dataset"], row["file"], row["repo"], row["commit"], row["path_in_repo"],
            int(row["bytes_original"]), row["sha256_of_original_bytes"],
        )
        for row in rows
        if not datasets or row["dataset"] in datasets
    ]  # fmt: skip


def licences(datasets: Collection[str]) -> dict[str, str]:
    """Under which terms each data set is published, as far as its publisher says."""
    return {name: _LICENCES[name] for name in sorted(datasets)}


def fetch(
    target: Path,
    wanted: Collection[RemoteFile],
    progress: Callable[[RemoteFile, int], None] | None = None,
    origin: str = _ORIGIN,
) -> int:
    """Fetch files that are not there yet; how many are there in the end.

    A file that was cut goes on where it stopped. The manifest is written last, so that a folder
    with a manifest is complete.

    Args:
        target: The data folder.
        wanted: Which files.
        progress: Told the bytes of a file that have arrived.
        origin: Another server with the same paths.

    Raises:
        DownloadError: if the network or a checksum fails.
    """
    pool = urllib3.PoolManager(retries=urllib3.Retry(3, backoff_factor=0.5))
    for file in wanted:
        path = target / file.dataset / file.name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _one(pool, origin, file, path, progress)
    _write_manifest(target)
    return len(wanted)


def _one(
    pool: urllib3.PoolManager,
    origin: str,
    file: RemoteFile,
    path: Path,
    progress: Callable[[RemoteFile, int], None] | None,
) -> None:
    draft = path.with_name(path.name + ".part")
    have = draft.stat().st_size if draft.exists() else 0
    url = f"{origin}/{file.repository}/{file.commit}/{file.path}"
    headers = {"Range": f"bytes={have}-"} if 0 < have < file.size else {}
    try:
        answer = pool.request("GET", url, headers=headers, preload_content=False, timeout=30)
        if answer.status not in {200, 206}:
            raise DownloadError(
                f"{file.repository}: {file.path} answers {answer.status}",
                hint="Get the files by hand, and name their folder in FDD_DATA_DIR",
            )
        with draft.open("ab" if answer.status == 206 else "wb") as out:
            # read1 hands over what has arrived, so that a cut loses nothing of it.
            while piece := answer.read1(_PIECE):
                out.write(piece)
                if progress is not None:
                    progress(file, out.tell())
    except urllib3.exceptions.HTTPError as error:
        raise DownloadError(
            "The source of the public data does not answer",
            hint="Check the network or the proxy (HTTPS_PROXY); what arrived is kept",
        ) from error
    content = draft.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        draft.unlink()
        raise DownloadError(
            f"{file.path} is not the published file", hint="Look for a proxy that changes files"
        )
    if file.packed:
        draft.write_bytes(gzip.compress(content, mtime=0))
    draft.replace(path)


def _write_manifest(target: Path) -> None:
    draft = target / ".MANIFEST.draft"
    draft.write_bytes(files(__package__).joinpath("manifest.csv").read_bytes())
    draft.replace(target / "MANIFEST.csv")
