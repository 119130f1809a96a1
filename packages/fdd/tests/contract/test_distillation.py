"""Distillation: who knows a molecule decides its label, and the hub sees sums only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fdd.chem.features import Features
from fdd.chem.featurizers import DEFAULT
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.arrays import Arrays, group_of
from fdd.core.errors import SpecError
from fdd.core.metrics import Metrics
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.core.update import Update
from fdd.models import FAMILIES, Examples, ModelInputError, Moments
from fdd.models.transfer import answered, answers, student_of, transfer_set, with_transfer
from fdd.protocol.codec import decode, encode_pieces, encoded_size
from fdd.rounds import RunStatus
from fdd.rounds.aggregate import update_layout
from fdd.simulation import simulate
from fdd.storage import DirectoryStore, read_blob
from fdd.strategies import STRATEGIES
from fdd.training import SiteData
from fdd.training.data import quantities
from fdd.training.distillation import answers_update, learnt
from fdd.training.teacher import taught

NAMES = ("lipophilicity.logd74", "herg.inhibition")
WIDTH, MOLECULES = 199, 40


def spec(**changes: object) -> RunSpec:
    base = {
        "name": "distil",
        "endpoints": tuple(EndpointSpec(id=name, head="shared") for name in NAMES),
        "training": {"rounds": 1, "local_epochs": 12, "batch_size": 16},
        "model": {"family": "mlp-ecfp", "options": {"hidden": 16, "depth": 1}},
        "strategy": {"name": "distil", "transfer": "0" * 64},
        "data": {"featurizer": "descriptors-fast"},
        "personalization": {"epochs": 2},
    }
    return RunSpec.model_validate({**base, **changes})


def features(rows: int, seed: int) -> np.ndarray:
    return np.abs(np.random.default_rng(seed).standard_normal((rows, WIDTH))).astype(np.float32)


def examples(rows: int, seed: int, without: int | None = None) -> Examples:
    x = features(rows, seed)
    values = np.stack([3 + x[:, 0] - x[:, 1], x[:, 2] > 0.6], 1).astype(np.float32)
    if without is not None:
        values[:, without] = np.nan
    return Examples(x, values, np.zeros(values.shape, np.int8), NAMES, (False, True))


def data(seed: int, without: int | None = None) -> SiteData:
    parts = [examples(rows, seed + rows, without) for rows in (90, 40, 20)]
    return SiteData(*parts)


def transfer() -> Arrays:
    return transfer_set(Features.from_dense(features(MOLECULES, 7), np.ones(MOLECULES, np.bool_)))


def model() -> Arrays:
    family, moments = (
        FAMILIES.get("mlp-ecfp"),
        Moments(
            (np.full(WIDTH, 0.8), np.ones(WIDTH)), {NAMES[0]: (3.0, 2.0), NAMES[1]: (0.5, 1.0)}
        ),
    )
    return with_transfer(spec(), family.init(spec(), WIDTH, moments, 1), transfer(), WIDTH)


def knows(x: np.ndarray) -> np.ndarray:
    """A model that is always right."""
    return np.stack([3 + x[:, 0] - x[:, 1], x[:, 2] > 0.6], 1).astype(np.float32)


def said(values: tuple[float, float]):
    return lambda x: np.tile(np.asarray(values, np.float32), (len(x), 1))


def test_answers_are_weighed_by_what_their_sites_have_shown():
    """A site that is no better than a constant on its own molecules says nothing."""
    whole, family = model(), FAMILIES.get("mlp-ecfp")
    good = data(1)

    updates = [
        answers_update(spec(), family, whole, good, knows),
        answers_update(spec(), family, whole, data(2), said((9.0, 0.5))),
    ]
    state = STRATEGIES.get("distil").step(spec(), whole, [updates[0] + updates[1]])
    learnable = answered(state, NAMES, (False, True))
    truth = knows(learnable.features)
    np.testing.assert_allclose(learnable.values, truth, atol=1e-3)
    assert updates[1].total[f"{answers(NAMES[1])}/weights"].max() == 0


def test_what_nobody_measures_nobody_is_asked_to_learn():
    whole, family = model(), FAMILIES.get("mlp-ecfp")
    update = answers_update(spec(), family, whole, data(1, without=1), said((3.0, np.nan)))
    assert update.weights[answers(NAMES[1])] == 0
    state = STRATEGIES.get("distil").step(spec(), whole, [update])
    assert np.isnan(answered(state, NAMES, (False, True)).values[:, 1]).all()


def test_the_order_of_sites_changes_no_bit_of_the_sum():
    whole, family = model(), FAMILIES.get("mlp-ecfp")
    rings = [
        answers_update(spec(), family, whole, data(n), said((float(n), 0.1 * n))).to_ring(
            spec().arithmetic
        )
        for n in (1, 2, 3)
    ]
    totals = [
        Update.from_ring(a + b + c, spec().arithmetic, Metrics())
        for a, b, c in (rings, rings[::-1])
    ]
    assert totals[0].total == totals[1].total
    assert rings[0].layout == update_layout(spec(), whole.layout)


def test_a_site_sends_answers_and_no_weights_of_any_model():
    sent = {group_of(name) for name, _, _ in update_layout(spec(), model().layout)}
    assert sent == {answers(name) for name in NAMES} | {"weight"}


def test_a_private_head_is_not_asked_for():
    mixed = spec(endpoints=[{"id": NAMES[0], "head": "shared"}, {"id": NAMES[1]}])
    whole = with_transfer(mixed, student_of(model()), transfer(), WIDTH)
    assert f"{answers(NAMES[0])}/labels" in whole
    assert f"{answers(NAMES[1])}/labels" not in whole


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    tensors = transfer()
    store = DirectoryStore(folder / "blobs")
    kept = store.write(encoded_size(tensors.layout), encode_pieces(tensors))
    run = spec(strategy={"name": "distil", "transfer": kept.id})
    sites = {"a": data(1), "b": data(2, without=1)}
    teachers = {"b": "linear-ecfp"}
    result = simulate(run, sites, folder, teachers=teachers)
    return run, sites, result, decode(read_blob(store, result.state.model))


def test_a_run_of_sites_with_different_models_ends_with_a_report_of_each(finished):
    run, sites, result, _ = finished
    assert result.state.status is RunStatus.COMPLETED
    assert set(result.reports) == set(sites)
    assert result.state.spec == run
    assert result.state.score is not None


def test_every_site_has_the_same_student_and_it_has_learnt(finished):
    run, sites, _, whole = finished
    family = FAMILIES.get("mlp-ecfp")
    one, other = (learnt(run, family, whole, sites[name]) for name in "ab")
    assert one == other
    common = answered(whole, NAMES, (False, True))
    before, after = (family.loss(m, common)[NAMES[0]][0] for m in (student_of(whole), one))
    assert after < before


def test_a_run_without_its_molecules_is_refused():
    nameless = spec(strategy={"name": "distil"})
    with pytest.raises(SpecError, match="names no transfer set"):
        with_transfer(nameless, student_of(model()), Arrays({}), WIDTH)


@pytest.mark.parametrize(
    "change",
    [
        {"strategy": {"name": "fedavg", "transfer": "0" * 64}},
        {"training": {"rounds": 2}},
        {"endpoints": [{"id": NAMES[0]}]},
    ],
)
def test_a_specification_that_cannot_be_distilled_is_refused(change):
    with pytest.raises(ValueError, match="distil"):
        spec(**change)


@pytest.mark.parametrize("broken", ["starts", "columns", "values", "width"])
def test_a_transfer_set_that_is_none_is_refused(broken):
    tensors = dict(transfer())
    width = WIDTH
    if broken == "width":
        width = 100
    else:
        array = tensors[f"transfer/{broken}"].copy()
        array[len(array) // 2] = {"starts": 10**6, "columns": WIDTH, "values": np.inf}[broken]
        tensors[f"transfer/{broken}"] = array
    with pytest.raises(ModelInputError):
        with_transfer(spec(), student_of(model()), Arrays(tensors), width)


def test_molecules_that_are_none_are_left_out_of_a_transfer_set():
    ok = np.array([True, False] * 5)
    kept = transfer_set(Features.from_dense(features(10, 1), ok))
    assert len(kept["transfer/starts"]) == 6
    with pytest.raises(ModelInputError):
        transfer_set(Features.from_dense(features(10, 1), np.zeros(10, np.bool_)))


def test_a_site_of_fewer_labels_is_counted_less():
    whole, family = model(), FAMILIES.get("mlp-ecfp")
    site = data(1)
    few = replace(site, train=site.train.take(np.arange(9)))

    weights = [
        answers_update(spec(), family, whole, part, knows).total[f"{answers(NAMES[0])}/weights"]
        for part in (site, few)
    ]
    assert weights[1].max() < weights[0].max()


@pytest.mark.parametrize("kind", ["linear-ecfp", "dmpnn"])
def test_teachers_that_read_no_graphs_see_the_columns_before_them(kind):
    smiles = ["CCO", "c1ccccc1O", "CC(=O)N", "CCN", "OCCO", "c1ccncc1", "CCCC", "CC(C)=O"] * 3
    pipeline = Pipeline(PipelineOptions(featurizer=f"{DEFAULT}+graph"))
    features = pipeline.prepare(smiles, b"k" * 16).features.dense()
    values = np.column_stack([features[:, 7], features[:, 8] > 0]).astype(np.float32)
    whole = Examples(features, values, np.zeros(values.shape, np.int8), NAMES, (False, True))
    run = spec(
        model={"family": "dmpnn", "options": {"hidden": 8}}, data={"featurizer": f"{DEFAULT}+graph"}
    )
    teacher = taught(kind, run, SiteData(whole, whole, whole), "a")
    blind = features.copy()
    blind[:, quantities(run.data.featurizer)[1].stop :] = 0
    same = np.array_equal(teacher(features), teacher(blind))
    assert same == (kind == "linear-ecfp")
