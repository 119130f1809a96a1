"""``fdd run compare``: what differs between runs, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from fdd.cli.output import print_json, say
from fdd.language import coded, told

if TYPE_CHECKING:
    from fdd.sdk import Platform

__all__ = ["compare"]

_WAYS: Final = ("local", "federated", "personalised")
_NOTHING: Final = "–"


def compare(hub: Platform, run_ids: Sequence[str], as_json: bool) -> None:
    """Print runs side by side: specification where it differs, cost, scores, gains.

    Raises:
        PlatformRefusedError: if the hub has no such run.
    """
    runs = [_facts(hub, run_id) for run_id in run_ids]
    differs = differences([run["spec"] for run in runs])
    if as_json:
        shown = [{name: value for name, value in run.items() if name != "spec"} for run in runs]
        print_json({"runs": shown, "differs": differs})
        return
    _show(runs, differs)


def differences(specs: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Dotted field → its value in each specification, for the fields that differ; None where a
    specification has no such field. Names are left out: they always differ."""
    leaves = [dict(_leaves(spec, "")) for spec in specs]
    names = dict.fromkeys(name for found in leaves for name in found if name != "name")
    values = {name: [found.get(name) for found in leaves] for name in names}
    return {name: each for name, each in values.items() if any(v != each[0] for v in each)}


def _leaves(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif name == "endpoints" and isinstance(value, list):
        for each in value:  # by what they measure: the order says nothing
            yield from _leaves(
                {key: inner for key, inner in each.items() if key != "id"}, f"{name}.{each['id']}"
            )
    else:
        yield name, value


def _facts(hub: Platform, run_id: str) -> dict[str, Any]:
    """What the hub shows of a run, summed up.

    ``score`` is that of its best round (lower is better), ``seconds`` from start to end, ``bytes``
    what its sites sent; ``gains`` the mean over institutions that shared a report.
    """
    run: Mapping[str, Any] = hub.run(run_id)
    rounds: Sequence[Mapping[str, Any]] = hub.rounds(run_id)
    best = run["model"]["best_round"] if run["model"] else None
    score = next((each["score"] for each in rounds if each["round"] == best), None)
    return {
        "run_id": run["run_id"],
        "name": run["name"],
        "status": run["status"],
        "rounds": len(rounds),
        "best_round": best,
        "score": score,
        "sites": sum(site["approval"] == "approved" for site in run["sites"]),
        "seconds": _seconds(run["started_at"], run["finished_at"]),
        "bytes": sum(site["bytes_sent"] for site in run["sites"]),
        "gains": _gains(hub.report(run_id)),
        "spec": run["spec"],
    }


def _seconds(started: str | None, finished: str | None) -> float | None:
    if started is None or finished is None:
        return None
    return (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()


def _gains(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each endpoint and kind of molecules, the mean figure of each way of serving."""
    found = []
    for endpoint, measure in report["measures"].items():
        rows = [row for row in report["rows"] if row["endpoint"] == endpoint]
        for part in ("own", "others"):
            scores = [row[part] for row in rows if row[part] is not None]
            means = {way: _mean([score[way] for score in scores]) for way in _WAYS}
            found.append(
                {
                    "endpoint": endpoint,
                    "metric": measure["metric"],
                    "better": measure["better"],
                    "molecules_of": part,
                    "institutions": len(scores),
                    **means,
                }
            )
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    """None where an institution has no figure: means of different institutions do not compare."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _show(runs: Sequence[Mapping[str, Any]], differs: Mapping[str, Sequence[Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    for number, run in enumerate(runs, 1):
        say(f"{number}  {run['run_id']}  {run['name']}")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("", overflow="fold")
    for number in range(1, len(runs) + 1):
        table.add_column(str(number), overflow="fold")
    for label, cells in _rows(runs):
        table.add_row(label, *cells)
    table.add_section()
    for field, values in differs.items():
        table.add_row(field, *(_NOTHING if value is None else str(value) for value in values))
    table.add_section()
    for label, cells in _gain_rows(runs):
        table.add_row(label, *cells)
    out = Console(highlight=False, markup=False)
    out.print(table)
    if not differs:
        out.print(told("The specifications do not differ."))
    out.print(told("score: of the best round, lower is better · gains: means over institutions"))
    if any(field.startswith("endpoints.") for field in differs):
        out.print(told("The runs learn different endpoints: their scores are of different things."))


def _rows(runs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    yield told("status"), [coded("status", run["status"]) for run in runs]
    yield told("rounds"), [str(run["rounds"]) for run in runs]
    yield told("best round"), [_text(run["best_round"], "{}") for run in runs]
    yield told("score"), [_text(run["score"], "{:.4f}") for run in runs]
    yield told("sites"), [str(run["sites"]) for run in runs]
    yield told("time"), [_text(run["seconds"], "{:.0f} s") for run in runs]
    yield told("received"), [f"{run['bytes'] / 1e6:.1f} MB" for run in runs]


def _gain_rows(runs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """A line for each endpoint, kind of molecules and way of serving that some run has."""
    kept = [{(g["endpoint"], g["molecules_of"]): g for g in run["gains"]} for run in runs]
    for endpoint, part in dict.fromkeys(key for gains in kept for key in gains):
        for way in _WAYS:
            found = [gains.get((endpoint, part)) for gains in kept]
            cells = [_text(each and each[way], "{:.3f}") for each in found]
            if set(cells) == {_NOTHING}:
                continue
            metric = next(each["metric"] for each in found if each is not None)
            yield f"{endpoint} {metric}, {told(part)}: {told(way)}", cells


def _text(value: object, how: str) -> str:
    return _NOTHING if value is None else how.format(value)
