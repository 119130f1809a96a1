"""The policy file of a site. Without one, nothing is allowed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.canonical import canonical_digest
from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import Name
from fdd.protocol.errors import SignatureError
from fdd.protocol.statements import SignedStatement, open_statement, sign_statement
from fdd_client.settings import SiteFolder

__all__ = ["Policy", "PolicyError", "ProjectRule", "load_policy", "sign_policy"]

_KIND = "policy"


class PolicyError(FddError):
    """The policy file is damaged, or was changed without this site's signature."""

    code = "FDD-3201"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "The policy of this site is not valid"


class ProjectRule(BaseModel):
    """What runs of one project may do here.

    Attributes:
        approve: ``automatic`` when all limits hold, ``ask`` for a person's decision each time,
            ``never``.
        endpoints: Endpoints that may be learnt from; empty allows none.
        families: Model families that may train here.
        privacy_modes: Who may read one update: ``open`` means the named aggregator can.
        minimum_sites: Fewest sites with which an update of ours may be added up.
        most_rounds: Longest run.
        metrics: ``none``, or ``basic``: losses per endpoint, and of shared heads counts of how far
            the model was from the truth.
        share_report: Whether the value report may be sent to the hub.
        share_histograms: Whether the noisy histograms of the data card may be added up with those
            of the other sites, where a run asks for it.
        approval_days: How long an approval lives.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    approve: Literal["automatic", "ask", "never"] = "ask"
    endpoints: tuple[Name, ...] = ()
    families: tuple[Name, ...] = ("mlp-ecfp",)
    privacy_modes: tuple[Literal["open"], ...] = ()
    minimum_sites: int = Field(default=3, ge=1)
    most_rounds: int = Field(default=200, ge=1)
    metrics: Literal["none", "basic"] = "basic"
    share_report: bool = False
    share_histograms: bool = False
    approval_days: float = Field(default=30, gt=0, le=366)


class Policy(BaseModel):
    """All rules of a site.

    Attributes:
        weakest_sandbox: The least isolation in which training may run here; ``none`` is an
            exception that the site signs with the policy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    projects: dict[Name, ProjectRule] = Field(default_factory=dict)
    weakest_sandbox: Literal["A", "B", "C", "none"] = "C"

    def digest(self) -> str:
        """What approvals name."""
        return canonical_digest(self)


def load_policy(folder: SiteFolder) -> Policy:
    """The signed policy; an empty one, which allows nothing, when there is no file.

    Raises:
        PolicyError: if the file is not signed by this site's key.
    """
    try:
        signed = SignedStatement.model_validate_json(folder.policy.read_bytes())
        return open_statement(signed, _KIND, Policy, *folder.own_keys())
    except FileNotFoundError:
        return Policy()
    except (ValidationError, SignatureError) as error:
        raise PolicyError(
            "policy.json was changed without this site's signature, or is damaged",
            hint="Look at it, then sign it again: fdd-client policy set FILE",
        ) from error


def sign_policy(folder: SiteFolder, policy: Policy) -> None:
    """Write the policy, signed with the site's key."""
    signed = sign_statement(_KIND, policy, folder.signing_key(), folder.identity().site_id)
    folder.write_private(folder.policy, signed.model_dump_json(indent=1).encode())
