"""One way of reading some files, and what comes of looking at them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from fdd.cli.output import preparing
from fdd.core.errors import InvalidInputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from fdd.data.checks import DataView
    from fdd.data.corrections import Corrections
    from fdd.data.dataset import Dataset
    from fdd.data.examination import Examination
    from fdd.data.mapping import ColumnMapping
    from fdd.data.splitting import Way

__all__ = ["Look", "read_document"]

M = TypeVar("M", bound="BaseModel")

_ALONE: Final = b"fdd data: folds of a file that is looked at alone"


class Look:
    """One way of reading some files, to be examined with different corrections."""

    def __init__(self, files: list[Path], endpoint: str, unit: str, mapping: Path | None, *,
                 featurizer: str) -> None:  # fmt: skip
        from fdd.chem.pipeline import Pipeline, PipelineOptions
        from fdd.data.examination import declared
        from fdd.data.mapping import guess
        from fdd.data.readers import read_table
        from fdd.data.table import joined
        from fdd.data.unmapped import not_mapped

        tables = [read_table(path) for path in files]
        self._table = joined(" + ".join(path.name for path in files), tables)
        chosen = _mapping(mapping)
        if chosen is None:
            proposal = guess(self._table, endpoint, unit)
            chosen = proposal.mapping
            if chosen is None:
                raise not_mapped(self._table, proposal)
        self._mapping = chosen
        self._pipeline = Pipeline(PipelineOptions(featurizer=featurizer))
        self._splits = declared(tables)

    def examine(self, corrections: Corrections, known: Path | None = None) -> Examination:
        """The files after the corrections, beside what the consortium made known."""
        from fdd.data.consortium import ConsortiumStatistics
        from fdd.data.examination import examine

        with preparing() as progress:
            return examine(
                self._table,
                self._mapping,
                self._pipeline,
                _ALONE,
                splits=self._splits,
                corrections=corrections,
                progress=progress,
                consortium=read_document(known, ConsortiumStatistics) if known else None,
            )

    def split(self, view: DataView, way: Way) -> Dataset:
        """The prepared dataset, split in another way than by scaffold where asked for."""
        from fdd.data.splitting import dates_of, split_again

        date = view.mapping.date
        keys = view.measurements.prepared.keys
        cells = view.table.column(date) if date else [""] * len(keys)
        return split_again(view.dataset, way, _ALONE, dates_of(cells, keys, view.dataset.keys))


def _mapping(path: Path | None) -> ColumnMapping | None:
    from fdd.data.mapping import ColumnMapping

    return None if path is None else read_document(path, ColumnMapping)


def read_document(path: Path, model: type[M]) -> M:
    """A JSON document that a person wrote.

    Raises:
        InvalidInputError: if it cannot be read, or a field of it is wrong; it says which.
    """
    from pydantic import ValidationError

    from fdd.core.explain import explained
    from fdd.data.names import shown_name

    name = shown_name(path)
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInputError(
            f"{name} cannot be read: {error.strerror}", hint="Check the path"
        ) from error
    except ValidationError as error:
        found = explained(error, model)
        manual = "Compare it with the manual on importing data"
        raise InvalidInputError(
            found.sentence(name), hint=found.advice or manual, field=found.field
        ) from None
