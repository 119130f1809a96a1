"""The value table: what each institution gained, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fdd.language import told
from fdd.protocol.messages import ReportRow, RunReport, Scores

if TYPE_CHECKING:
    from rich.table import Table

__all__ = [
    "ValueRow",
    "closed_gap",
    "gap_text",
    "home_texts",
    "untold",
    "value_rows",
    "value_tables",
]

_BETTER = {"lower": "lower is better", "higher": "higher is better"}
_WAYS = ("local", "federated", "personalised", "central")


@dataclass(frozen=True)
class ValueRow:
    """One institution and endpoint."""

    institution: str
    row: ReportRow


def value_rows(
    reports: Mapping[str, RunReport], central: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> list[ValueRow]:
    """Join the sites' figures with the central yardstick."""
    rows = []
    for site, report in sorted(reports.items()):
        for row in report.rows:
            figures = central.get(row.endpoint, {})
            own = _with_central(row.own, figures.get("own", {}).get(site))
            others = row.others and _with_central(row.others, figures.get("others", {}).get(site))
            rows.append(ValueRow(site, row.model_copy(update={"own": own, "others": others})))
    return rows


def _with_central(scores: Scores, central: float | None) -> Scores:
    """The figures with the yardstick beside; where few molecules tell nothing, neither does it."""
    return scores.model_copy(update={"central": central if _tells(scores) else None})


def _tells(scores: Scores) -> bool:
    return (scores.local, scores.federated, scores.personalised) != (None, None, None)


def untold(row: ReportRow) -> bool:
    """Whether a part of a row has too few molecules for a figure."""
    return any(not _tells(part) for part in (row.own, row.others) if part is not None)


def value_tables(rows: Sequence[ValueRow]) -> Iterator[Table]:
    """A Rich table of 80 columns for each endpoint: figures on each institution's own held-out
    molecules, then on others' chemistry. Green is the best model that the institution can have,
    a star the one that its validation molecules chose."""
    from rich import box
    from rich.table import Table

    for endpoint in dict.fromkeys(item.row.endpoint for item in rows):
        mine = [item for item in rows if item.row.endpoint == endpoint]
        first = mine[0].row
        table = Table(
            title=f"{endpoint} · {first.metric}, {told(_BETTER[first.better])}",
            title_justify="left",
            box=box.SIMPLE_HEAD,
            padding=0,
            pad_edge=False,
        )
        table.add_column(told("institution"), no_wrap=True, max_width=16)
        table.add_column("n", justify="right", no_wrap=True)
        for part in ("own", "others"):
            for way in ("local", "fed.", "pers.", "cent."):
                table.add_column(f"{told(part)}\n{told(way)}", justify="right", no_wrap=True)
        for item in mine:
            row = item.row
            cells = [*_cells(row.own, row, row.chosen), *_cells(row.others, row, None)]
            table.add_row(item.institution, str(row.molecules), *cells)
        yield table


def _cells(scores: Scores | None, row: ReportRow, chosen: str | None) -> list[str]:
    if scores is None:
        return ["–"] * len(_WAYS)
    values = {way: getattr(scores, way) for way in _WAYS}
    mine = [values[way] for way in _WAYS[:3] if values[way] is not None]
    best = (min if row.better == "lower" else max)(mine) if mine else None
    return [_cell(way, value, best, way == chosen) for way, value in values.items()]


def _cell(way: str, value: float | None, best: float | None, chosen: bool) -> str:
    if value is None:
        return "–"
    text = f"{value:.3f}{'*' if chosen else ''}"
    return f"[bold green]{text}[/]" if way != "central" and value == best else text


def gap_text(endpoint: str, gap: float | None) -> str | None:
    """One line about the gap; None when there was no gap to close."""
    if gap is None:
        return None
    if gap > 1:
        return told(
            f"{endpoint}: abroad, the federated model is as good as the central one or better"
        )
    return told(f"{endpoint}: federation closes {gap:.0%} of the gap local → central abroad")


def closed_gap(rows: Sequence[ValueRow], endpoint: str) -> float | None:
    """Share of the gap local → central that the federated model closes abroad, over the mean of
    institutions; None when the central model is no better than the local ones."""
    scores = [r.row.others for r in rows if r.row.endpoint == endpoint and r.row.others]
    full = [s for s in scores if None not in (s.local, s.federated, s.central)]
    if not full:
        return None
    local, federated, central = (
        sum(getattr(s, way) for s in full) / len(full) for way in ("local", "federated", "central")
    )
    gained = (central - local) * (-1 if _lower_is_better(rows, endpoint) else 1)
    return (local - federated) / (local - central) if gained > 0 else None


def home_texts(rows: Sequence[ValueRow]) -> Iterator[str]:
    """A line for each institution and endpoint where, at home, the personalised model lost to the
    one trained alone; what differs by less than the table shows is no loss."""
    for item in rows:
        row, own = item.row, item.row.own
        if own.local is None or own.personalised is None:
            continue
        sign = 1 if row.better == "lower" else -1
        if round(sign * (own.personalised - own.local), 3) > 0:
            yield told(
                f"{row.endpoint}: at home, {item.institution}'s local model is better "
                f"({own.local:.3f}, personalised {own.personalised:.3f})"
            )


def _lower_is_better(rows: Sequence[ValueRow], endpoint: str) -> bool:
    """Whether lower values of the endpoint's metric are better."""
    return any(r.row.better == "lower" for r in rows if r.row.endpoint == endpoint)
