"""The contract of ``ModelFamily``."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.graphs import ATOMS, COLUMNS
from fdd.chem.standardize import Parent, Standardizer
from fdd.core.arrays import Arrays
from fdd.core.errors import SpecError
from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec
from fdd.data.drugs import DRUGS
from fdd.models import Examples, FitOptions, ModelFamily, ModelInputError, Moments
from fdd.models.base import FloatMatrix, head, is_frozen
from fdd.protocol.codec import decode, encode

__all__ = ["ModelFamilyContract"]

_NAMES = ("lipophilicity.logd74", "herg.inhibition")
_WIDTH = 16
_COLUMNS = "descriptors-fast"
_GRAPHS = "ecfp4-counts+descriptors+graph"


def _options(**changes: object) -> FitOptions:
    defaults: dict[str, object] = {"learning_rates": (3e-3,) * 30, "batch_size": 32, "seed": 7}
    return FitOptions(**{**defaults, **changes})  # type: ignore[arg-type]


@cache
def _molecules() -> tuple[FloatMatrix, FloatMatrix]:
    """Features of some drugs with their graphs, and two signals that their graphs hold."""
    standardize = Standardizer()
    parents = [p for p in map(standardize, list(DRUGS.values())[:48]) if isinstance(p, Parent)]
    features = FEATURIZERS.get(_GRAPHS)()(list(parents)).dense()
    atoms = (features[:, -COLUMNS:][:, :ATOMS] > 0).sum(1)
    rings = np.array([p.mol.GetRingInfo().NumRings() for p in parents])
    signals = np.stack([atoms, rings], 1).astype(np.float32)
    return features, (signals - signals.mean(0)) / signals.std(0)


class ModelFamilyContract:
    """Subclass, set ``family`` and, where the defaults are large, ``options``."""

    family: ModelFamily
    options: dict[str, bool | int | float | str] = {}  # noqa: RUF012 - overridden as a whole

    @property
    def width(self) -> int:
        """Columns of the features."""
        return _molecules()[0].shape[1] if self.family.card.graph else _WIDTH

    def drawn(self, rows: int, random: np.random.Generator) -> tuple[FloatMatrix, FloatMatrix]:
        """Features and two signals that they hold. A family that reads graphs gets fewer rows, of
        real molecules."""
        if self.family.card.graph:
            molecules, signals = _molecules()
            chosen = random.integers(0, len(molecules), max(5, rows // 4))
            return molecules[chosen], signals[chosen]
        features = random.standard_normal((rows, _WIDTH)).astype(np.float32)
        return features, features[:, :2]

    def examples(self, rows: int, seed: int) -> Examples:
        """Rows with a number and a yes/no that follow from the features; some are missing."""
        random = np.random.default_rng(seed)
        features, signal = self.drawn(rows, random)
        values = np.stack([signal[:, 0] * 2 + 1, signal[:, 1] > 0], 1).astype(np.float32)
        values[random.random(values.shape) < 0.3] = np.nan
        signs = np.zeros(values.shape, np.int8)
        return Examples(features, values, signs, _NAMES, (False, True))

    def spec(self, featurizer: str = "", **options: bool | float | str) -> RunSpec:
        """A run of two endpoints with the family's options."""
        own = _GRAPHS if self.family.card.graph else _COLUMNS
        return RunSpec(
            name="contract",
            endpoints=tuple(EndpointSpec(id=name, head="shared") for name in _NAMES),
            model=ModelSpec(family=self.family.card.name, options={**self.options, **options}),
            data=DataSpec(featurizer=featurizer or own),
        )

    def moments(self) -> Moments:
        """Over all sites."""
        scaling = np.zeros(self.width), np.ones(self.width)
        return Moments(scaling, {_NAMES[0]: (1.0, 2.0), _NAMES[1]: (0.5, 1.0)})

    def fresh(self, seed: int = 1) -> Arrays:
        """A model with its scaling."""
        return self.family.init(self.spec(), self.width, self.moments(), seed)

    def test_a_seed_gives_one_model(self) -> None:
        assert self.fresh(1) == self.fresh(1)
        assert self.fresh(1) != self.fresh(2)

    def test_an_unknown_option_is_refused(self) -> None:
        with pytest.raises(SpecError):
            self.family.init(self.spec(no_such_option=1), self.width, self.moments(), 1)

    def test_features_that_it_cannot_read_are_refused(self) -> None:
        other = _COLUMNS if self.family.card.graph else _GRAPHS
        with pytest.raises(SpecError, match="cannot read"):
            self.family.init(self.spec(other), self.width, self.moments(), 1)

    def test_the_card_says_how_to_begin(self) -> None:
        card = self.family.card
        recipe = card.recipe
        assert min(recipe.rounds, recipe.local_epochs, recipe.batch_size, card.minimum_rows) > 0
        for kind, default, least, most in card.options.values():
            assert least <= kind(default) <= most

    def test_there_is_a_head_for_each_endpoint_and_everything_is_float32(self) -> None:
        model = self.fresh()
        groups = {name.split("/")[0] for name in model}
        assert {head(name) for name in _NAMES} <= groups
        assert "trunk" in groups
        assert {dtype for _, dtype, _ in model.layout} == {"float32"}

    def test_training_lowers_the_loss_and_keeps_what_is_frozen(self) -> None:
        model, data = self.fresh(), self.examples(300, 1)
        fitted = self.family.fit(model, data, _options())
        before, after = self.family.loss(model, data), self.family.loss(fitted.model, data)
        for name in _NAMES:
            assert after[name][0] < before[name][0]
            assert after[name][1] == data.labelled(name)
        for name in model:
            if is_frozen(name):
                assert (fitted.model[name] == model[name]).all()

    def test_training_is_deterministic(self) -> None:
        model, data = self.fresh(), self.examples(100, 1)
        one = self.family.fit(model, data, _options())
        two = self.family.fit(decode(encode(model)), data, _options())
        assert one.model == two.model

    def test_only_what_is_trainable_changes(self) -> None:
        model, data = self.fresh(), self.examples(100, 1)
        chosen = head(_NAMES[0])
        fitted = self.family.fit(
            model, data, _options(trainable=lambda name: name.startswith(chosen))
        )
        changed = {n.split("/")[0] for n in model if (fitted.model[n] != model[n]).any()}
        assert changed == {chosen}

    def test_the_epoch_that_the_judge_prefers_is_returned(self) -> None:
        model, data, held_out = self.fresh(), self.examples(60, 1), self.examples(200, 2)

        def score(candidate: Arrays) -> float:
            losses = self.family.loss(candidate, held_out)
            return sum(value for value, _ in losses.values())

        fitted = self.family.fit(model, data, _options(judge=score))
        assert score(fitted.model) <= score(model)
        assert self.family.fit(model, data, _options(judge=lambda _: 1.0)).model == model

    def test_a_rare_yes_may_count_more_and_probabilities_stay_what_they_are(self) -> None:
        random = np.random.default_rng(5)
        features, signal = self.drawn(400, random)
        values = np.full_like(signal, np.nan)
        values[:, 1] = signal[:, 1] + random.standard_normal(len(signal)) > 2.0
        signs = np.zeros(values.shape, np.int8)
        rare = Examples(features, values, signs, _NAMES, (False, True))
        share = float(values[:, 1].mean())
        moments = replace(self.moments(), targets={_NAMES[0]: (1.0, 2.0), _NAMES[1]: (share, 1.0)})
        said = {}
        for balance in (False, True):
            spec = RunSpec.model_validate(
                {**self.spec().model_dump(), "training": {"balance": balance}}
            )
            model = self.family.init(spec, self.width, moments, 1)
            model = self.family.fit(model, rare, _options(learning_rates=(3e-3,) * 12)).model
            said[balance] = self.family.predict(model, rare.features, _NAMES, rare.binary)[:, 1]
        assert not np.array_equal(said[False], said[True])
        assert said[True].mean() == pytest.approx(share, abs=share)

    def test_missing_labels_teach_nothing(self) -> None:
        model, data = self.fresh(), self.examples(50, 1)
        nothing = Examples(
            data.features, np.full_like(data.values, np.nan), data.qualifiers, _NAMES, data.binary
        )
        assert self.family.fit(model, nothing, _options()).model == model
        assert not self.family.loss(model, nothing)

    def test_a_censored_label_costs_only_on_the_wrong_side(self) -> None:
        model, data = self.fresh(), self.examples(50, 1)
        predicted = self.family.predict(model, data.features, _NAMES, data.binary)
        values = np.full_like(data.values, np.nan)
        values[:, 0] = predicted[:, 0] - 1
        above = np.ones(values.shape, np.int8)
        for signs, free in ((above, True), (-above, False)):
            loss = self.family.loss(
                model, Examples(data.features, values, signs, _NAMES, data.binary)
            )
            assert (loss[_NAMES[0]][0] == pytest.approx(0, abs=1e-6)) is free

    def test_predictions_are_finite_and_probabilities_lie_between_0_and_1(self) -> None:
        data = self.examples(40, 3)
        far = data.features if self.family.card.graph else data.features * 50
        out = self.family.predict(self.fresh(), far, _NAMES, data.binary)
        assert out.shape == (len(data), 2)
        assert np.isfinite(out).all()
        assert ((out[:, 1] >= 0) & (out[:, 1] <= 1)).all()

    def test_foreign_features_and_endpoints_are_refused(self) -> None:
        model, data = self.fresh(), self.examples(5, 1)
        with pytest.raises(ModelInputError):
            self.family.predict(model, data.features[:, :-1], _NAMES, data.binary)
        with pytest.raises(ModelInputError):
            self.family.predict(model, data.features, ("ames.mutagenicity",), (True,))
