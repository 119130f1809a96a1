"""A site's rows for one run: split, dense, in the order of the run's endpoints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.splits import Split
from fdd.core.spec import RunSpec
from fdd.data.dataset import Dataset
from fdd.data.endpoints import catalogue
from fdd.models.base import Examples, ModelInputError

__all__ = ["SiteData", "examples_of", "quantities", "site_data"]


Rows = NDArray[np.intp]


@dataclass(frozen=True)
class SiteData:
    """What one site trains on, stops by and is judged on.

    Attributes:
        others: Public reference molecules of other chemistry, where the site was given some.
        pipeline: Identity of the pipeline that prepared the rows, where it is known.
        histograms: Endpoint → noisy counts of labels, where the site lets them be added up.
    """

    train: Examples
    validation: Examples
    test: Examples
    others: Examples | None = None
    pipeline: str | None = None
    histograms: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def rows(self) -> dict[str, int]:
        """Labelled molecules per endpoint over the site's three splits."""
        parts = (self.train, self.validation, self.test)
        return {name: sum(p.labelled(name) for p in parts) for name in self.train.endpoints}


def examples_of(
    spec: RunSpec, dataset: Dataset, admitted: Collection[str] | None = None
) -> Examples:
    """The rows of ``dataset`` that have a label of the run, with one column per run endpoint.

    An endpoint that the dataset lacks, or that is not ``admitted``, becomes a column of NaN. A
    range is two limits: its molecule has a second row, after all others, with the upper ends.
    """
    names = tuple(endpoint.id for endpoint in spec.endpoints)
    usable = _usable(names, dataset, admitted)
    labelled, ranges = _rows(dataset, usable)
    keep = np.concatenate([labelled, ranges])
    values = np.full((len(keep), len(names)), np.nan, np.float32)
    qualifiers = np.zeros(values.shape, np.int8)
    first, second = slice(len(labelled)), slice(len(labelled), None)
    for t, name in enumerate(names):
        if name in usable:
            column = dataset.endpoints.index(name)
            values[first, t] = dataset.values[labelled, column]
            qualifiers[first, t] = dataset.qualifiers[labelled, column]
            values[second, t] = dataset.uppers[ranges, column]
            qualifiers[second, t] = -np.isfinite(values[second, t]).astype(np.int8)
    kinds = tuple(catalogue().get(name).kind == "binary" for name in names)
    return Examples(dataset.features.take(keep).dense(), values, qualifiers, names, kinds)


def _usable(
    names: Collection[str], dataset: Dataset, admitted: Collection[str] | None
) -> list[str]:
    return [n for n in names if n in dataset.endpoints and (admitted is None or n in admitted)]


def _rows(dataset: Dataset, endpoints: Collection[str]) -> tuple[Rows, Rows]:
    """Numbers of the rows with a label, and of those with a range."""
    columns = [dataset.endpoints.index(name) for name in endpoints]
    return (
        np.flatnonzero(dataset.endpoint_rows(list(endpoints))),
        np.flatnonzero(np.isfinite(dataset.uppers[:, columns]).any(axis=1)),
    )


def quantities(featurizer: str) -> tuple[str, slice]:
    """The featuriser of the columns before the codes of graphs, and where these columns lie: what
    is left of a featuriser for models that read no graphs."""
    plain = featurizer.removesuffix("+graph")
    if plain == featurizer:
        return featurizer, slice(None)
    return plain, slice(0, FEATURIZERS.get(plain)().width)


def site_data(
    spec: RunSpec,
    dataset: Dataset,
    others: Dataset | None = None,
    admitted: Collection[str] | None = None,
    histograms: Mapping[str, tuple[int, ...]] | None = None,
) -> SiteData:
    """Split a dataset for a run.

    Args:
        spec: The run.
        dataset: The site's data.
        others: Public molecules of other chemistry to be judged on.
        admitted: Endpoints that the validity certificate lets through; all when None.
        histograms: Noisy counts of labels that the site lets be added up; see ``fdd.data``.

    Raises:
        ModelInputError: if no endpoint of the run has enough training rows.
    """
    names = [endpoint.id for endpoint in spec.endpoints]
    usable = names if admitted is None else [name for name in names if name in admitted]
    examples = examples_of(spec, dataset, usable)
    splits = dataset.splits[np.concatenate(_rows(dataset, _usable(names, dataset, admitted)))]
    train, validation, test = (
        examples.take(splits == split.value)
        for split in (Split.TRAIN, Split.VALIDATION, Split.TEST)
    )
    most = max(train.labelled(name) for name in names)
    if most < spec.data.minimum_rows:
        raise ModelInputError(
            f"The site has {most} training rows, the run asks for {spec.data.minimum_rows}",
            hint="Add data, or take part in a run with a lower minimum",
            rows=most,
            minimum=spec.data.minimum_rows,
        )
    reference = examples_of(spec, others) if others is not None else None
    pipeline = dataset.info.pipeline
    return SiteData(train, validation, test, reference, pipeline, histograms or {})
