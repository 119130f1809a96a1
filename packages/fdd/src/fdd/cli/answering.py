"""Predictions as commands give them: a file beside the file that was asked, or lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fdd.cli.output import print_json, say
from fdd.core.errors import ExitCode
from fdd.data.errors import EmptyFileError
from fdd.language import coded, told
from fdd.prediction import Predictions
from fdd.prediction.asked import structures_of
from fdd.prediction.files import predict_file

if TYPE_CHECKING:
    from fdd.prediction.files import Answering

__all__ = ["answer_file", "answer_lines", "asked_lines"]


def asked_lines() -> list[str]:
    """The structures on standard input, one a line; empty for an empty line.

    Raises:
        EmptyFileError: if there is none.
    """
    lines = structures_of(sys.stdin)
    if not any(lines):
        raise EmptyFileError("No structure came on standard input", hint="Write one SMILES a line")
    return lines


def answer_file(
    predictor: Answering,
    file: Path,
    target: Path,
    column: str,
    endpoints: Sequence[str],
    units: Mapping[str, str],
    as_json: bool,
    more: Callable[[], Mapping[str, object]] = dict,
) -> None:
    """Predict a file into a file and say what was made.

    Args:
        more: What else the document says.

    Raises:
        SystemExit: if no row has a prediction.
    """
    done = predict_file(predictor, file, target, structure=column, endpoints=endpoints, units=units)
    if as_json:
        summary = {"file": str(target), "rows": done.rows, "failed": done.failed}
        counts = {"problems": dict(done.problems), "outside": dict(done.outside)}
        print_json({**summary, **counts, **more()})
    else:
        say(f"{done.rows} rows → {target}, {done.failed} without a prediction")
        for reason, count in done.problems.items():
            say(f"  {count}: {coded('failures', reason)}")
        for name, outside in done.outside.items():
            say(f"  {name}: {outside} outside the domain")
    if done.failed == done.rows:
        sys.stderr.write(told("No row holds a structure: name their column with --column") + "\n")
        raise SystemExit(ExitCode.NO)


def answer_lines(
    made: Predictions,
    lines: Sequence[str],
    as_json: bool,
    more: Callable[[], Mapping[str, object]] = dict,
) -> None:
    """Print predictions of lines; an empty line keeps its number and gets no answer."""
    if as_json:
        items = [_item(made, row) for row, line in enumerate(lines) if line]
        print_json({"items": items, **more()})
        return
    for row, line in enumerate(lines):
        if not line:
            continue
        failure = made.failures[row]
        if failure is not None:
            say(f"{row + 1}. {coded('failures', failure.value)}")
            continue
        for name, p in made.endpoints.items():
            # A model of few molecules has no interval.
            ends = f"[{p.low[row]:.3g}, {p.high[row]:.3g}]" if p.low[row] == p.low[row] else ""
            words = (coded("labels", p.label[row]), coded("verdicts", p.verdict[row]))
            said = " · ".join(filter(None, words))
            parts = (f"{row + 1}. {name} {p.value[row]:.3g}", p.unit, ends, said)
            say(" ".join(filter(None, parts)))


def _item(made: Predictions, row: int) -> dict[str, object]:
    failure = made.failures[row]
    found = {
        name: {
            "value": _finite(p.value[row]),
            "low": _finite(p.low[row]),
            "high": _finite(p.high[row]),
            "unit": p.unit,
            "class": p.label[row],
            "domain": p.verdict[row],
        }
        for name, p in made.endpoints.items()
    }
    problem = failure.value if failure else None
    return {"line": row + 1, "problem": problem, "endpoints": found}


def _finite(value: float) -> float | None:
    return float(value) if value == value else None
