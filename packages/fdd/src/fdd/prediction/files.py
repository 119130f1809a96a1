"""Files of molecules in, files of predictions out: CSV, TSV, SDF, Parquet.

XLSX and SMILES are read, too. Every column of the input stays; predictions are added to the right.
Rows that cannot be predicted, or not even be read, stay as well and say why.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from fdd.chem.standardize import Failure
from fdd.core.errors import InvalidInputError
from fdd.data.mapping import structure_column
from fdd.data.readers import read_parts, read_table
from fdd.data.table import BrokenReason, Table
from fdd.prediction.own import OwnMolecules
from fdd.prediction.predictor import EndpointPrediction, Predictions

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter
    from rdkit import Chem

__all__ = ["OUTPUTS", "Answering", "Summary", "predict_file", "structures_in"]

Cell = str | float | None
Row = dict[str, Cell]
Progress = Callable[[int, int], None]
Place = int | BrokenReason
"""A row of the table, or why one of the file is none."""

_ROWS: Final = 2048
OUTPUTS: Final = ("csv", "tsv", "sdf", "parquet")


class Answering(Protocol):
    """What predicts rows: a model on this machine, or one that a hub is asked for."""

    @property
    def served(self) -> Sequence[str]:
        """The endpoints that it predicts."""

    @property
    def own(self) -> OwnMolecules | None:
        """The training molecules beside it; None where they are not at hand."""

    def __call__(
        self,
        smiles: Sequence[str | None],
        endpoints: Sequence[str] = (),
        *,
        units: Mapping[str, str] | None = None,
    ) -> Predictions:
        """Predictions, one row for each structure."""


@dataclass(frozen=True)
class Summary:
    """What was made of a file.

    Attributes:
        rows: Rows of the input.
        failed: Rows without a prediction.
        problems: Why → how many of these.
        outside: Endpoint → rows outside its domain.
    """

    rows: int
    failed: int
    problems: Mapping[str, int]
    outside: Mapping[str, int]


def predict_file(
    predictor: Answering,
    source: Path,
    target: Path,
    *,
    structure: str = "",
    endpoints: Sequence[str] = (),
    units: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Predict every row of a file.

    Args:
        predictor: The model.
        source: The input; its ending says how it is read.
        target: The output; its ending says how it is written. It appears when it is whole.
        structure: Column of structures; recognised when empty.
        endpoints: Which of the served endpoints; all when empty.
        units: Endpoint → how its numbers shall be written.
        progress: Told rows done and their number.

    Raises:
        InvalidInputError: if the output's ending is not known.
        MappingError: if no column holds structures.
        FileFormatError, EmptyFileError, FileTooLargeError: as ``read_table``.
        ModelInputError, UnitError: as ``Predictor``.
    """
    ending = target.name.lower().rpartition(".")[2]
    if ending not in OUTPUTS:
        raise InvalidInputError(
            f"Predictions cannot be written as '.{ending[:8]}'",
            hint=f"Known endings: {', '.join(OUTPUTS)}",
        )
    parts = read_parts(source, _ROWS)
    first = next(parts.tables)
    column = structure or structure_column(first)
    first.column(column)
    problems: Counter[str] = Counter()
    outside = dict.fromkeys(endpoints or predictor.served, 0)
    done = 0
    with _draft(target) as draft, _WRITERS[ending](draft, column) as write:
        for table in chain([first], parts.tables):
            smiles, places = table.column(column), _in_order(table)
            texts = [None if isinstance(place, BrokenReason) else smiles[place] for place in places]
            made = predictor(texts, endpoints, units=units)
            found = _rows(made, predictor)
            write([_beside(table, *pair) for pair in zip(places, found, strict=True)])
            problems.update(_reasons(places, found))
            for name, prediction in made.endpoints.items():
                outside[name] += prediction.verdict.count("outside")
            done += len(places)
            if progress is not None:
                progress(done, parts.rows)
    return Summary(done, problems.total(), dict(problems.most_common()), outside)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file that becomes the target once the block has gone well."""
    draft = target.with_name(f".{target.name}.draft")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def structures_in(source: Path, structure: str = "") -> list[str]:
    """The structures that ``predict_file`` would ask for, one a row; empty where a row has none.

    Raises:
        MappingError, FileFormatError, EmptyFileError, FileTooLargeError: as ``predict_file``.
    """
    table = read_table(source)
    return list(table.column(structure or structure_column(table)))


def _in_order(table: Table) -> list[Place]:
    """All rows of a part as they stand in the file, so that answers can be put beside questions."""
    good = [(int(number), place) for place, number in enumerate(table.row_numbers)]
    whole: list[tuple[int, Place]] = [*good, *((each.row, each.reason) for each in table.broken)]
    return [place for _, place in sorted(whole, key=lambda pair: pair[0])]


def _reasons(part: Sequence[Place], found: Sequence[Row]) -> Iterator[str]:
    """Why rows have no prediction, for each of those that have none."""
    for place, predicted in zip(part, found, strict=True):
        reason = place.value if isinstance(place, BrokenReason) else predicted["problem"]
        if reason:
            yield str(reason)


def _beside(table: Table, place: Place, predicted: Row) -> Row:
    """Input and prediction in one row; a column of the input is never overwritten."""
    if isinstance(place, BrokenReason):
        given: Row = dict.fromkeys(table.columns, "")
        predicted = {**predicted, "problem": place.value}
    else:
        given = {name: cells[place] for name, cells in table.columns.items()}
    return given | {_beyond(given, name): cell for name, cell in predicted.items()}


def _beyond(given: Row, name: str) -> str:
    """A header that the input does not have."""
    more = (f"{name} (predicted{'' if n == 1 else f' {n}'})" for n in count(1))
    return name if name not in given else next(each for each in more if each not in given)


def _rows(made: Predictions, predictor: Answering) -> list[Row]:
    rows: list[Row] = []
    for row, failure in enumerate(made.failures):
        found: Row = {"problem": failure.value if isinstance(failure, Failure) else ""}
        for prediction in made.endpoints.values():
            found.update(_cells(prediction, row))
        found.update(_nearest(made, row, predictor))
        rows.append(found)
    return rows


def _cells(prediction: EndpointPrediction, row: int) -> Row:
    name = prediction.endpoint
    cells: Row = {
        name: _number(prediction.value[row]),
        f"{name}.low": _number(prediction.low[row]),
        f"{name}.high": _number(prediction.high[row]),
    }
    if prediction.binary:
        cells[f"{name}.class"] = prediction.label[row]
    else:
        cells[f"{name}.unit"] = prediction.unit
    cells[f"{name}.domain"] = prediction.verdict[row]
    return cells


def _nearest(made: Predictions, row: int, predictor: Answering) -> Row:
    if made.nearest is None or predictor.own is None or not made.nearest.similarity.shape[1]:
        return {}
    if made.failures[row] is not None:
        return {"nearest": "", "nearest.similarity": None}
    own = predictor.own.molecule(int(made.nearest.position[row, 0]))
    likeness = float(made.nearest.similarity[row, 0])
    return {"nearest": own.name or own.smiles or own.key, "nearest.similarity": round(likeness, 3)}


def _number(value: float) -> float | None:
    return (
        float(np.format_float_positional(value, 4, fractional=False))
        if math.isfinite(value)
        else None
    )


@contextmanager
def _delimited(path: Path, structure: str) -> Iterator[Callable[[list[Row]], None]]:
    del structure
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None

        def write(rows: list[Row]) -> None:
            nonlocal writer
            if writer is None:
                mark = "\t" if path.name.endswith(".tsv.draft") else ","
                writer = csv.DictWriter(file, list(rows[0]), delimiter=mark)
                writer.writeheader()
            writer.writerows(rows)

        yield write


@contextmanager
def _parquet(path: Path, structure: str) -> Iterator[Callable[[list[Row]], None]]:
    del structure
    import pyarrow as pa
    from pyarrow import parquet

    writers: list[ParquetWriter] = []

    def write(rows: list[Row]) -> None:
        if not writers:
            # Text is never absent, so that what is not text in the first row is a number.
            kinds = [
                (name, pa.string() if isinstance(cell, str) else pa.float64())
                for name, cell in rows[0].items()
            ]
            writers.append(parquet.ParquetWriter(path, pa.schema(kinds)))
        writers[0].write_table(pa.Table.from_pylist(rows, writers[0].schema))

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


@contextmanager
def _sdf(path: Path, structure: str) -> Iterator[Callable[[list[Row]], None]]:
    from rdkit import Chem

    with path.open("w", encoding="utf-8") as file:
        writer = Chem.SDWriter(file)

        def write(rows: list[Row]) -> None:
            for row in rows:
                # A record needs a molecule; an unreadable one is an empty one that says why.
                mol = _parsed(str(row[structure])) or Chem.Mol()
                for name, cell in row.items():
                    if cell is not None and cell != "":
                        mol.SetProp(name, str(cell))
                writer.write(mol)

        yield write
        writer.close()


def _parsed(smiles: str) -> Chem.Mol | None:
    from rdkit import Chem

    return Chem.MolFromSmiles(smiles)


_WRITERS: Final = {"csv": _delimited, "tsv": _delimited, "parquet": _parquet, "sdf": _sdf}
