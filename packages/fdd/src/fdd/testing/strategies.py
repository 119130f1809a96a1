"""The contract of ``Strategy``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fdd.core.arrays import Array, Arrays
from fdd.core.metrics import Metrics
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.core.update import Update
from fdd.protocol.codec import decode, encode
from fdd.strategies import Sees, Strategy

__all__ = ["StrategyContract"]

_SPEC = RunSpec(
    name="contract", endpoints=(EndpointSpec(id="lipophilicity.logd74", head="shared"),)
)
# One law, several strategies: a seed that one of them fails on is worth trying with the others.
_SHARED = settings(suppress_health_check=[HealthCheck.differing_executors])
_SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5)


def _model(seed: int) -> Arrays:
    random = np.random.default_rng(seed)
    tensors: dict[str, Array] = {
        "trunk/0/weight": random.standard_normal((3, 4)).astype(np.float32),
        "head:lipophilicity.logd74/weight": random.standard_normal((1, 3)).astype(np.float32),
        "input/mean": np.zeros(4, np.float32),
    }
    return Arrays(tensors)


def _change(seed: int) -> Update:
    tensors = _model(seed).select(lambda name: not name.startswith("input"))
    groups = {"trunk": 0.5, "head:lipophilicity.logd74": 0.25}
    return Update.weighted(tensors, groups, Metrics())


def _given(strategy: Strategy, updates: list[Update]) -> list[Update]:
    if strategy.sees is Sees.EACH:
        return updates
    total = updates[0]
    for update in updates[1:]:
        total += update
    return [total]


class StrategyContract:
    """Subclass and set ``strategy``."""

    strategy: Strategy

    def test_starting_keeps_the_model(self) -> None:
        model = _model(1)
        assert self.strategy.model(self.strategy.start(_SPEC, model)) == model

    def test_updates_of_zeros_keep_the_model(self) -> None:
        model = _model(1)
        state = self.strategy.start(_SPEC, model)
        zero = Update(_change(2).total.zeros(), dict.fromkeys(_change(2).weights, 0.5), Metrics())
        after = self.strategy.model(self.strategy.step(_SPEC, state, _given(self.strategy, [zero])))
        for name in model:
            assert after[name] == pytest.approx(model[name], abs=1e-6)

    @_SHARED
    @given(seeds=_SEEDS)
    def test_the_order_of_updates_does_not_matter(self, seeds: list[int]) -> None:
        state = self.strategy.start(_SPEC, _model(1))
        updates = [_change(seed) for seed in seeds]
        one = self.strategy.step(_SPEC, state, _given(self.strategy, updates))
        two = self.strategy.step(_SPEC, state, _given(self.strategy, updates[::-1]))
        for name in one:
            assert one[name] == pytest.approx(two[name], abs=1e-5)

    @_SHARED
    @given(seeds=_SEEDS)
    def test_the_state_survives_encoding(self, seeds: list[int]) -> None:
        state = self.strategy.start(_SPEC, _model(1))
        for seed in seeds:
            kept = decode(encode(state))
            updates = _given(self.strategy, [_change(seed)])
            state = self.strategy.step(_SPEC, state, updates)
            assert self.strategy.step(_SPEC, kept, updates) == state

    def test_what_is_not_updated_stays(self) -> None:
        state = self.strategy.start(_SPEC, _model(1))
        after = self.strategy.model(
            self.strategy.step(_SPEC, state, _given(self.strategy, [_change(3)]))
        )
        assert after.layout == _model(1).layout
        assert (after["input/mean"] == 0).all()
