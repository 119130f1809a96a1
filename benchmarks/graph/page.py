"""The page of the graph family's benchmark, in words of both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.graph.cells import WAYS
from benchmarks.graph.judge import beats_local, learns, mean_of

__all__ = ["write_pages"]

_WORDS: Final = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
_PARTS: Final = ("own", "others")
Result = Mapping[str, Any]


def write_pages(cells: Sequence[Result], folder: Path) -> None:
    """Write ``<language>/graph-benchmark.md`` below ``folder``."""
    for language, words in _WORDS.items():
        page = folder / language / "graph-benchmark.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        lines = [*_head(cells, words), *_means(cells, words), *_targets(cells, words)]
        lines += [*_sites(cells, words), *_rounds(cells, words), *_digests(cells, words)]
        page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _head(cells: Sequence[Result], words: Result) -> Iterator[str]:
    recipe = cells[0]["recipe"]
    shown = {
        "machines": "; ".join(sorted({cell["machine"] for cell in cells})),
        "cells": len(cells),
        "minutes": f"{sum(cell['seconds'] for cell in cells) / 60:.0f}",
        **{name: recipe[name] for name in ("rounds", "local_epochs", "batch_size")},
    }
    yield from (f"# {words['title']}", "", words["intro"].format(**shown), "")
    yield from (words["made"].format(**shown), "")
    yield from ("```", "FDD_DATA_DIR=DATA python -m benchmarks graph --pages docs", "```", "")


def _means(cells: Sequence[Result], words: Result) -> Iterator[str]:
    yield from _header([words["molecules"], *words["ways"]])
    for part in _PARTS:
        figures = [_shown([mean_of(cell, part, way) for cell in cells]) for way in WAYS]
        yield f"| {words[part]} | {' | '.join(figures)} |"
    yield ""


def _targets(cells: Sequence[Result], words: Result) -> Iterator[str]:
    yield from (f"## {words['targets']}", "")
    yield from _header(words["target_columns"])
    wins = sum(beats_local(cell) for cell in cells)
    learnt = sum(learns(cell) for cell in cells)
    for what, reached in (("abroad", wins), ("stall", learnt)):
        verdict = words["met" if reached == len(cells) else "missed"]
        yield f"| {words[what]} | {reached} / {len(cells)} | {verdict} |"
    yield ""


def _sites(cells: Sequence[Result], words: Result) -> Iterator[str]:
    """Means over the seeds; institutions are numbered by size."""
    yield from (f"## {words['sites']}", "")
    compared = ("constant", "local", "federated")
    names = [words["ways"][WAYS.index(way)] for way in compared]
    titles = [f"{words[part]}: {name}" for part in _PARTS for name in names]
    yield from _header([words["site"], words["training"], *titles])
    for site in cells[0]["sites"]:
        rows = [cell["sites"][site] for cell in cells]
        molecules = round(fmean(row["molecules"] for row in rows))
        figures = [_shown([row[part][way] for row in rows]) for part in _PARTS for way in compared]
        yield f"| {site} | {molecules:,} | {' | '.join(figures)} |"
    yield ""


def _rounds(cells: Sequence[Result], words: Result) -> Iterator[str]:
    """The error on pooled validation molecules after each round, which a stalled trunk keeps."""
    yield from (f"## {words['curve']}", "", words["curve_said"], "")
    rounds = sorted({int(number) for cell in cells for number in cell["rounds"]})
    yield from _header([words["seed"], *map(str, rounds)])
    for cell in cells:
        figures = [cell["rounds"].get(str(number)) for number in rounds]
        shown = ["–" if value is None else f"{value:.3f}" for value in figures]
        yield f"| {cell['seed']} | {' | '.join(shown)} |"
    yield ""


def _digests(cells: Sequence[Result], words: Result) -> Iterator[str]:
    yield from (f"## {words['cells']}", "")
    yield from _header([words["seed"], words["machine"], words["digest"]])
    for cell in cells:
        yield f"| {cell['seed']} | {cell['machine']} | `{cell['digest'][:16]}` |"


def _header(titles: Sequence[str]) -> Iterator[str]:
    yield from (f"| {' | '.join(titles)} |", "|" + "---|" * len(titles))


def _shown(values: Sequence[float]) -> str:
    mean = f"{fmean(values):.3f}"
    return f"{mean} ± {stdev(values):.3f}" if len(values) > 1 else mean
