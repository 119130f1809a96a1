"""A range is two limits: it costs only outside."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.splits import Split
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.table import Table
from fdd.models import FAMILIES
from fdd.models.base import FitOptions, Moments
from fdd.training.data import examples_of, site_data

ENDPOINT = "lipophilicity.logd74"
SPEC = RunSpec(
    name="ranges",
    endpoints=(EndpointSpec(id=ENDPOINT),),
    model={"family": "linear-ecfp"},
    data={"featurizer": "descriptors-fast", "minimum_rows": 1},
)


def dataset_of(cells: list[str]):
    smiles = ["C" * (n + 2) + "O" for n in range(len(cells))]
    table = Table("assay.csv", {"SMILES": smiles, "Y": cells}, np.arange(2, len(cells) + 2))
    mapping = ColumnMapping(
        structure="SMILES", values=(ValueColumn(column="Y", endpoint=ENDPOINT),)
    )
    pipeline = Pipeline(PipelineOptions(featurizer="descriptors-fast"))
    return build(table, mapping, pipeline, b"0123456789abcdef").dataset


def test_a_range_gives_its_molecule_a_second_row():
    dataset = dataset_of(["1", "2-3", ">4"])
    examples = examples_of(SPEC, dataset)
    assert len(dataset) == 3
    labels = np.column_stack([examples.values[:, 0], examples.qualifiers[:, 0]])
    assert sorted(map(tuple, labels.tolist())) == [(1, 0), (2, 1), (3, -1), (4, 1)]
    first = examples.values[:, 0].tolist().index(2.0)
    np.testing.assert_array_equal(examples.features[first], examples.features[-1])


def test_both_rows_of_a_range_are_in_one_fold():
    dataset = dataset_of([f"{n}-{n + 1}" for n in range(12)])
    data = site_data(SPEC, dataset)
    for split, part in zip(Split, (data.train, data.validation, data.test), strict=True):
        assert len(part) == 2 * int((dataset.splits == split.value).sum())


@pytest.mark.parametrize("start", [-5.0, 2.5, 9.0])
def test_a_range_moves_a_prediction_inside_and_no_further(start):
    examples = examples_of(SPEC, dataset_of(["2-3"]))
    width = examples.features.shape[1]
    family = FAMILIES.get("linear-ecfp")
    center = examples.features.mean(axis=0, dtype=np.float64)
    about = Moments((center, center**2 + 1), {ENDPOINT: (start, 1.0)})
    model = family.init(SPEC, width, about, 1)
    before = family.predict(model, examples.features, (ENDPOINT,), (False,))[0, 0]
    options = FitOptions(learning_rates=(0.05,) * 400, batch_size=8, seed=1)
    after = family.predict(
        family.fit(model, examples, options).model, examples.features, (ENDPOINT,), (False,)
    )[0, 0]
    assert 1.9 < after < 3.1
    assert (before == after) == (2 <= before <= 3)
