import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.core.spec import CohortSpec, EndpointSpec, ModelSpec, StrategySpec, TrainingSpec
from fdd_client.policy import Policy, ProjectRule, judge

names = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?", fullmatch=True)


def test_a_run_within_all_limits_is_approved(spec_of, allowing):
    verdict = judge(allowing(), spec_of())
    assert (verdict.allowed, verdict.ask, verdict.rule) == (True, False, "project_automatic")


def test_a_person_is_asked_where_the_policy_says_so(spec_of, allowing):
    verdict = judge(allowing(approve="ask"), spec_of())
    assert (verdict.allowed, verdict.ask, verdict.rule) == (True, True, "project_ask")


@pytest.mark.parametrize(
    ("rule", "policy", "spec"),
    [
        ("project_unknown", {}, {"project": "other"}),
        ("project_never", {"approve": "never"}, {}),
        ("endpoint_not_listed", {"endpoints": ()}, {}),
        ("family_not_listed", {}, {"model": ModelSpec(family="dmpnn")}),
        (
            "distillation_not_allowed",
            {},
            {
                "strategy": StrategySpec(name="distil"),
                "training": TrainingSpec(rounds=1),
                "endpoints": (EndpointSpec(id="lipophilicity.logd74", head="shared"),),
            },
        ),
        ("privacy_mode_not_listed", {"privacy_modes": ()}, {}),
        ("minimum_too_low", {"minimum_sites": 3}, {"cohort": CohortSpec(minimum_sites=2)}),
        ("too_many_rounds", {"most_rounds": 5}, {"training": TrainingSpec(rounds=6)}),
    ],
)
def test_a_run_that_breaks_one_rule_is_denied_by_that_rule(spec_of, allowing, rule, policy, spec):
    verdict = judge(allowing(**policy), spec_of(**spec))
    assert not verdict.allowed
    assert verdict.rule == rule


def test_a_denial_names_the_runs_value_and_the_limit(spec_of, allowing):
    verdict = judge(allowing(most_rounds=5), spec_of(training=TrainingSpec(rounds=6)))
    assert verdict.params == {"run": 6, "most": 5}


@given(project=names, approve=st.sampled_from(["automatic", "ask"]), sandbox=st.sampled_from("ABC"))
def test_a_rule_with_its_defaults_denies_every_run(spec_of, project, approve, sandbox):
    rule = ProjectRule(approve=approve)
    policy = Policy(projects={project: rule}, weakest_sandbox=sandbox)
    assert not judge(policy, spec_of(project=project)).allowed


@given(listed=st.sets(names, max_size=4), project=names)
def test_a_project_that_is_not_listed_is_denied(spec_of, allowing, listed, project):
    rule = allowing().projects["demo"]
    policy = Policy(projects=dict.fromkeys(listed - {project}, rule))
    assert judge(policy, spec_of(project=project)).rule == "project_unknown"
