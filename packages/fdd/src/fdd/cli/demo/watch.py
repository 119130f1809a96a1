"""Watching the demo's run: a line per institution, a bar over the rounds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, cast

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from fdd.core.ids import RunId
from fdd.language import coded, told
from fdd.sdk import Platform, PlatformUnreachableError
from fdd.sdk.client import Json

__all__ = ["watch"]

_LOOK_SECONDS: Final = 0.5
_TERMINAL: Final = {"completed", "failed", "stopped"}


def watch(platform: Platform, run_id: RunId, console: Console) -> Json:
    """Show a run until it ends; its last description."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=console,
    )
    line = bar.add_task(told("waiting for the sites"), total=1)
    seen = -1
    with Live(bar, console=console, refresh_per_second=4, transient=True) as live:
        while True:
            try:
                run = platform.run(run_id)
            except PlatformUnreachableError:
                bar.update(line, description=told("the server does not answer; trying again"))
                time.sleep(_LOOK_SECONDS)
                continue
            number, total = int(str(run["round"])), int(str(run["rounds"]))
            phase = coded("phases", _text(run["phase"])) or coded("status", _text(run["status"]))
            bar.update(line, description=phase, completed=number, total=total)
            live.update(Group(bar, _sites(cast("Sequence[Json]", run["sites"]))))
            if not console.is_terminal and number != seen:
                console.print(told(f"round {number}/{total}"))
                seen = number
            if run["status"] in _TERMINAL:
                return run
            time.sleep(_LOOK_SECONDS)


def _sites(sites: Sequence[Json]) -> Table:
    table = Table.grid(padding=(0, 2))
    for site in sites:
        sent = int(str(site.get("bytes_sent") or 0)) / 1e6
        state = coded("site_states", _text(site["state"]))
        reason = coded("reasons", _text(site.get("state_reason")))
        table.add_row(str(site["name"]), state, told(f"{sent:.1f} MB sent"), reason)
    return table


def _text(value: object) -> str:
    return str(value or "")
