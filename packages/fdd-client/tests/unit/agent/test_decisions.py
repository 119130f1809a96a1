"""Decisions, with everything real but the wire."""

from __future__ import annotations

import pytest

from fdd.protocol.messages import ProposedRun, ProposedRuns
from fdd.protocol.statements import Approval, open_statement
from fdd_client.agent.control import abort_run, record_decision
from fdd_client.agent.decisions import Decider
from fdd_client.agent.proposals import keep_proposals, read_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.journal import Journal
from fdd_client.policy import sign_policy
from fdd_client.vault.deletion import remove
from fdd_client.vault.pipelines import site_pipeline
from fdd_client.vault.vault import Vault


class Wire:
    """The hub's side of the two messages that decisions need."""

    def __init__(self, spec):
        self.spec = spec
        self.decided = "waiting"
        self.statements = []

    def proposed(self):
        run = ProposedRun(run_id="run-1", spec=self.spec, decided=self.decided)
        return ProposedRuns(items=(run,))

    def approve(self, statement):
        self.statements.append(statement)


@pytest.fixture
def wire(spec_of):
    return Wire(spec_of())


@pytest.fixture
def look(stocked_site, wire):
    decider = Decider(stocked_site, wire, Vault(stocked_site), Journal(stocked_site.journal))
    keep_proposals(stocked_site, wire.proposed().items)  # the agent has looked before

    def once():
        waits = decider.look()
        made = [
            open_statement(s, "approval", Approval, stocked_site.signing_key().public)
            for s in wire.statements
        ]
        if made:
            wire.decided = made[-1].decision
        return waits, made

    return once


def test_a_run_that_the_policy_allows_is_approved_with_its_certificate(
    look, stocked_site, allowing, spec_of
):
    sign_policy(stocked_site, allowing())
    waits, (approval,) = look()
    assert waits is None
    assert (approval.decision, approval.reason) == ("approved", "project_automatic")
    assert approval.spec_digest == spec_of().digest()
    assert approval.policy_digest == allowing().digest()
    assert approval.certificate_digest == Vault(stocked_site).entry("main").certificate_digest
    assert RunFolder(stocked_site, "run-1").approval() == approval


def test_a_decision_is_written_down_before_it_leaves(look, stocked_site):
    look()
    (entry,) = Journal(stocked_site.journal).entries()
    assert (entry.kind, entry.run_id) == ("approval", "run-1")


def test_a_run_that_no_policy_names_is_objected_to_with_the_rule(look):
    _, (approval,) = look()
    assert (approval.decision, approval.reason) == ("objected", "project_unknown")


def test_a_run_waits_for_the_person_whom_the_policy_asks(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing(approve="ask"))
    assert look() == ("needs_decision", [])
    record_decision(stocked_site, "run-1", "approved")
    _, (approval,) = look()
    assert (approval.decision, approval.reason) == ("approved", "by_person")


def test_an_approval_that_only_the_hub_remembers_is_decided_anew(
    look, stocked_site, allowing, wire
):
    sign_policy(stocked_site, allowing())
    wire.decided = "approved"  # before this site was restored from an older backup
    _, (approval,) = look()
    assert RunFolder(stocked_site, "run-1").approval() == approval
    assert len(look()[1]) == 1


def test_an_objection_that_only_the_hub_remembers_stands(look, stocked_site, allowing, wire):
    sign_policy(stocked_site, allowing())
    wire.decided = "objected"
    assert look() == (None, [])


def test_a_person_is_asked_anew_about_an_approval_that_is_gone(look, stocked_site, allowing, wire):
    sign_policy(stocked_site, allowing(approve="ask"))
    wire.decided = "approved"
    assert look() == ("needs_decision", [])
    record_decision(stocked_site, "run-1", "approved")
    assert [approval.reason for approval in look()[1]] == ["by_person"]


def test_a_persons_objection_carries_its_reason(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing(approve="ask"))
    record_decision(stocked_site, "run-1", "objected", "no_capacity")
    _, (approval,) = look()
    assert (approval.decision, approval.reason) == ("objected", "no_capacity")


def test_nobody_can_approve_what_the_policy_refuses(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing(approve="ask", most_rounds=1))
    record_decision(stocked_site, "run-1", "approved")
    _, (approval,) = look()
    assert (approval.decision, approval.reason) == ("objected", "too_many_rounds")
    look()
    assert len(look()[1]) == 1


def test_a_run_waits_for_data_that_fit(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing())
    remove(stocked_site, "main")
    assert look() == ("needs_dataset", [])


def test_a_run_whose_reference_this_site_does_not_reproduce_is_not_approved(
    look, stocked_site, allowing, wire, spec_of
):
    sign_policy(stocked_site, allowing())
    (entry,) = Vault(stocked_site).entries()
    wire.spec = spec_of(data={"reference": "0" * 64})
    assert look() == ("reference_mismatch", [])
    steps = site_pipeline(stocked_site).reference.model_dump()
    wire.spec = spec_of(data={"reference": "0" * 64, "reference_steps": steps})
    assert look() == ("reference_mismatch", [])
    wire.spec = spec_of(
        data={
            "reference": "0" * 64,
            "reference_steps": {**steps, "splits": "1" * 64, "features": "2" * 64},
        }
    )
    assert look() == ("reference_mismatch_splits", [])
    wire.spec = spec_of(data={"reference": entry.certificate.reference})
    assert [a.decision for a in look()[1]] == ["approved"]


def test_a_decided_run_is_left_alone(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing())
    look()
    assert len(look()[1]) == 1


def test_an_aborted_run_is_withdrawn_once(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing())
    look()
    abort_run(stocked_site, "run-1")
    look()
    _, made = look()
    assert [a.decision for a in made] == ["approved", "objected"]
    assert made[-1].reason == "withdrawn_by_site"


def test_a_person_can_change_their_mind(look, stocked_site, allowing):
    sign_policy(stocked_site, allowing(approve="ask"))
    record_decision(stocked_site, "run-1", "objected")
    look()
    record_decision(stocked_site, "run-1", "approved")
    _, made = look()
    assert [a.decision for a in made] == ["objected", "approved"]


def test_what_the_hub_proposes_is_kept_for_the_pages(look, stocked_site, spec_of):
    look()
    seen = read_proposals(stocked_site)
    assert [item.run_id for item in seen.items] == ["run-1"]
    assert seen.seen_at > 0


def test_damaged_proposals_count_as_none(stocked_site):
    stocked_site.runs.mkdir()
    stocked_site.proposals.write_text("{")
    assert read_proposals(stocked_site).items == ()
