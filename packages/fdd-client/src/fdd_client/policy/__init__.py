"""What this site allows: written here, signed here, enforced here."""

from fdd_client.policy.policy import Policy, PolicyError, ProjectRule, load_policy, sign_policy
from fdd_client.policy.template import template
from fdd_client.policy.verdict import Verdict, judge

__all__ = [
    "Policy",
    "PolicyError",
    "ProjectRule",
    "Verdict",
    "judge",
    "load_policy",
    "sign_policy",
    "template",
]
