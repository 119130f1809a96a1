"""The table of the TDC benchmark, in words of both languages."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.tdc.cells import MODELS as REFERENCES
from benchmarks.tdc.choice import CHOICE
from benchmarks.tdc.graph import GRAPH, TUNING
from benchmarks.tdc.published import PUBLISHED
from fdd.evaluation.scores import SCORES

__all__ = ["ASKED_SEEDS", "Row", "figure", "rows_of", "write_pages"]

ASKED_SEEDS: Final = 5

_WORDS: Final = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
MODELS: Final = (*REFERENCES, GRAPH)
Result = Mapping[str, Any]
Spread = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One set over its seeds.

    Attributes:
        test: Model → mean and standard deviation on the test fold.
        validation: Model → mean on validation molecules that did not choose its epoch.
        chosen: The model with the best of these means, which is served; None before they are known.
        seeds: Model → how many.
    """

    name: str
    metric: str
    test: Mapping[str, Spread]
    validation: Mapping[str, float]
    chosen: str | None
    seeds: Mapping[str, int]

    @property
    def served(self) -> Spread | None:
        """The chosen model on the test fold."""
        return None if self.chosen is None else self.test.get(self.chosen)

    @property
    def no_worse(self) -> bool:
        """Whether the served model's mean is at least MiniMol's."""
        if self.served is None:
            return False
        ours, theirs = self.served[0], PUBLISHED[self.name].minimol[0]
        return ours <= theirs if SCORES[self.metric].better == "lower" else ours >= theirs


def rows_of(results: Sequence[Result]) -> list[Row]:
    """A row a set with test figures, in the order of the leaderboard; cells for tuning are in
    none."""
    by_set: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result["seed"] < TUNING:
            by_set[result["set"]].append(result)
    rows = [_row(name, by_set[name]) for name in PUBLISHED]
    return [row for row in rows if row.test]


def _row(name: str, cells: Sequence[Result]) -> Row:
    metric = PUBLISHED[name].metric
    test, validation = (_by_model(cells, part) for part in ("test", "validation"))
    means = {way: fmean(values) for way, values in validation.items()}
    sign = -1.0 if SCORES[metric].better == "lower" else 1.0
    return Row(
        name,
        metric,
        {way: _spread(values) for way, values in test.items()},
        means,
        max(means, key=lambda way: sign * means[way]) if means else None,
        {way: len(values) for way, values in test.items()},
    )


def _by_model(cells: Sequence[Result], part: str) -> dict[str, list[float]]:
    """Figures of all seeds; those of validation only where they flatter no model: what a cell of a
    network says of the molecules that chose its epoch is left out."""
    found: dict[str, list[float]] = {}
    for cell in cells:
        if part == "test" or cell.get("model") == CHOICE:
            for way, value in cell.get(part, {}).items():
                found.setdefault(way, []).append(value)
    return found


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
    least = min(row.seeds.get(REFERENCES[0], 0) for row in rows)
    if least < ASKED_SEEDS:
        yield from (words["few"].format(least=least, asked=ASKED_SEEDS), "")
    chosen_by = Counter(result["set"] for result in results if result.get("model") == CHOICE)
    fewest = min(chosen_by[row.name] for row in rows)
    yield from (words["chosen"].format(fewest=fewest), "")
    yield from (f"| {' | '.join(words['columns'])} |", "|" + "---|" * len(words["columns"]))
    for row in rows:
        published = PUBLISHED[row.name]
        figures = [figure(row.test[way]) if way in row.test else "" for way in MODELS]
        if row.chosen is not None:
            served = MODELS.index(row.chosen)
            figures[served] = f"**{figures[served]}**"
        mark = words["yes"] if row.no_worse else words["no"]
        seeds, of_graph = str(row.seeds.get(REFERENCES[0], 0)), str(row.seeds.get(GRAPH, 0))
        seeds += f" ({of_graph})" if of_graph != seeds else ""
        cells = [
            f"`{row.name}`", row.metric.upper(), seeds, *figures,
            figure(published.minimol), figure(published.best), mark,
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield from _graph(results, words)
    yield from ("", f"## {words['where']}", "", words["why"], "", f"## {words['cells']}", "")
    yield f"| {words['set']} | {words['model']} | {words['seed']} | {words['digest']} |"
    yield "|---|---|---|---|"
    for result in sorted(results, key=lambda r: (r["set"], r.get("model", ""), r["seed"])):
        model = f"`{result['model']}`" if "model" in result else words["references"]
        model = words["choice"] if result.get("model") == CHOICE else model
        yield f"| `{result['set']}` | {model} | {result['seed']} | `{result['digest'][:16]}` |"


def _graph(results: Sequence[Result], words: Result) -> Iterator[str]:
    """With which recipe and on what the graph model was computed."""
    cells = [result for result in results if result.get("model") == GRAPH]
    if cells:
        recipes = {"×".join(str(n) for n in cell["recipe"].values()) for cell in cells}
        machines = {cell["machine"] for cell in cells}
        shown = {"recipes": ", ".join(sorted(recipes)), "machines": "; ".join(sorted(machines))}
        yield from ("", words["graph"].format(**shown))


def figure(spread: Spread) -> str:
    """A mean, and its standard deviation where there is more than one seed."""
    mean, deviation = spread
    return f"{mean:.3f}" if deviation != deviation else f"{mean:.3f} ± {deviation:.3f}"
