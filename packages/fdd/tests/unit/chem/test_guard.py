"""One molecule beyond the limits fails by name; all others are prepared as ever."""

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from fdd.chem.guard import Guard, MoleculeLimits
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.rows import RowMaker
from fdd.chem.standardize import Failure, StandardizerOptions

KEY = b"0123456789abcdef"
OPTIONS = PipelineOptions(featurizer="ecfp4-counts")
MOLECULES = ["CCO", "c1ccccc1O", "C1CC", "", "CC(=O)Nc1ccc(O)cc1", "[Na+].[O-]C(=O)C"] * 3


def test_guarded_rows_are_the_same_as_others() -> None:
    plain = Pipeline(OPTIONS).prepare(MOLECULES, KEY)
    guarded = Pipeline(OPTIONS, limits=MoleculeLimits()).prepare(MOLECULES, KEY)
    for mine, other in ((guarded.rows, plain.rows), (guarded.folds, plain.folds)):
        if isinstance(mine, np.ndarray):
            assert np.array_equal(mine, other)
        else:
            arrays = mine.arrays()
            assert all(np.array_equal(arrays[k], v) for k, v in other.arrays().items())


@pytest.fixture
def guard() -> Iterator[Guard]:
    made = Guard(StandardizerOptions(), "ecfp4-counts", (), MoleculeLimits(seconds=3))
    yield made
    made.close()


@pytest.fixture
def width() -> int:
    return RowMaker(StandardizerOptions(), "ecfp4-counts").width


def test_a_child_that_stands_still_is_replaced_and_the_molecule_is_done(guard, width) -> None:
    assert guard(["CCO"], width).failures.tolist() == [0]
    process, _ = guard._child
    os.kill(process.pid, signal.SIGSTOP)
    assert guard(["CCN"], width).failures.tolist() == [0]


def test_a_child_that_dies_is_replaced_and_the_molecules_are_done(guard, width) -> None:
    guard(["CCO"], width)
    guard._child[0].kill()
    time.sleep(0.2)
    rows = guard(["CCN", "CCC", "C1CC"], width)
    assert rows.failure(0) is None
    assert rows.failure(1) is None
    assert rows.failure(2) is Failure.UNPARSABLE


def test_a_molecule_that_takes_too_long_fails_by_name(width) -> None:
    hasty = Guard(StandardizerOptions(), "ecfp4-counts", (), MoleculeLimits(seconds=1e-6))
    rows = hasty(["CC(C)" * 60] * 2, width)
    hasty.close()
    assert [rows.failure(row) for row in range(2)] == [Failure.TOO_COSTLY] * 2
    assert rows.features.ok.tolist() == [False, False]


def test_too_little_memory_fails_rows_and_not_the_site(width) -> None:
    tight = Guard(StandardizerOptions(), "ecfp4-counts", (), MoleculeLimits(memory_mib=512))
    rows = tight(["CCO"], width)
    tight.close()
    assert rows.failure(0) in {None, Failure.TOO_COSTLY}
