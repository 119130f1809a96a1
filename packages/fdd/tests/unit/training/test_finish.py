"""The end of a run at one site: choice, calibration, report, card."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fdd.core.spec import EndpointSpec, RunSpec, TrainingSpec
from fdd.models import FAMILIES, Examples
from fdd.protocol.messages import SummedScores
from fdd.protocol.wire import wire
from fdd.training import WAYS, Candidates, SiteData, finish
from fdd.training.boosting import BoostingMissingError, boosted
from fdd.training.personalize import personalize, train_alone
from fdd.training.served import Domain

NAMES = ("lipophilicity.logd74", "herg.inhibition")
WIDTH = 24
FAMILY = FAMILIES.get("mlp-ecfp")
RULE = np.random.default_rng(0).standard_normal((WIDTH, 2))


def examples(rows: int, seed: int, shift: float = 0.0) -> Examples:
    random = np.random.default_rng(seed)
    features = random.standard_normal((rows, WIDTH)).astype(np.float32)
    raw = features @ RULE + 0.3 * random.standard_normal((rows, 2)) + shift
    values = np.stack([raw[:, 0], raw[:, 1] > 0], 1).astype(np.float32)
    return Examples(features, values, np.zeros(values.shape, np.int8), NAMES, (False, True))


SPEC = RunSpec(
    name="test",
    endpoints=tuple(EndpointSpec(id=name, head="shared") for name in NAMES),
    training=TrainingSpec(rounds=12, batch_size=32, learning_rate=3e-3),
    model={"family": "mlp-ecfp", "options": {"hidden": 32, "dropout": 0.0}},
    data={"featurizer": "descriptors-fast"},
)


@pytest.fixture(scope="module")
def own() -> SiteData:
    return SiteData(
        examples(80, 1), examples(60, 2), examples(80, 3), examples(200, 4), pipeline="a" * 64
    )


@pytest.fixture(scope="module")
def federated(own):
    """A model of ten times as many molecules."""
    pooled = SiteData(examples(500, 9), own.validation, own.test)
    return train_alone(SPEC, FAMILY, pooled, "pool")


@pytest.fixture(scope="module")
def done(own, federated):
    told: list[float] = []
    return finish(SPEC, FAMILY, own, federated, "site", "b" * 64, "run-1", told.append)


def test_every_way_is_judged_with_intervals_on_both_kinds_of_chemistry(done):
    for row in done.value.rows:
        for part in (row.own, row.others):
            assert [score.way for score in part.scores] == list(WAYS)
            assert all(s.low <= s.value <= s.high for s in part.scores)
            assert part.enough
    assert done.value.rows[0].molecules == (80, 60, 80)


def test_a_federated_model_of_more_molecules_is_chosen_and_its_gain_is_named(done):
    for row in done.value.rows:
        assert row.chosen != "local"
        assert set(row.validation) == set(WAYS)
    verdicts = {a.way: a.verdict for a in done.value.rows[0].others.against_local}
    assert verdicts["federated"] == "better"
    assert "local" not in verdicts


def test_a_site_that_is_clearly_better_alone_keeps_its_own_model(own):
    strangers = SiteData(examples(100, 9, shift=6.0), own.validation, own.test)
    useless = train_alone(SPEC, FAMILY, strangers, "strangers")
    plenty = SiteData(examples(400, 1), own.validation, own.test)
    spec = SPEC.model_copy(
        update={"personalization": SPEC.personalization.model_copy(update={"epochs": 0})}
    )
    made = finish(spec, FAMILY, plenty, useless, "site", "b" * 64, "run-1", lambda _: None)
    row = made.value.rows[0]
    assert (row.chosen, row.personalised) == ("local", "mixed")
    assert made.card.endpoints[0].way == "local"
    assert made.value.run_report(to_share=False).rows[0].chosen == "local"


def test_intervals_and_sets_hold_on_molecules_that_nothing_saw(done):
    number, answer = done.value.rows
    for row in (number, answer):
        for score in row.others.scores:
            assert score.coverage > 0.8
            assert score.width > 0


def test_a_yes_or_no_says_whether_its_probabilities_can_be_believed(done):
    number, answer = done.value.rows
    assert number.own.reliability is None
    for part, molecules in ((answer.own, 80), (answer.others, 200)):
        assert sum(b.n for b in part.reliability.bins) == molecules
        assert part.reliability.mcc > 0.5
        assert part.reliability.ece < 0.2


def test_the_card_serves_the_choice_with_its_calibration(done):
    card = done.card
    assert {e.endpoint: e.way for e in card.endpoints} == {
        row.endpoint: row.chosen for row in done.value.rows
    }
    number, answer = card.endpoints
    assert number.intervals.molecules == 60
    assert number.probabilities is None
    assert answer.probabilities.positives + answer.probabilities.negatives == 60
    assert set(card.ways) == set(done.models)
    assert {"local", "federated"} <= set(done.models)
    assert card.pipeline == "a" * 64


def test_what_all_sites_found_is_served_beside_and_never_narrows(own, federated, done):
    counts = (*(0,) * 40, 300, *(0,) * 23)
    scores = [SummedScores(endpoint=NAMES[0], kind="error", counts=counts, sites=3)]
    scores += [
        SummedScores(endpoint=NAMES[1], kind=kind, counts=counts, sites=2) for kind in ("yes", "no")
    ]
    told = [SPEC, FAMILY, own, federated, "site", "b" * 64, "run-1", lambda _: None]
    made = finish(*told, scores=scores)
    number, answer = made.card.endpoints
    assert (number.pooled.molecules, number.pooled.sites) == (300, 3)
    assert (answer.pooled.positives, answer.pooled.sites) == (300, 2)
    assert number.intervals == done.card.endpoints[0].intervals
    for row, before in zip(made.value.rows, done.value.rows, strict=True):
        assert row.chosen == before.chosen
        for score, old in zip(row.others.scores, before.others.scores, strict=True):
            grown = score.way in {"federated", "mixed"}
            assert score.coverage >= old.coverage
            assert (score.width != old.width) == grown


def test_with_a_private_head_a_site_that_is_better_alone_is_told_so(own, federated):
    """The way of one pair of models: of others who measure the same, and of the opposite."""
    heads = tuple(EndpointSpec(id=name) for name in NAMES)
    spec = SPEC.model_copy(update={"endpoints": heads})
    bad = examples(500, 9)
    values = np.stack([-bad.values[:, 0], 1 - bad.values[:, 1]], 1)
    pool = SiteData(replace(bad, values=values), own.validation, own.test)
    opposite = train_alone(SPEC, FAMILY, pool, "pool")
    alone = 0
    for model in (federated, opposite):
        made = finish(spec, FAMILY, own, model, "site", "b" * 64, "run-1", lambda _: None)
        for row in made.value.rows:
            found = row.validation
            assert row.chosen != "blended" or found["blended"] <= found["local"]
            alone += row.chosen == "local"
    assert alone


def test_boosted_trees_are_judged_beside_and_never_served(own, federated):
    told = [SPEC, FAMILY, own, federated, "site", "b" * 64, "run-1", lambda _: None]
    made = finish(*told, reference=True)
    for row in made.value.rows:
        for part in (row.own, row.others):
            assert part.boosted.low <= part.boosted.value <= part.boosted.high
        assert "boosted" not in row.validation
    assert made.value.rows[0].others.boosted.served == "better"
    assert set(made.models) <= set(WAYS)
    few = SiteData(examples(6, 1), examples(4, 2), examples(30, 3))
    assert boosted(few, 0, 1) is None


def test_without_the_extra_boosting_is_refused_by_name(own, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BoostingMissingError, match="CatBoost"):
        boosted(own, 0, 1)


@pytest.mark.parametrize(("way", "first"), [("mixed", "federated"), ("blended", "local")])
def test_two_models_predict_their_mean(own, federated, way, first):
    other = personalize(SPEC, FAMILY, own, "site", federated)
    made = Candidates(FAMILY, {first: federated, "finetuned": other})
    mean = (made.predict(first, own.test) + made.predict("finetuned", own.test)) / 2
    assert made.predict(way, own.test) == pytest.approx(mean)


@pytest.mark.parametrize(("head", "likely"), [("shared", "mixed"), ("private", "blended")])
def test_which_two_are_the_safe_bet_depends_on_what_the_others_measure(
    own, federated, head, likely
):
    few = SiteData(own.train, examples(6, 2), own.test)
    endpoints = tuple(e.model_copy(update={"head": head}) for e in SPEC.endpoints)
    spec = SPEC.model_copy(update={"endpoints": endpoints})
    made = finish(spec, FAMILY, few, federated, "site", "b" * 64, "run-1", lambda _: None)
    assert [row.chosen for row in made.value.rows] == [likely] * 2
    assert {"local", "finetuned"} <= set(made.models) if likely == "blended" else made.models


def test_only_heads_change_where_only_heads_may(own, federated):
    shifted = SiteData(examples(80, 5, shift=2.0), examples(60, 6, shift=2.0), own.test)
    made = personalize(SPEC, FAMILY, shifted, "site", federated, heads_only=True)
    changed = {name.split("/")[0] for name in made if (made[name] != federated[name]).any()}
    assert changed
    assert changed <= {f"head:{name}" for name in NAMES}


def test_what_is_shared_has_three_ways_and_only_where_there_are_enough(done):
    shown = done.value.run_report(to_share=False)
    assert shown.rows[0].own.personalised == done.value.rows[0].own.score(
        done.value.rows[0].personalised
    )
    row = done.value.rows[0]
    few = row.model_copy(update={"own": row.own.model_copy(update={"enough": False})})
    report = done.value.model_copy(update={"rows": (few,)}).run_report(to_share=True)
    assert (report.rows[0].own.local, report.rows[0].own.n) == (None, 0)
    assert report.rows[0].others.local is not None


def test_what_is_shared_marks_only_what_is_more_than_noise(done):
    row = done.value.rows[0]
    said = (
        "better" if against.way == "federated" else "noise" for against in row.own.against_local
    )
    against = tuple(
        each.model_copy(update={"verdict": verdict})
        for each, verdict in zip(row.own.against_local, said, strict=True)
    )
    own = row.own.model_copy(update={"against_local": against})
    report = done.value.model_copy(update={"rows": (row.model_copy(update={"own": own}),)})
    shared = report.run_report(to_share=False)
    assert shared.rows[0].own.clear == {"federated": "better"}
    assert b"clear" in wire(shared, 2)
    assert b"clear" not in wire(shared, 1)


def test_an_endpoint_without_own_labels_is_left_out_and_few_molecules_claim_nothing(own, federated):
    values = own.train.values.copy()
    values[:, 1] = np.nan
    train = Examples(own.train.features, values, own.train.qualifiers, NAMES, (False, True))
    data = SiteData(train, examples(6, 7), examples(10, 8))
    made = finish(SPEC, FAMILY, data, federated, "site", "b" * 64, "run-1", lambda _: None)
    (row,) = made.value.rows
    assert row.endpoint == NAMES[0]
    assert {a.verdict for a in row.own.against_local} == {"too_few"}
    assert made.card.endpoints[0].intervals is None
    assert row.others is None


def test_verdicts_of_the_domain():
    domain = Domain(
        molecules=100, similarity=(0.4, 0.2), disagreement=(0.5, 1.0), latent=(3.0, 4.0)
    )
    near = np.array([0.9, 0.3, 0.1, 0.9, 0.9])
    apart = np.array([0.1, 0.1, 0.1, 0.7, 2.0])
    assert domain.verdicts(near, apart, None).tolist() == [0, 1, 2, 1, 2]
    assert domain.verdicts(None, apart, None).tolist() == [0, 0, 0, 1, 2]
    latent = np.array([3.5, 4.5, 1.0, 3.0, 0.0])
    assert domain.verdicts(near, apart, latent).tolist() == [1, 2, 2, 1, 2]
