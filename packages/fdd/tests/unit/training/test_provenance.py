"""A served model says what it started from."""

import pytest

from fdd.core.spec import EndpointSpec, ModelSpec, RunSpec
from fdd.training.served import Provenance


@pytest.mark.parametrize("origin", ["start", "trunk"])
def test_a_model_names_the_weights_that_it_started_from(origin):
    model = ModelSpec.model_validate({origin: "ab" * 32})
    spec = RunSpec(name="a", endpoints=(EndpointSpec(id="herg.inhibition"),), model=model)
    assert Provenance.of(spec).start == "ab" * 32
