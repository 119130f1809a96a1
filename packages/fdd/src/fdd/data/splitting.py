"""Other ways to split a dataset than by keyed scaffold, for work on one's own data.

A run of a consortium uses keyed scaffolds alone, for only they keep a scaffold out of one member's
training set while it is in another's test set. Alone, a split by time says how a model does on what
will be made next, and one by cluster how it does on another series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from fdd.chem.clusters import clusters
from fdd.chem.splits import FOLDS, TEST_FOLDS, VALIDATION_FOLDS, Split, assign, keyed_fold
from fdd.data.dataset import Dataset
from fdd.data.errors import MappingError

__all__ = ["Way", "dates_of", "split_again"]

Way = Literal["scaffold", "cluster", "time"]

_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/. ]?(0\d|1[0-2])[-/. ]?([0-2]\d|3[01])(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")


def split_again(dataset: Dataset, way: Way, key: bytes, dates: NDArray[np.int64]) -> Dataset:
    """The dataset split in another way, in the same shares.

    Args:
        dataset: Prepared, hence split by keyed scaffold.
        way: ``scaffold`` leaves it as it is; ``cluster`` keeps molecules together that are alike;
            ``time`` tests on the newest molecules and validates on those before them.
        key: Decides which cluster goes where; at least 16 bytes.
        dates: ``(molecules,)`` first date of each as in ``dates_of``; molecules of one date stay
            together, those without a date are trained on.

    Raises:
        MappingError: if the way is time and no molecule has a date.
        FoldKeyError: if the key is too short.
    """
    if way == "scaffold":
        return dataset
    splits = _by_time(dates) if way == "time" else _by_cluster(dataset, key)
    return replace(dataset, splits=splits.astype(dataset.splits.dtype))


def dates_of(
    cells: Sequence[str], row_keys: NDArray[np.str_], keys: NDArray[np.str_]
) -> NDArray[np.int64]:
    """``(molecules,)`` first date of each molecule as year·10,000 + month·100 + day; 0 = none.

    Year, month and day in this order are read, or else a year alone: 3/4/2024 is a day that nobody
    can tell, so only its year counts.

    Args:
        cells: ``(rows,)`` as the file has them.
        row_keys: ``(rows,)`` parent key of each row.
        keys: ``(molecules,)`` parent keys.
    """
    first: dict[str, int] = {}
    for cell, key in zip(cells, row_keys.tolist(), strict=True):
        date = _date(cell)
        if date:
            first[key] = min(first.get(key, date), date)
    return np.array([first.get(key, 0) for key in keys.tolist()], np.int64)


def _date(cell: str) -> int:
    if day := _DAY.search(cell):
        return int(day[1]) * 10_000 + int(day[2]) * 100 + int(day[3])
    year = _YEAR.search(cell)
    return int(year[0]) * 10_000 if year else 0


def _by_time(dates: NDArray[np.int64]) -> NDArray[np.str_]:
    known = dates > 0
    if not known.any():
        raise MappingError(
            "No molecule has a date", hint='Map the column of dates: "date" in the mapping'
        )
    tested, held = TEST_FOLDS / FOLDS, (TEST_FOLDS + VALIDATION_FOLDS) / FOLDS
    newest, before = (np.quantile(dates[known], 1 - share, method="higher")
                      for share in (tested, held))  # fmt: skip
    splits = np.full(len(dates), Split.TRAIN.value, "U10")
    splits[known & (dates >= before)] = Split.VALIDATION.value
    splits[known & (dates >= newest)] = Split.TEST.value
    return splits


def _by_cluster(dataset: Dataset, key: bytes) -> NDArray[np.str_]:
    leaders = clusters(dataset.features, dataset.keys, key)
    folds = {int(row): keyed_fold(str(dataset.keys[row]), key) for row in np.unique(leaders)}
    return np.array([assign(folds[int(leader)]).value for leader in leaders], "U10")
