"""Result pages in both languages, with plots, made of finished cells."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from benchmarks.fam import plots
from benchmarks.fam.summary import (
    COLUMNS,
    Line,
    different,
    grouped,
    lines_of,
    mean_of,
    shown,
    spread,
)
from benchmarks.fam.words import WORDS
from fdd.evaluation import riptop

__all__ = ["write_pages"]

_NAME: Final = "fam-benchmark"
Result = Mapping[str, Any]


def write_pages(results: Sequence[Result], folder: Path) -> None:
    """Write ``<language>/fam-benchmark.md`` and ``images/fam-*.svg`` below ``folder``."""
    for language, words in WORDS.items():
        parts = [*_head(results, words), *_table(results, words), *_targets(results, words)]
        parts += _plots(results, words, language, folder / "images")
        parts += _cells(results, words)
        page = folder / language / f"{_NAME}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("\n".join(parts).rstrip() + "\n", "utf-8")


def _head(results: Sequence[Result], words: Mapping[str, str]) -> Iterator[str]:
    seeds = sorted({result["cell"]["seed"] for result in results})
    made = words["made"].format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        seeds=", ".join(map(str, seeds)),
        cells=len(results),
        hours=sum(result["cpu_seconds"] for result in results) / 3600,
    )
    # A cell that was brought over from the digest of earlier code names that digest.
    carried = sum("carried" in result for result in results)
    if carried:
        made += " " + words["carried"].format(carried=carried)
    yield from (f"# {words['title']}", "", words["intro"], "", made, "", words["repeat"], "")
    yield from ("```", "FDD_DATA_DIR=DATA python -m benchmarks fam --pages docs", "```", "")
    for scenario in sorted({result["cell"]["scenario"] for result in results}):
        yield f"- **{scenario}** {words[scenario]}"
    yield ""


def _table(results: Sequence[Result], words: Mapping[str, str]) -> Iterator[str]:
    yield from (f"## {words['results']}", "")
    ways = words["ways"].split("|")
    yield f"| {words['scenario']} | {words['sites']} | {words['part']} | {' | '.join(ways)} |"
    yield f"|---|---|---|{'---|' * len(ways)}"
    for (scenario, endpoint, sites), cells in sorted(grouped(results).items()):
        row = cells[0]["partners"][0]
        for part in ("own", "others"):
            if not any(part in partner for cell in cells for partner in cell["partners"]):
                continue
            found = [spread([mean_of(cell, part, way) for cell in cells]) for way in COLUMNS]
            figures = ["–" if one is None else shown(one) for one in found]
            name = f"{scenario} `{endpoint}`, {row['metric'].upper()}" if part == "own" else ""
            count = f"{sites} ({words['seeds']}: {len(cells)})" if part == "own" else ""
            yield f"| {name} | {count} | {words[part]} | {' | '.join(figures)} |"
    yield ""


def _targets(results: Sequence[Result], words: Mapping[str, str]) -> Iterator[str]:
    yield from (f"## {words['targets']}", "", words["asked"], "")
    yield f"| | | {words['target']} | {words['reached']} | |"
    yield "|---|---|---|---|---|"
    for key, cells in sorted(grouped(results).items()):
        for line in lines_of(key, cells):
            yield _target(key, line, words)
    for line in different(results):
        yield _target(("B4", "*", 5), line, words)
    yield from ("", f"### {words['why_title']}", "", words["why"], "")


def _target(key: tuple[str, str, int], line: Line, words: Mapping[str, str]) -> str:
    verdict = "" if line.met is None else words["met" if line.met else "missed"]
    scenario, endpoint, sites = key
    name = f"{scenario} `{endpoint}`, {sites}"
    return f"| {name} | {words[line.what]} | {line.target} | {line.reached} | {verdict} |"


def _plots(
    results: Sequence[Result], words: Mapping[str, str], language: str, images: Path
) -> Iterator[str]:
    images.mkdir(parents=True, exist_ok=True)
    yield from (f"## {words['partners']}", "", words["mean_over"], "")
    for (scenario, endpoint, sites), cells in sorted(grouped(results).items()):
        rows = _by_partner(cells)
        if not rows:
            continue  # nobody else measures that endpoint
        names = {"endpoint": endpoint, "sites": str(sites)}
        stem = f"fam-{scenario.lower()}-{endpoint.replace('.', '-')}-{sites}"
        metric = cells[0]["partners"][0]["metric"].upper()
        legend = words["legend"].split("|")
        drawn = {
            "arrows": plots.arrows(
                words["arrows"].format(**names),
                metric,
                [(s, r["local"], r["federated"], r["central"]) for s, r in rows.items()],
                legend,
            ),
            "gain": plots.ecdf(words["ecdf"].format(**names), words["gain"], _gains(cells, words)),
        }
        covered = [
            (s, r["local.coverage"], r["federated.coverage"])
            for s, r in rows.items()
            if "local.coverage" in r and "federated.coverage" in r
        ]
        if covered:
            title = words["coverage"].format(**names)
            drawn["coverage"] = plots.coverage(title, words["holds"], covered, legend[:2])
        yield from (f"### {scenario} · `{endpoint}` · {sites}", "")
        for kind, text in drawn.items():
            file = images / f"{stem}-{kind}-{language}.svg"
            file.write_text(text, "utf-8")
            yield from (f"![{words[_ALT[kind]].format(**names)}](../images/{file.name})", "")


_ALT: Final = {"arrows": "arrows", "gain": "ecdf", "coverage": "coverage"}


def _by_partner(cells: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Institution → figure on others' chemistry → mean over seeds; whole rows only."""
    found: dict[str, dict[str, list[float]]] = {}
    for cell in cells:
        for row in cell["partners"]:
            figures = row.get("others", {})
            for name, value in figures.items():
                if isinstance(value, float):
                    found.setdefault(row["site"], {}).setdefault(name, []).append(value)
    means = {s: {n: fmean(v) for n, v in rows.items()} for s, rows in sorted(found.items())}
    return {s: r for s, r in means.items() if {"local", "federated", "central"} <= set(r)}


def _gains(cells: Sequence[Result], words: Mapping[str, str]) -> list[tuple[str, list[float]]]:
    series: list[tuple[str, list[float]]] = []
    for part, way, name in (
        ("others", "federated", "abroad_short"),
        ("own", "chosen", "home_short"),
    ):
        found = []
        for cell in cells:
            for row in cell["partners"]:
                figures = row.get(part, {})
                local, reached = figures.get("local"), figures.get(way)
                if local is not None and reached is not None:
                    gain = riptop(reached, local, row["better"])
                    found += [] if gain is None else [gain]
        series.append((words[name], found))
    return series


def _cells(results: Sequence[Result], words: Mapping[str, str]) -> Iterator[str]:
    yield from (f"## {words['cells']}", "")
    yield f"| {words['scenario']} | {words['sites']} | {words['seed']} | {words['digest']} |"
    yield "|---|---|---|---|"
    for result in results:
        cell = result["cell"]
        name = f"{cell['scenario']} `{cell['endpoint']}`"
        yield f"| {name} | {cell['sites']} | {cell['seed']} | `{result['digest'][:16]}` |"
