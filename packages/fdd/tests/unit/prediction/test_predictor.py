"""Predictions: the model's own, with what the site knows about them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from fdd.chem.masking import without_each_atom
from fdd.chem.standardize import Standardizer
from fdd.core.errors import InvalidInputError
from fdd.data.errors import UnitError
from fdd.evaluation import PooledIntervals, PooledSets
from fdd.models import FAMILIES, ModelInputError
from fdd.prediction import Predictor, load_model, save_model
from fdd.training import Candidates

from .conftest import ANSWER, NUMBER

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def test_a_prediction_is_what_the_model_says_about_the_prepared_molecule(made, predictor):
    rows = np.flatnonzero(made.dataset.splits == "test")[:5]
    found = predictor([made.by_key[key] for key in made.dataset.keys[rows]])
    candidates = Candidates(FAMILIES.get("mlp-ecfp"), made.models)
    direct = candidates.predict_features(
        made.card.get(NUMBER).way, made.dataset.features.take(rows).dense(), (NUMBER,), (False,)
    )
    assert found.endpoints[NUMBER].value == pytest.approx(direct[:, 0], abs=1e-5)


def test_a_bad_structure_is_a_row_that_says_why_and_the_rest_goes_on(predictor):
    found = predictor([ASPIRIN, "not a molecule", "", "C1CC", ASPIRIN])
    assert [f and f.value for f in found.failures] == [
        None, "unparsable", "empty", "unparsable", None,
    ]  # fmt: skip
    number, answer = found.endpoints[NUMBER], found.endpoints[ANSWER]
    assert np.isfinite(number.value).tolist() == [True, False, False, False, True]
    assert number.value[0] == number.value[4]
    assert np.isnan(number.low[1])
    assert np.isnan(answer.high[1])
    assert number.verdict[1] == "unknown"
    assert answer.label[1] == ""


def test_an_empty_cell_is_such_a_row_and_one_text_is_no_list(predictor):
    assert [f is None for f in predictor([None, "CCO"]).failures] == [False, True]
    with pytest.raises(InvalidInputError, match="list"):
        predictor("CCO")


def test_intervals_enclose_numbers_and_probabilities(predictor, made):
    found = predictor(made.smiles[:40])
    for prediction in found.endpoints.values():
        assert (prediction.low <= prediction.value).all()
        assert (prediction.value <= prediction.high).all()
    answer = found.endpoints[ANSWER]
    assert ((answer.low >= 0) & (answer.high <= 1)).all()


def test_what_all_sites_calibrated_is_a_floor_or_all_there_is(predictor, made):
    number, answer = made.card.endpoints
    wide = PooledIntervals(level=0.9, molecules=300, sites=3, half_width=50.0)
    sure = PooledSets(level=0.9, positives=99, negatives=99, sites=3, yes_from=1.0, no_to=1.0)
    for own in (True, False):
        kept = {} if own else {"intervals": None, "probabilities": None}
        endpoints = (
            number.model_copy(update={"pooled": wide, **kept}),
            answer.model_copy(update={"pooled": sure, **kept}),
        )
        card = made.card.model_copy(update={"endpoints": endpoints})
        said = Predictor(card, made.models)(["CCO", "c1ccccc1O"]).endpoints
        assert np.allclose(said[NUMBER].high - said[NUMBER].value, 50.0)
        assert np.allclose(said[NUMBER].value - said[NUMBER].low, 50.0)
        labels = said[ANSWER].label
        assert set(labels) <= ({"no", "either"} if own else {"no"})
        # Without a calibration of its own the probability is the model's, and has no ends.
        assert np.isnan(said[ANSWER].low).all() == (not own or answer.probabilities is None)


def test_training_molecules_are_their_own_neighbours_and_strangers_are_outside(predictor, made):
    found = predictor(made.smiles[:30], neighbours=3)
    assert found.nearest.similarity.shape == (30, 3)
    assert (found.nearest.similarity[:, 0] > 0.999).any()
    strange = predictor(["FC(F)(F)C(F)(F)C(F)(F)C(F)(F)C(F)(F)C(F)(F)F"])
    assert strange.endpoints[NUMBER].verdict == ("outside",)


def test_atoms_bring_what_is_lost_without_them(predictor, made):
    found = predictor.attribute(ASPIRIN, [NUMBER])
    said = predictor([ASPIRIN]).endpoints[NUMBER].value[0]
    assert found.weights[NUMBER].shape == (found.mol.GetNumAtoms(),)
    rows = without_each_atom(Standardizer()(ASPIRIN), made.card.featurizer)
    candidates = Candidates(FAMILIES.get("mlp-ecfp"), made.models)
    way = made.card.get(NUMBER).way
    without = candidates.predict_features(way, rows[1:], (NUMBER,), (False,))[:, 0]
    assert said - found.weights[NUMBER] == pytest.approx(without, abs=1e-4)
    assert predictor.attribute("not a molecule") is None
    with pytest.raises(ModelInputError):
        predictor.attribute(ASPIRIN, ["ames.mutagenicity"])


def test_units_convert_and_a_negative_logarithm_swaps_the_ends(made):
    card = made.card.model_copy(
        update={
            "endpoints": tuple(
                e.model_copy(update={"endpoint": "herg.pic50"}) if e.endpoint == NUMBER else e
                for e in made.card.endpoints
            )
        }
    )
    rename = {
        way: type(model)(
            {name.replace(NUMBER, "herg.pic50"): array for name, array in model.items()}
        )
        for way, model in made.models.items()
    }
    served = Predictor(card, rename, made.own)
    plain = served([ASPIRIN]).endpoints["herg.pic50"]
    molar = served([ASPIRIN], units={"herg.pic50": "nM"}).endpoints["herg.pic50"]
    assert molar.value[0] == pytest.approx(10 ** (9 - plain.value[0]))
    assert molar.low[0] == pytest.approx(10 ** (9 - plain.high[0]))
    assert molar.low[0] < molar.value[0] < molar.high[0]
    mass = served([ASPIRIN], units={"herg.pic50": "ug/mL"}).endpoints["herg.pic50"]
    assert mass.value[0] == pytest.approx(molar.value[0] * 180.16 * 1e-6, rel=1e-3)
    with pytest.raises(UnitError):
        served([ASPIRIN], units={"herg.pic50": "%"})
    with pytest.raises(ModelInputError):
        served([ASPIRIN], units={ANSWER: "nM"})


def test_what_the_model_does_not_serve_is_refused(predictor, made):
    with pytest.raises(ModelInputError):
        predictor([ASPIRIN], ["ames.mutagenicity"])
    other = made.card.model_copy(update={"pipeline": "0" * 64})
    with pytest.raises(ModelInputError):
        Predictor(other, made.models)


def test_without_own_molecules_there_is_no_verdict_but_a_number(made):
    found = Predictor(made.card, made.models)([ASPIRIN])
    assert found.nearest is None
    assert found.endpoints[NUMBER].verdict == ("unknown",)
    assert np.isfinite(found.endpoints[NUMBER].value).all()


def test_no_molecules_no_rows(predictor):
    found = predictor([])
    assert len(found) == 0
    assert len(found.endpoints[NUMBER].value) == 0


def test_a_stored_model_predicts_the_same_and_a_damaged_one_is_refused(made, predictor, tmp_path):
    save_model(tmp_path / "m", made.card, made.models)
    card, models = load_model(tmp_path / "m")
    again = Predictor(card, models, made.own)([ASPIRIN])
    assert again.endpoints[NUMBER].value == predictor([ASPIRIN]).endpoints[NUMBER].value
    weights = tmp_path / "m" / "local.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelInputError):
        load_model(tmp_path / "m")
    with pytest.raises(ModelInputError):
        load_model(tmp_path / "nothing")


def test_a_structure_is_in_no_repr(predictor):
    found = predictor([ASPIRIN])
    own = predictor.own.molecule(0)
    for thing in (found, found.endpoints[NUMBER], dataclasses.replace(own, smiles=ASPIRIN)):
        assert ASPIRIN not in repr(thing)
