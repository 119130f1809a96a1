from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from fdd.chem.errors import FoldKeyError, RdkitVersionError
from fdd.chem.pipeline import Pipeline, PipelineOptions, Prepared
from fdd.chem.reference import REFERENCE_SMILES, ReferenceDigests
from fdd.chem.standardize import Failure, Note, StandardizerOptions
from fdd.core.errors import UnknownPluginError
from fdd.core.spec import ReferenceStep

KEY = b"0123456789abcdef"
SMILES = ["CCO", "nonsense", "c1ccccc1C", "CCO", "Cl.CCN", "Cc1ccccc1", "OCC"]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(PipelineOptions(featurizer="ecfp4-counts"))


def same(one: Prepared, other: Prepared) -> bool:
    arrays, others = one.rows.arrays(), other.rows.arrays()
    return (
        all(np.array_equal(arrays[name], others[name]) for name in arrays)
        and np.array_equal(one.folds, other.folds)
        and np.array_equal(one.splits, other.splits)
    )


def test_a_run_can_name_exactly_the_steps_of_the_reference() -> None:
    assert list(ReferenceDigests.model_fields) == list(get_args(ReferenceStep))


def test_every_row_is_kept_in_order(pipeline: Pipeline) -> None:
    prepared = pipeline.prepare(SMILES, KEY)
    assert len(prepared) == len(SMILES)
    assert prepared.ok.tolist() == [True, False, True, True, True, True, True]
    assert prepared.rows.failure(1) is Failure.UNPARSABLE
    assert prepared.rows.failure(0) is None
    assert prepared.keys[0] == prepared.keys[3] == prepared.keys[6] == "LFQSCWFLJHTTHZ"
    assert prepared.rows.noted(Note.MIXTURE).tolist() == [False] * 4 + [True] + [False] * 2


def test_failed_row_has_no_key_fold_or_split(pipeline: Pipeline) -> None:
    prepared = pipeline.prepare(SMILES, KEY)
    assert prepared.keys[1] == ""
    assert prepared.folds[1] == -1
    assert prepared.splits[1] == ""
    assert set(prepared.splits) <= {"", "train", "validation", "test"}


def test_nothing_in_gives_nothing_out(pipeline: Pipeline) -> None:
    prepared = pipeline.prepare([], KEY)
    assert len(prepared) == 0
    assert prepared.features.dense().shape == (0, 2048)


def test_two_processes_prepare_what_one_prepares(pipeline: Pipeline) -> None:
    many = [f"C{'C' * (n % 40)}c1ccccc1{'N' * (n // 40 % 3)}O{n // 120 * 'C'}" for n in range(600)]
    assert len(set(many)) > 512
    assert same(pipeline.prepare(many, KEY), pipeline.prepare(many, KEY, processes=2))


def test_progress_counts_up_to_the_total(pipeline: Pipeline) -> None:
    seen: list[tuple[int, int]] = []
    pipeline.prepare(SMILES, KEY, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(6, 6)]


def test_cached_rows_are_the_computed_ones(pipeline: Pipeline, tmp_path: Path) -> None:
    first = pipeline.prepare(SMILES[:3], KEY, cache=tmp_path)
    again = pipeline.prepare(SMILES, KEY, cache=tmp_path)
    assert same(again, pipeline.prepare(SMILES, KEY))
    assert same(first, pipeline.prepare(SMILES[:3], KEY, cache=tmp_path))


def test_cached_rows_are_not_computed_again(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.prepare(SMILES, KEY, cache=tmp_path)
    calls: list[int] = []
    pipeline.prepare(SMILES, KEY, cache=tmp_path, progress=lambda done, _: calls.append(done))
    assert calls == []


def test_damaged_cache_file_is_work_to_do_again(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.prepare(SMILES, KEY, cache=tmp_path)
    (part,) = tmp_path.glob("*/*.npz")
    part.write_bytes(part.read_bytes()[:100])
    assert same(pipeline.prepare(SMILES, KEY, cache=tmp_path), pipeline.prepare(SMILES, KEY))


def test_cache_keeps_pipelines_apart(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.prepare(SMILES, KEY, cache=tmp_path)
    other = Pipeline(PipelineOptions(featurizer="descriptors-fast"))
    assert other.prepare(SMILES, KEY, cache=tmp_path).features.width == 199


def test_cache_holds_no_structure(pipeline: Pipeline, tmp_path: Path) -> None:
    canary = "CC(=O)Nc1ccc(OCCCCCCBr)cc1"
    pipeline.prepare([canary], KEY, cache=tmp_path)
    for path in tmp_path.rglob("*"):
        assert canary not in path.name
        if path.is_file():
            with np.load(path, allow_pickle=False) as stored:
                assert all(canary not in str(stored[name]) for name in stored)


def test_identity_changes_with_every_choice() -> None:
    options = [
        PipelineOptions(),
        PipelineOptions(featurizer="ecfp4-counts"),
        PipelineOptions(folds=10),
        PipelineOptions(catalogue_version="2"),
        PipelineOptions(standardizer=StandardizerOptions(keep_isotopes=True)),
    ]
    assert len({Pipeline(choice).identity() for choice in options}) == len(options)
    assert Pipeline().identity() == Pipeline().identity()


def test_pipeline_of_another_rdkit_is_refused() -> None:
    with pytest.raises(RdkitVersionError):
        Pipeline(PipelineOptions(rdkit="2020.09.1"))


def test_unknown_featurizer_is_refused() -> None:
    with pytest.raises(UnknownPluginError):
        Pipeline(PipelineOptions(featurizer="magic"))


def test_short_key_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(FoldKeyError):
        pipeline.prepare(["CCO"], b"")


def test_reference_set_meets_every_failure_and_note_that_text_can_meet(pipeline: Pipeline) -> None:
    rows = pipeline.prepare(REFERENCE_SMILES.values(), KEY).rows
    failures = {rows.failure(row) for row in range(len(rows))} - {None}
    assert failures == {
        Failure.EMPTY,
        Failure.UNPARSABLE,
        Failure.UNDEFINED_ATOM,
        Failure.NO_ORGANIC_FRAGMENT,
    }
    for note in Note:
        assert rows.noted(note).any()


def test_reference_hash_is_the_same_for_the_same_declaration() -> None:
    assert Pipeline().reference_hash() == Pipeline().reference_hash()


def test_reference_digests_name_the_step_that_differs(pipeline: Pipeline) -> None:
    assert pipeline.reference.differing_steps(pipeline.reference) == []
    assert Pipeline().reference.differing_steps(pipeline.reference) == ["features"]
    isotopes = Pipeline(
        PipelineOptions(
            featurizer="ecfp4-counts", standardizer=StandardizerOptions(keep_isotopes=True)
        )
    )
    assert "standardize" in isotopes.reference.differing_steps(pipeline.reference)
    assert isotopes.reference_hash() != pipeline.reference_hash()
