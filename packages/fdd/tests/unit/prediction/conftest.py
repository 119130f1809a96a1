"""A model that a site trained on well-known drugs whose values are computed."""

from __future__ import annotations

import pytest

from fdd.chem.pipeline import Pipeline
from fdd.core.spec import EndpointSpec, RunSpec, TrainingSpec
from fdd.data.aggregate import build
from fdd.data.computed import computed_set
from fdd.models import FAMILIES
from fdd.prediction import OwnMolecules, Predictor
from fdd.training import finish, site_data
from fdd.training.personalize import train_alone

NUMBER, ANSWER = "lipophilicity.logd74", "herg.inhibition"


class Made:
    """A finished run at one site."""

    def __init__(self) -> None:
        table, mapping = computed_set()
        built = build(table, mapping, Pipeline(), b"k" * 32)
        self.dataset = built.dataset
        self.by_key = dict(
            zip(built.measurements.prepared.keys, table.column(mapping.structure), strict=True)
        )
        spec = RunSpec(
            name="test",
            endpoints=tuple(EndpointSpec(id=name) for name in (NUMBER, ANSWER)),
            training=TrainingSpec(rounds=6, batch_size=32),
            model={"family": "mlp-ecfp", "options": {"hidden": 32}},
            data={"minimum_rows": 1},
        )
        self.data = site_data(spec, self.dataset)
        family = FAMILIES.get("mlp-ecfp")
        federated = train_alone(spec, family, self.data, "elsewhere")
        done = finish(spec, family, self.data, federated, "site", "b" * 64, "run-1", lambda _: None)
        self.card, self.models, self.value = done.card, done.models, done.value
        names = [endpoint.endpoint for endpoint in self.card.endpoints]
        self.own = OwnMolecules(self.dataset, names, 2048)
        self.smiles = list(table.column(mapping.structure))


@pytest.fixture(scope="session")
def made() -> Made:
    return Made()


@pytest.fixture(scope="session")
def predictor(made) -> Predictor:
    return Predictor(made.card, made.models, made.own)
