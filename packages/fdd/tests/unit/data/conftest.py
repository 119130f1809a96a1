from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.data.aggregate import BuildResult, build
from fdd.data.checks import DataView
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.table import Table

KEY = b"0123456789abcdef"

MakeTable = Callable[[Mapping[str, Sequence[object]]], Table]
MakeView = Callable[..., DataView]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline(PipelineOptions(featurizer="ecfp4-counts"))


@pytest.fixture(scope="session")
def fold_key() -> bytes:
    return KEY


@pytest.fixture(scope="session")
def table_of() -> MakeTable:
    def make(columns: Mapping[str, Sequence[object]]) -> Table:
        cells = {name: [str(cell) for cell in column] for name, column in columns.items()}
        rows = len(next(iter(cells.values())))
        return Table("assay.csv", cells, np.arange(2, rows + 2))

    return make


@pytest.fixture(scope="session")
def built(
    pipeline: Pipeline, table_of: MakeTable
) -> Callable[..., tuple[Table, ColumnMapping, BuildResult]]:
    def make(
        smiles: Sequence[str],
        values: Sequence[object],
        endpoint: str = "lipophilicity.logd74",
        extra: Mapping[str, Sequence[object]] | None = None,
        mapping: Mapping[str, str] | None = None,
        **value: object,
    ) -> tuple[Table, ColumnMapping, BuildResult]:
        table = table_of({"SMILES": smiles, "Y": values, **(extra or {})})
        column = ValueColumn.model_validate({"column": "Y", "endpoint": endpoint, **value})
        chosen = ColumnMapping(structure="SMILES", values=(column,), **(mapping or {}))
        return table, chosen, build(table, chosen, pipeline, KEY)

    return make


@pytest.fixture(scope="session")
def view_of(built: Callable[..., tuple[Table, ColumnMapping, BuildResult]]) -> MakeView:
    def make(*args: object, declared_splits: tuple[str, ...] = (), **kwargs: object) -> DataView:
        table, mapping, result = built(*args, **kwargs)
        return DataView(table, mapping, result, declared_splits)

    return make


@pytest.fixture(scope="session")
def molecules() -> list[str]:
    """Sixty different molecules, none of them a spelling of another."""
    return [f"{'C' * (n % 20 + 1)}c1ccc({('F', 'Cl', 'Br')[n // 20]})cc1" for n in range(60)]
