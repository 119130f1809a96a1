"""The page of the distillation benchmark, in words of both languages."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.distil.cells import KINDS, WAYS

__all__ = ["write_pages"]

_WORDS: Final = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
_SEEDS: Final = 5
Result = Mapping[str, Any]
Cells = Mapping[int, Result]


def write_pages(found: Mapping[str, Cells], targets: Mapping[str, float], folder: Path) -> None:
    """Write ``<language>/distil-benchmark.md`` below ``folder``."""
    for language, words in _WORDS.items():
        page = folder / language / "distil-benchmark.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        lines = [*_head(found, words)]
        for name, cells in found.items():
            kinds = KINDS[name]
            said = words["kinds"].format(student=kinds.student, teachers=", ".join(kinds.teachers))
            lines += [f"## {words[name]}", "", said, ""]
            lines += [*_targets(cells, targets, words), *_sites(cells, words)]
        lines += [words["said"], "", *_cells(found, words)]
        page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _head(found: Mapping[str, Cells], words: Result) -> Iterator[str]:
    cells = [cell for kind in found.values() for cell in kind.values()]
    made = words["made"].format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        minutes=sum(cell["cpu_seconds"] for cell in cells) / 60,
        cells=len(cells),
    )
    yield from (f"# {words['title']}", "", words["intro"], "", made, "")
    yield from ("```", "FDD_DATA_DIR=DATA python -m benchmarks distil --pages docs", "```", "")


def _targets(cells: Cells, targets: Mapping[str, float], words: Result) -> Iterator[str]:
    yield from (f"| {' | '.join(words['table'])} |", "|" + "---|" * len(words["table"]))
    for part, least in targets.items():
        means = {
            way: [fmean(s[part][way] for s in cell["sites"].values()) for cell in cells.values()]
            for way in WAYS
        }
        gains, over_network = (
            [m - a for m, a in zip(means["finetuned"], means[way], strict=True)]
            for way in ("local", "alone")
        )
        verdict = words["met"] if fmean(gains) >= least else words["missed"]
        if len(cells) < _SEEDS:
            verdict = words["partial"].format(cells=len(cells), seeds=_SEEDS)
        shown = " | ".join(_shown(means[way]) for way in WAYS)
        over = f"{_gain(over_network)} | {_gain(gains)}"
        yield f"| {words[part]} | {shown} | {over} | ≥ {least:g} | {verdict} |"
    yield ""


def _sites(cells: Cells, words: Result) -> Iterator[str]:
    """Means over the seeds; institutions are numbered by the size of their share."""
    yield f"| {' | '.join(words['site'])} |"
    yield "|" + "---|" * len(words["site"])
    for name, first in next(iter(cells.values()))["sites"].items():
        rows = [cell["sites"][name] for cell in cells.values()]
        molecules = round(fmean(row["molecules"] for row in rows))
        shown = []
        for part in ("own", "others"):
            shown.append(_shown([row[part]["local"] for row in rows]))
            shown += [
                _gain([row[part]["finetuned"] - row[part][way] for row in rows])
                for way in ("local", "alone")
            ]
        yield f"| {name} | {first['teacher']} | {molecules:,} | {' | '.join(shown)} |"
    yield ""


def _cells(found: Mapping[str, Cells], words: Result) -> Iterator[str]:
    yield from (f"## {words['cells']}", "", f"| {' | '.join(words['cell'])} |", "|---|---|---|---|")
    for name, cells in found.items():
        for seed, cell in sorted(cells.items()):
            known = f"`{cell['partition'][:16]}` | `{cell['digest'][:16]}`"
            yield f"| {words[name]} | {seed} | {known} |"


def _shown(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f} ± {stdev(values) if len(values) > 1 else 0.0:.3f}"


def _gain(values: Sequence[float]) -> str:
    return f"{fmean(values):+.3f} ± {stdev(values) if len(values) > 1 else 0.0:.3f}"
