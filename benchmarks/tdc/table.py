"""The table of the TDC benchmark, in words of both languages."""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.tdc.cells import MODELS
from benchmarks.tdc.published import PUBLISHED
from fdd.evaluation.scores import SCORES

__all__ = ["ASKED_SEEDS", "Row", "figure", "rows_of", "write_pages"]

ASKED_SEEDS: Final = 5

_WORDS: Final = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
Result = Mapping[str, Any]
Spread = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One set over its seeds.

    Attributes:
        test: Model → mean and standard deviation on the test fold.
        validation: Model → mean on validation molecules.
        chosen: The model with the best validation figure, which is served.
        seeds: How many.
    """

    name: str
    metric: str
    test: Mapping[str, Spread]
    validation: Mapping[str, float]
    chosen: str
    seeds: int

    @property
    def served(self) -> Spread:
        """The chosen model on the test fold."""
        return self.test[self.chosen]

    @property
    def no_worse(self) -> bool:
        """Whether the served model's mean is at least MiniMol's."""
        ours, theirs = self.served[0], PUBLISHED[self.name].minimol[0]
        return ours <= theirs if SCORES[self.metric].better == "lower" else ours >= theirs


def rows_of(results: Sequence[Result]) -> list[Row]:
    """A row a set, in the order of the leaderboard."""
    by_set: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_set[result["set"]].append(result)
    return [_row(name, by_set[name]) for name in PUBLISHED if name in by_set]


def _row(name: str, cells: Sequence[Result]) -> Row:
    metric = PUBLISHED[name].metric
    validation = {way: fmean(cell["validation"][way] for cell in cells) for way in MODELS}
    pick = min if SCORES[metric].better == "lower" else max
    return Row(
        name,
        metric,
        {way: _spread([cell["test"][way] for cell in cells]) for way in MODELS},
        validation,
        pick(validation, key=lambda way: validation[way]),
        len(cells),
    )


def _spread(values: Sequence[float]) -> Spread:
    return fmean(values), stdev(values) if len(values) > 1 else float("nan")


def write_pages(rows: Sequence[Row], results: Sequence[Result], folder: Path) -> None:
    """Write ``<language>/tdc-benchmark.md`` below ``folder``."""
    for language, words in _WORDS.items():
        page = folder / language / "tdc-benchmark.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("\n".join(_page(rows, results, words)).rstrip() + "\n", "utf-8")


def _page(rows: Sequence[Row], results: Sequence[Result], words: Result) -> Iterator[str]:
    made = words["made"].format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        cells=len(results),
        hours=sum(result["cpu_seconds"] for result in results) / 3600,
    )
    yield from (f"# {words['title']}", "", words["intro"], "", made, "")
    yield from ("```", "FDD_DATA_DIR=DATA python -m benchmarks tdc --pages docs", "```", "")
    won = sum(row.no_worse for row in rows)
    yield from (words["summary"].format(won=won, sets=len(rows)), "")
    least = min(row.seeds for row in rows)
    if least < ASKED_SEEDS:
        yield from (words["few"].format(least=least, asked=ASKED_SEEDS), "")
    yield from (f"| {' | '.join(words['columns'])} |", "|" + "---|" * len(words["columns"]))
    for row in rows:
        published = PUBLISHED[row.name]
        figures = [figure(row.test[way]) for way in MODELS]
        served = MODELS.index(row.chosen)
        figures[served] = f"**{figures[served]}**"
        mark = words["yes"] if row.no_worse else words["no"]
        cells = [
            f"`{row.name}`", row.metric.upper(), str(row.seeds), *figures,
            figure(published.minimol), figure(published.best), mark,
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield from ("", f"## {words['where']}", "", words["why"], "", f"## {words['cells']}", "")
    yield f"| {words['set']} | {words['seed']} | {words['digest']} |"
    yield "|---|---|---|"
    for result in sorted(results, key=lambda r: (r["set"], r["seed"])):
        yield f"| `{result['set']}` | {result['seed']} | `{result['digest'][:16]}` |"


def figure(spread: Spread) -> str:
    """A mean, and its standard deviation where there is more than one seed."""
    mean, deviation = spread
    return f"{mean:.3f}" if deviation != deviation else f"{mean:.3f} ± {deviation:.3f}"
