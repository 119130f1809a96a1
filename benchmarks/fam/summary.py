"""Figures over partners and seeds, judged against the targets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import Any, Final, NamedTuple

from benchmarks.fam.words import WORDS

__all__ = [
    "COLUMNS",
    "Line",
    "different",
    "grouped",
    "lines_of",
    "mean_of",
    "share_closed",
    "shown",
    "spread",
    "summarise",
]

Result = Mapping[str, Any]
Key = tuple[str, str, int]

COLUMNS: Final = (
    "local", "boosted", "federated", "finetuned", "mixed", "blended", "chosen", "central",
)  # fmt: skip
"""What is compared, in the order of the page."""

_ABROAD, _COVERED = 0.80, 0.85
_AT_HOME: Final = {4: 0.75, 20: 0.60}
_MANY: Final = 20
_MOST_GAIN: Final = 4
_LEAST_GAP: Final = 0.02
"""Of the local figure; a share of less would be noise divided by noise."""
_CYP, _CYP_GAIN, _HERG = 0.65, 0.15, 0.83


def grouped(results: Iterable[Result]) -> dict[Key, list[Result]]:
    """Cells of all seeds by (scenario, endpoint, sites), each with that endpoint's partners."""
    found: dict[Key, list[Result]] = {}
    for result in results:
        cell = result["cell"]
        for endpoint in sorted({row["endpoint"] for row in result["partners"]}):
            partners = [row for row in result["partners"] if row["endpoint"] == endpoint]
            key = (cell["scenario"], endpoint, cell["sites"])
            found.setdefault(key, []).append({**result, "partners": partners})
    return found


def different(results: Sequence[Result]) -> Iterator[Line]:
    """The target where each partner measures something else: most gain, the rest stay alone."""
    groups = [cells for key, cells in grouped(results).items() if key[0] == "B4"]
    if not groups:
        return
    gained, told = 0, 0
    for cells in groups:
        local, chosen = (fmean(mean_of(cell, "own", way) or 0.0 for cell in cells)
                         for way in ("local", "chosen"))  # fmt: skip
        lower = cells[0]["partners"][0]["better"] == "lower"
        verdicts = [cell["partners"][0]["own"]["chosen.verdict"] for cell in cells]
        clearly = 2 * verdicts.count("better") > len(verdicts) and "worse" not in verdicts
        gained += clearly and (chosen < local if lower else chosen > local)
        told += all(_is_told(cell["partners"][0]) for cell in cells)
    met = gained >= _MOST_GAIN and gained + told == len(groups)
    yield Line("different", f"≥ {_MOST_GAIN} / {len(groups)}", f"{gained}, {told}", met)


def _is_told(partner: Result) -> bool:
    """Whether its value report says that the federation gains it nothing: its own model is served,
    or held-out molecules show no gain over it."""
    return partner["chosen"] == "local" or partner["own"]["chosen.verdict"] in ("noise", "worse")


def mean_of(result: Result, part: str, way: str) -> float | None:
    """Mean of a way over the partners that have local, federated and central figures there."""
    values = [
        row[part][way]
        for row in result["partners"]
        if part in row and None not in (row[part]["local"], row[part]["central"], row[part][way])
    ]
    return fmean(values) if values else None


def share_closed(result: Result, part: str, way: str) -> float | None:
    """Share of the gap local → central that a way closes; None without a gap worth closing."""
    local, reached, central = (mean_of(result, part, name) for name in ("local", way, "central"))
    if local is None or reached is None or central is None:
        return None
    lower = result["partners"][0]["better"] == "lower"
    gap = local - central if lower else central - local
    return (
        (local - reached if lower else reached - local) / gap
        if gap > _LEAST_GAP * abs(local)
        else None
    )


def spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    """Mean and standard deviation over seeds; with one seed the latter is NaN."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return fmean(known), stdev(known) if len(known) > 1 else math.nan


def shown(found: tuple[float, float], form: str = ".3f") -> str:
    """A mean with its spread; with one seed, the mean alone."""
    mean, deviation = found
    return f"{mean:{form}}" if math.isnan(deviation) else f"{mean:{form}} ± {deviation:{form}}"


class Line(NamedTuple):
    """One target.

    Attributes:
        what: A key of the page's words.
        target: As text; empty where a figure is only reported.
        reached: As text.
        met: None where there is no target.
    """

    what: str
    target: str
    reached: str
    met: bool | None


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """Measures, targets and what was missed."""
    measures: dict[str, Any] = {}
    targets: dict[str, str] = {}
    missed: list[str] = []
    for key, cells in sorted(grouped(results).items()):
        name = f"{key[0]} {key[1]} {key[2]} sites"
        for part in ("own", "others"):
            for way in COLUMNS:
                found = spread([mean_of(cell, part, way) for cell in cells])
                if found is not None:
                    measures[f"{name}: {part} {way}"] = shown(found)
        for line in lines_of(key, cells):
            what = f"{name}: {WORDS['en'][line.what]}"
            measures[what] = line.reached
            if line.target:
                targets[what] = line.target
            if line.met is False:
                missed.append(f"{what}: {line.reached}, target {line.target}")
    for line in different(results):
        what = f"B4: {WORDS['en'][line.what]}"
        measures[what], targets[what] = line.reached, line.target
        if not line.met:
            missed.append(f"{what}: {line.reached}, target {line.target}")
    return {"measures": measures, "targets": targets, "missed": missed}


def lines_of(key: Key, cells: Sequence[Result]) -> Iterator[Line]:
    """The targets of one group of cells."""
    scenario, endpoint, sites = key
    logd = scenario == "B2" and endpoint.startswith("lipophilicity")
    rows = [row for cell in cells for row in cell["partners"]]
    abroad = spread([share_closed(cell, "others", "federated") for cell in cells])
    if abroad is not None:
        yield _at_least("abroad", abroad, _ABROAD if logd else None)
    home = spread([share_closed(cell, "own", "chosen") for cell in cells])
    if home is not None:
        yield _at_least("home", home, _AT_HOME.get(sites) if logd else None)
    judged = [row["own"]["chosen.verdict"] for row in rows if row["own"]["enough"]]
    worse = judged.count("worse")
    yield Line("worse", "0", f"{worse} / {len(judged)}", worse == 0 if judged else None)
    covered = {
        way: [
            row["others"][f"{way}.coverage"]
            for row in rows
            if row.get("others", {}).get(f"{way}.coverage") is not None
        ]
        for way in ("federated", "local")
    }
    if covered["federated"]:
        for way, least in (("federated", _COVERED), ("local", None)):
            values = covered[way]
            reached = f"{min(values):.2f} / {fmean(values):.2f}"
            met = None if least is None else min(values) >= least
            yield Line(f"covered_{way}", "" if least is None else f"≥ {least}", reached, met)
    federated = spread([mean_of(cell, "others", "federated") for cell in cells])
    local = spread([mean_of(cell, "others", "local") for cell in cells])
    if federated is None or local is None or sites != _MANY:
        return
    if endpoint.startswith("cyp2d6"):
        gained = federated[0] - local[0]
        met = federated[0] >= _CYP and gained >= _CYP_GAIN
        yield Line("cyp", f"≥ {_CYP}, ≥ +{_CYP_GAIN}", f"{federated[0]:.3f}, {gained:+.3f}", met)
    if endpoint.startswith("herg"):
        yield Line("herg", f"≥ {_HERG}", f"{federated[0]:.3f}", federated[0] >= _HERG)


def _at_least(what: str, reached: tuple[float, float], target: float | None) -> Line:
    text = shown(reached, ".0%")
    if target is None:
        return Line(what, "", text, None)
    return Line(what, f"≥ {target:.0%}", text, reached[0] >= target)
