"""Decides about proposed runs by the site's policy, and signs what was decided."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from blake3 import blake3

from fdd.core.canonical import canonical_bytes
from fdd.core.ids import RunId
from fdd.core.spec import RunSpec
from fdd.protocol.messages import ProposedRun
from fdd.protocol.statements import Approval, SignedStatement, sign_statement
from fdd_client.agent.control import Control, LocalDecision, read_control
from fdd_client.agent.proposals import keep_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.journal import Journal
from fdd_client.link import Link
from fdd_client.policy import Policy, Verdict, judge, load_policy
from fdd_client.settings import SiteFolder
from fdd_client.vault.featurising import pipeline_with
from fdd_client.vault.vault import Vault

__all__ = ["Decider"]

_log = structlog.get_logger()
_DAY_SECONDS = 86_400.0


class Decider:
    """Handles the runs that the hub proposes.

    Args:
        folder: The site.
        link: To hand in decisions.
        vault: Whose certificates an approval names.
        journal: Where each decision is written before it leaves.
    """

    def __init__(self, folder: SiteFolder, link: Link, vault: Vault, journal: Journal) -> None:
        self._folder = folder
        self._link = link
        self._vault = vault
        self._journal = journal
        self._site = folder.identity().site_id
        self.waits: Mapping[RunId, str] = {}
        """Why each run waits that was looked at and not decided."""

    def look(self) -> str | None:
        """Decide about all proposed runs that can be decided; why one still waits, if any does."""
        waits: dict[RunId, str] = {}
        items = self._link.proposed().items
        keep_proposals(self._folder, items)
        control = read_control(self._folder)
        for proposed in items:
            if not self._settled(proposed, control):
                why = self._decide(proposed, control)
                waits |= {proposed.run_id: why} if why else {}
        self.waits = waits
        return next(reversed(waits.values()), None)

    def _decide(self, proposed: ProposedRun, control: Control) -> str | None:
        if proposed.run_id in control.aborted:
            self._hand_in(proposed, "objected", "withdrawn_by_site", None)
            return None
        verdict = judge(load_policy(self._folder), proposed.spec)
        person = control.decisions.get(proposed.run_id)
        if not verdict.allowed:
            self._hand_in(proposed, "objected", verdict.rule, None)
            return None
        if verdict.ask and person is None:
            return "needs_decision"
        if person is not None and person.decision == "objected":
            self._hand_in(proposed, "objected", person.reason, None)
            return None
        entry = self._vault.choose(proposed.spec)
        if entry is None:
            return self._why_no_dataset(proposed.spec)
        self._hand_in(proposed, "approved", _reason(verdict, person), entry.certificate_digest)
        return None

    def _settled(self, proposed: ProposedRun, control: Control) -> bool:
        """Whether the hub knows this site's decision, and nobody here has changed it since."""
        if not self._stands(proposed):
            return False
        if proposed.run_id in control.aborted:
            return proposed.decided == "objected"
        person = control.decisions.get(proposed.run_id)
        return person is None or person.decision == proposed.decided

    def _stands(self, proposed: ProposedRun) -> bool:
        """Whether there is a decision. An approval that only the hub remembers is none: the site
        was restored from an older backup, and cannot tell what it has signed."""
        if proposed.decided != "approved":
            return proposed.decided == "objected"
        return RunFolder(self._folder, proposed.run_id).approval() is not None

    def _why_no_dataset(self, spec: RunSpec) -> str:
        """Whether data are missing, or are there but prepared otherwise than the run asks."""
        data = spec.data.model_copy(update={"reference": None})
        if self._vault.choose(spec.model_copy(update={"data": data})) is None:
            return "needs_dataset"
        asked = spec.data.reference_steps.items()
        if not asked:
            return "reference_mismatch"
        mine = pipeline_with(self._folder, spec.data.featurizer).reference.model_dump()
        # A step reads what the one before it made: the first that differs is the cause.
        differing = [step for step, digest in asked if mine[step] != digest]
        step = next((step for step in mine if step in differing), None)
        return f"reference_mismatch_{step}" if step else "reference_mismatch"

    def _hand_in(
        self, proposed: ProposedRun, decision: str, reason: str, certificate: str | None
    ) -> None:
        if self._stands(proposed) and proposed.decided == decision:
            return
        policy = load_policy(self._folder)
        now = time.time()
        approval = Approval.model_validate(
            {
                "site_id": self._site,
                "run_id": proposed.run_id,
                "spec_digest": proposed.spec.digest(),
                "decision": decision,
                "reason": reason,
                "policy_digest": policy.digest(),
                "certificate_digest": certificate,
                "decided_at": now,
                "valid_until": now + _days(policy, proposed) * _DAY_SECONDS,
            }
        )
        signed = self._sign(approval)
        self._journal.append(
            "approval",
            recipient="hub",
            size=len(signed.payload),
            digest=blake3(canonical_bytes(approval)).hexdigest(),
            run_id=proposed.run_id,
        )
        RunFolder(self._folder, proposed.run_id).keep_decision(proposed.spec, approval)
        self._link.approve(signed)
        _log.info("run_decided", run=proposed.run_id, decision=decision, reason=reason)

    def _sign(self, approval: Approval) -> SignedStatement:
        return sign_statement("approval", approval, self._folder.signing_key(), self._site)


def _reason(verdict: Verdict, person: LocalDecision | None) -> str:
    return person.reason if verdict.ask and person is not None else verdict.rule


def _days(policy: Policy, proposed: ProposedRun) -> float:
    rule = policy.projects.get(proposed.spec.project)
    return rule.approval_days if rule else 1.0
