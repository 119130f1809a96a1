"""Whether a run may train here: every denial names its rule."""

from __future__ import annotations

from typing import NamedTuple

from fdd.core.errors import Param
from fdd.core.spec import RunSpec
from fdd_client.policy.policy import Policy, ProjectRule

__all__ = ["Verdict", "judge"]


class Verdict(NamedTuple):
    """The outcome.

    ``rule`` is the rule that decided; ``params`` hold the run's value and the limit. ``ask`` is
    True when the limits hold and a person must decide.
    """

    allowed: bool
    ask: bool
    rule: str
    params: dict[str, Param]


def judge(policy: Policy, spec: RunSpec) -> Verdict:
    """Hold a run against the policy; deny by default."""
    rule = policy.projects.get(spec.project)
    if rule is None:
        return Verdict(False, False, "project_unknown", {"project": spec.project})
    if rule.approve == "never":
        return Verdict(False, False, "project_never", {"project": spec.project})
    broken = _broken(rule, spec)
    if broken is not None:
        return broken
    return Verdict(
        True, rule.approve == "ask", f"project_{rule.approve}", {"project": spec.project}
    )


def _broken(rule: ProjectRule, spec: RunSpec) -> Verdict | None:
    foreign = sorted({endpoint.id for endpoint in spec.endpoints} - set(rule.endpoints))
    if foreign:
        return _deny("endpoint_not_listed", endpoint=foreign[0])
    if spec.model.family not in rule.families:
        return _deny("family_not_listed", family=spec.model.family)
    if spec.distils:
        # A site would answer questions about molecules that the hub has chosen.
        return _deny("distillation_not_allowed")
    if spec.privacy.mode not in rule.privacy_modes:
        return _deny("privacy_mode_not_listed", mode=spec.privacy.mode)
    if spec.cohort.minimum_sites < rule.minimum_sites:
        return _deny("minimum_too_low", run=spec.cohort.minimum_sites, least=rule.minimum_sites)
    if spec.training.rounds > rule.most_rounds:
        return _deny("too_many_rounds", run=spec.training.rounds, most=rule.most_rounds)
    return None


def _deny(rule: str, **params: Param) -> Verdict:
    return Verdict(False, False, rule, params)
