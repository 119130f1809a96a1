"""The files in ``examples/`` are what the documents say they are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from fdd.cli.demo.material import demo_spec
from fdd.core.spec import load_spec
from fdd.data.endpoints import catalogue
from fdd_client.policy import Policy, judge

EXAMPLES = Path(__file__).parents[5] / "examples"
SPECS = sorted(path.name for path in EXAMPLES.glob("*.toml") if path.name != "policy.toml")


@pytest.mark.parametrize("name", SPECS)
def test_every_example_is_a_specification_of_known_endpoints(name):
    spec = load_spec(EXAMPLES / name)
    assert {endpoint.id for endpoint in spec.endpoints} <= set(catalogue().ids())


def test_the_demo_trains_what_its_example_says():
    assert load_spec(EXAMPLES / "demo.toml") == demo_spec(quick=False, computed=False)


def test_the_example_policy_allows_what_it_names_and_nothing_else():
    policy = Policy.model_validate(tomllib.loads((EXAMPLES / "policy.toml").read_text("utf-8")))
    spec = load_spec(EXAMPLES / "lipophilicity.toml")
    assert judge(policy, spec).rule == "project_unknown"
    verdict = judge(policy, spec.model_copy(update={"project": "adme"}))
    assert verdict.allowed
    assert verdict.ask
    assert not policy.projects["adme"].share_report
