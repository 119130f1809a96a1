"""``fdd fetch``: the public data into a folder."""

from __future__ import annotations

from pathlib import Path

from fdd.cli.output import console
from fdd.cli.publicdata.fetch import RemoteFile, fetch, licences, remote_files
from fdd.language import told

__all__ = ["run"]


def run(target: Path) -> int:
    """Download everything that is not there yet; the number of files."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    wanted = remote_files()
    out = console()
    for name, licence in licences({file.dataset for file in wanted}).items():
        out.print(f"{name}: {licence}")
    done: dict[str, int] = {}
    total = sum(file.size for file in wanted)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=out
    ) as bar:
        line = bar.add_task(told("downloading"), total=total)

        def moved(file: RemoteFile, arrived: int) -> None:
            done[file.path] = arrived
            bar.update(line, description=file.name, completed=sum(done.values()))

        count = fetch(target, wanted, moved)
    out.print(told(f"{count} files in {target}. Use them: export FDD_DATA_DIR={target}"))
    return count
