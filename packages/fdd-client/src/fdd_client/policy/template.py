"""A policy to start from: it allows nothing before a person has named the endpoints."""

from __future__ import annotations

from fdd.core.errors import InvalidInputError
from fdd.core.ids import is_name

__all__ = ["template"]

_TEXT = """\
# What this site allows. Everything that is not allowed here is refused, and the hub can change
# nothing of it. Put it in force, signed with this site's key: fdd-client policy set FILE
version = 1

# The least isolation in which training may run here, A (strongest), B or C.
# "none" is an exception: training would run without walls.
weakest_sandbox = "C"

[projects."{project}"]
# "ask": a person decides about each run (fdd-client approve RUN, or the console).
# "automatic": approved when all limits below hold. "never": refused.
approve = "ask"

# Endpoints that may be learnt from, for example ["lipophilicity.logd74"]. None until you name them.
endpoints = []

# Model families that may train here.
families = ["mlp-ecfp"]

# "open": the aggregator that a run names can read this site's update. Empty: no update leaves.
privacy_modes = []

# Fewest sites with which an update of ours may be added up, and the longest run.
minimum_sites = 3
most_rounds = 200

# "basic": losses per endpoint leave this site, and of shared heads how often the model erred by how
# much, if on 25 molecules or more. "none": they stay.
metrics = "basic"

# Whether the value report, with this site's own scores, may be sent to the hub.
share_report = false

# Whether the histograms of the data card, noisy and without groups under ten, may be added up with
# those of other sites, where a run asks for it.
share_histograms = false

# Days that an approval lives.
approval_days = 30
"""


def template(project: str) -> str:
    """A commented policy for one project, TOML.

    Raises:
        InvalidInputError: if that is not the name of a project.
    """
    if not is_name(project):
        raise InvalidInputError(
            "A project's name has lower-case letters, digits, '.', '_' and '-'",
            hint="Ask the consortium for the name of its project",
        )
    return _TEXT.format(project=project)
