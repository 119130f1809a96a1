"""The page of the Tox21 benchmark, in words of both languages."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

__all__ = ["write_pages"]

_WORDS: Final = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
Result = Mapping[str, Any]
Found = Mapping[str, Mapping[int, Result]]


def write_pages(
    found: Found, measures: Result, targets: Mapping[str, str], missed: Sequence[str], folder: Path
) -> None:
    """Write ``<language>/tox21-benchmark.md`` below ``folder``."""
    for language, words in _WORDS.items():
        page = folder / language / "tox21-benchmark.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        lines = [*_head(found, words), *_rules(found, words)]
        lines += [*_targets(measures, targets, missed, words), *_cells(found, words)]
        page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _head(found: Found, words: Result) -> Iterator[str]:
    cells = [cell for rule in found.values() for cell in rule.values()]
    made = words["made"].format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        cells=len(cells),
        hours=sum(cell["cpu_seconds"] for cell in cells) / 3600,
    )
    carried = sum("carried" in cell for cell in cells)
    if carried:
        made = words["carried"].format(carried=carried) + " " + made
    yield from (f"# {words['title']}", "", words["intro"], "", made, "")
    yield from ("```", "FDD_DATA_DIR=DATA python -m benchmarks tox21 --pages docs", "```", "")


def _rules(found: Found, words: Result) -> Iterator[str]:
    yield from (f"| {' | '.join(words['columns'])} |", "|---|---|---|---|---|")
    for rule, cells in found.items():
        if cells:
            figures = [
                _shown([cell["pooled"] for cell in cells.values()]),
                _shown([fmean(cell["site"]) for cell in cells.values()]),
                _shown([cell["ece"] for cell in cells.values()]),
            ]
            yield f"| {words[rule]} | {len(cells)} | {' | '.join(figures)} |"
    yield ""


def _targets(
    measures: Result, targets: Mapping[str, str], missed: Sequence[str], words: Result
) -> Iterator[str]:
    yield from (
        f"## {words['targets']}",
        "",
        f"| {' | '.join(words['judged'])} |",
        "|---|---|---|---|",
    )
    for name, target in targets.items():
        verdict = words["missed"] if any(m.startswith(f"{name}:") for m in missed) else words["met"]
        yield f"| {words[name]} | {target} | {measures[name]} | {verdict} |"
    yield from ("", words["said"], "")


def _cells(found: Found, words: Result) -> Iterator[str]:
    yield from (f"## {words['cells']}", "", f"| {' | '.join(words['cell'])} |", "|---|---|---|---|")
    for rule, cells in found.items():
        for seed, cell in sorted(cells.items()):
            digests = f"`{cell['partition'][:16]}` | `{cell['digest'][:16]}`"
            yield f"| {words[rule]} | {seed} | {digests} |"


def _shown(values: Sequence[float]) -> str:
    spread = stdev(values) if len(values) > 1 else 0.0
    return f"{fmean(values):.3f} ± {spread:.3f}"
