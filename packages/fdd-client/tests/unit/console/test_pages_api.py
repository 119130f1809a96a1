"""What the pages are told, and what they change."""

import json
import os
import time

import pytest

from fdd.data.bundle import bundle_of
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.protocol.messages import Phase, ProposedRun, RosterVersions, TaskKey
from fdd.protocol.roster import (
    FOUNDING,
    Member,
    Roster,
    RosterSite,
    sign_roster,
    unsigned,
    words_of,
)
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import Approval, sign_statement
from fdd_client.agent.control import read_control
from fdd_client.agent.proposals import keep_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.status import StatusFile
from fdd_client.journal import Journal
from fdd_client.policy import load_policy, sign_policy
from fdd_client.roster import PinnedRoster
from fdd_client.vault.importing import import_file

ROOT = "/console/v1"
TASK = TaskKey(run_id="run-1", round=3, phase=Phase.TRAIN)


def status(browser):
    answer = browser.get(f"{ROOT}/status")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_site_whose_agent_never_ran_says_so(site, open_console):
    found = status(open_console(site))
    assert (found["state"], found["why"], found["next"]) == (
        "stopped", "agent_not_running", "start_agent",
    )  # fmt: skip
    assert found["site"] == {
        "site_id": "site-one",
        "name": "main",
        "institution": {"name_ko": "기관", "name_en": "Institution"},
    }
    assert found["server"] == {"url": "https://127.0.0.1:1", "reachable": False, "reason": None}


def test_the_pinned_roster_is_shown_and_its_absence_too(site, open_console):
    browser, own = open_console(site), site.signing_key().public
    found = browser.get(f"{ROOT}/roster").json()
    assert (found["version"], found["listed"], found["members"]) == (0, None, [])
    assert found["key_words"] == list(own.words())
    member, offline = {"name_ko": "기관", "name_en": "Member"}, SigningKey(bytes(range(32)))
    founding = Roster(
        consortium="Test consortium",
        version=1,
        previous=FOUNDING,
        threshold=1,
        members=(Member(institution="m0", key=offline.public.hex, **member),),
        sites=(RosterSite(site="site-one", institution="m0", keys=(own.hex,)),),
        made_at=1.0,
    )
    signed = sign_roster(unsigned(founding), offline)
    PinnedRoster(site).accept(RosterVersions(items=(signed,)))
    found = browser.get(f"{ROOT}/roster").json()
    assert (found["version"], found["listed"], found["threshold"]) == (1, True, 1)
    assert found["members"] == [{"institution": "m0", "sites": ["site-one"], **member}]
    assert found["words"] == found["founding_words"] == words_of(founding.digest())


def test_a_task_at_hand_is_shown_with_its_progress(site, open_console):
    StatusFile(site).update(state="working", task=TASK, progress=0.25, hub_reachable=True)
    found = status(open_console(site))
    assert found["state"] == "training"
    assert found["current"] == {"run_id": "run-1", "round": 3, "phase": "train", "progress": 0.25}
    assert found["server"]["reachable"]


@pytest.mark.parametrize(
    ("agent", "why", "paused", "state", "shown"),
    [
        ("idle", None, False, "idle", None),
        ("idle", "needs_decision", False, "waiting", "needs_decision"),
        ("idle", None, True, "paused", "paused_by_site"),
        ("paused", "paused_by_site", True, "paused", "paused_by_site"),
        ("working", None, True, "training", "pauses_after_task"),
        ("sending", None, False, "sending", None),
        ("unreachable", "hub_dns", False, "unreachable", "hub_dns"),
        ("stopped", "not_recognised", False, "stopped", "not_recognised"),
    ],
)
def test_the_state_and_its_reason_are_one_picture(
    site, open_console, agent, why, paused, state, shown
):
    browser = open_console(site)
    if paused:
        browser.post(f"{ROOT}/actions/pause")
    StatusFile(site).update(state=agent, why=why, task=TASK if agent == "working" else None)
    found = status(browser)
    assert (found["state"], found["why"]) == (state, shown)


def test_a_site_that_was_told_to_pause_says_so_while_no_agent_runs(site, open_console):
    browser = open_console(site)
    browser.post(f"{ROOT}/actions/pause")
    found = status(browser)
    assert (found["state"], found["paused"]) == ("stopped", True)


def test_an_unreachable_hub_is_given_with_its_cause(site, open_console):
    StatusFile(site).update(state="unreachable", why="hub_tls")
    assert status(open_console(site))["server"]["reason"] == "hub_tls"


def test_an_agent_that_was_killed_counts_as_stopped(site, open_console):
    StatusFile(site).update(state="working", task=TASK)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    stored = json.loads(site.status.read_text())
    site.status.write_text(json.dumps({**stored, "process": child}))
    found = status(open_console(site))
    assert (found["state"], found["current"]) == ("stopped", None)


def test_pause_resume_and_abort_become_wishes(site, open_console):
    browser = open_console(site)
    assert browser.post(f"{ROOT}/actions/pause").status_code == 204
    assert read_control(site).paused
    browser.post(f"{ROOT}/actions/resume")
    assert not read_control(site).paused
    StatusFile(site).update(state="working", task=TASK)
    (site.runs / TASK.run_id).mkdir(parents=True)
    assert browser.post(f"{ROOT}/actions/abort").status_code == 204
    assert read_control(site).aborted == ("run-1",)


def test_nothing_can_be_aborted_when_nothing_runs(site, open_console):
    answer = open_console(site).post(f"{ROOT}/actions/abort")
    assert (answer.status_code, answer.json()["code"]) == (409, "FDD-3706")


def test_a_policy_is_signed_when_it_is_saved(site, open_console, allowing):
    browser = open_console(site)
    assert browser.get(f"{ROOT}/policy").json()["projects"] == {}
    answer = browser.put(f"{ROOT}/policy", json=allowing().model_dump(mode="json"))
    assert answer.status_code == 200
    assert load_policy(site) == allowing()


def test_an_impossible_policy_is_refused_and_changes_nothing(site, open_console, allowing):
    sign_policy(site, allowing())
    answer = open_console(site).put(f"{ROOT}/policy", json={"version": 1, "weakest": "A"})
    assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1001")
    assert load_policy(site) == allowing()


def test_a_tampered_policy_is_a_problem_of_its_own(site, open_console, allowing):
    sign_policy(site, allowing())
    site.policy.write_text(site.policy.read_text().replace("open", "oven"))
    answer = open_console(site).get(f"{ROOT}/policy")
    assert (answer.status_code, answer.json()["code"]) == (409, "FDD-3201")


def test_the_journal_is_listed_and_goes_on_after_a_number(site, open_console):
    journal = Journal(site.journal)
    for size in (10, 20):
        journal.append(
            "update", recipient="hub", size=size, digest="0" * 64, tensors=("a", "b"), norm=1.5
        )
    browser = open_console(site)
    found = browser.get(f"{ROOT}/journal").json()
    assert found["chain_ok"]
    assert [(e["seq"], e["bytes"], e["tensors"]) for e in found["items"]] == [
        (1, 10, 2),
        (2, 20, 2),
    ]
    assert found["items"][0]["time"].endswith("Z")
    assert [e["seq"] for e in browser.get(f"{ROOT}/journal?after=1").json()["items"]] == [2]


def test_a_tampered_journal_is_shown_as_such(site, open_console):
    journal = Journal(site.journal)
    for size in (10, 20):
        journal.append("update", recipient="hub", size=size, digest="0" * 64)
    browser = open_console(site)
    assert browser.get(f"{ROOT}/journal").json()["chain_ok"]
    site.journal.write_text(site.journal.read_text().replace('"bytes":10', '"bytes":11'))
    found = browser.get(f"{ROOT}/journal").json()
    assert not found["chain_ok"]
    assert len(found["items"]) == 2
    site.journal.write_text("garbage\n")
    assert browser.get(f"{ROOT}/journal").json() == {"items": [], "chain_ok": False}


def propose(site, spec, decided="waiting"):
    keep_proposals(site, (ProposedRun(run_id="run-1", spec=spec, decided=decided),))


def test_a_proposed_run_is_shown_with_the_policys_verdict(site, open_console, spec_of, allowing):
    sign_policy(site, allowing(most_rounds=5))
    propose(site, spec_of())
    (run,) = open_console(site).get(f"{ROOT}/runs").json()["items"]
    assert run["decision"] == "waiting"
    assert run["spec_digest"] == spec_of().digest()
    assert run["spec"]["name"] == "test"
    assert run["policy_verdict"] == {
        "allowed": False, "rule": "too_many_rounds", "params": {"run": 20, "most": 5},
    }  # fmt: skip


def test_a_run_that_was_decided_stays_when_the_hub_no_longer_lists_it(site, open_console, spec_of):
    approval = Approval(
        site_id="site-one",
        run_id="run-0",
        spec_digest=spec_of().digest(),
        decision="approved",
        reason="project_automatic",
        policy_digest="1" * 64,
        certificate_digest=None,
        decided_at=time.time(),
        valid_until=time.time() + 60,
    )
    RunFolder(site, "run-0").keep_decision(spec_of(), approval)
    (run,) = open_console(site).get(f"{ROOT}/runs").json()["items"]
    assert (run["run_id"], run["decision"]) == ("run-0", "approved")


def test_a_decision_is_kept_for_the_agent_and_shown_at_once(site, open_console, spec_of, allowing):
    sign_policy(site, allowing(approve="ask"))
    propose(site, spec_of())
    browser = open_console(site)
    answer = browser.post(
        f"{ROOT}/runs/run-1/decision", json={"decision": "objected", "reason": "no_capacity"}
    )
    assert answer.status_code == 204
    assert read_control(site).decisions["run-1"].reason == "no_capacity"
    assert browser.get(f"{ROOT}/runs").json()["items"][0]["decision"] == "objected"


def test_what_the_policy_refuses_cannot_be_approved(site, open_console, spec_of):
    propose(site, spec_of())
    answer = open_console(site).post(
        f"{ROOT}/runs/run-1/decision", json={"decision": "approved", "reason": "by_person"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "FDD-3705")
    assert answer.json()["params"] == {"rule": "project_unknown"}


def test_an_unknown_run_cannot_be_decided(site, open_console):
    answer = open_console(site).post(f"{ROOT}/runs/run-9/decision", json={"decision": "approved"})
    assert answer.status_code == 404


def test_a_reason_is_a_code_and_never_free_text(site, open_console, spec_of):
    propose(site, spec_of())
    answer = open_console(site).post(
        f"{ROOT}/runs/run-1/decision", json={"decision": "objected", "reason": "We do not trust it"}
    )
    assert answer.status_code == 422
    assert "trust" not in answer.text


def test_reports_show_what_the_site_gained(site, open_console, value_of):
    run = RunFolder(site, "run-1")
    run.create()
    run.keep_report(value_of("run-1"))
    (report,) = open_console(site).get(f"{ROOT}/reports").json()["items"]
    assert (report["run_id"], report["level"], report["advice"]) == ("run-1", 0.9, [None])
    (row,) = report["rows"]
    assert (row["metric"], row["better"], row["chosen"]) == ("mae", "lower", "mixed")
    assert row["own"]["scores"][0] == {
        "way": "local", "value": 0.6, "low": 0.5, "high": 0.7, "coverage": 0.9, "width": 1.1,
    }  # fmt: skip
    assert row["own"]["against_local"][0]["verdict"] == "better"
    assert row["others"] is None


def test_a_new_site_has_no_runs_no_reports_and_no_data(site, open_console):
    browser = open_console(site)
    for name in ("runs", "reports", "datasets"):
        assert browser.get(f"{ROOT}/{name}").json()["items"] == []


def test_datasets_are_listed_with_findings_in_both_languages(
    site, open_console, tmp_path, table_of, molecules, mapping
):
    table = table_of(tmp_path / "assays.csv", [*molecules, "C1CC(", ""])
    import_file(site, table, "main", mapping=mapping)
    (dataset,) = open_console(site).get(f"{ROOT}/datasets").json()["items"]
    assert (dataset["name"], dataset["rows"], dataset["rejected"]) == ("main", 92, 2)
    kept = open_console(site).get(f"{ROOT}/datasets/main/rejected")
    assert kept.headers["content-disposition"] == 'attachment; filename="main-rejected.csv"'
    assert "92,,structure,unparsable" in kept.text
    assert dataset["certificate"]["passes"]
    (endpoint,) = dataset["endpoints"]
    assert endpoint["id"] == "lipophilicity.logd74"
    assert endpoint["rows"] == 90
    assert endpoint["name_ko"] != endpoint["name_en"]
    assert dataset["findings"]
    for finding in dataset["findings"]:
        for words in ("title_ko", "title_en", "explanation_ko", "explanation_en"):
            assert finding[words]
            assert "{" not in finding[words]


def test_an_import_needs_a_whole_mapping_and_repeats_nothing_of_it(site, open_console):
    answer = open_console(site).post(
        f"{ROOT}/datasets",
        files={"file": ("a.csv", b"SMILES,logD\n")},
        data={"name": "main", "mapping": '{"structure": "secret-column"}'},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1001")
    assert "secret-column" not in answer.text


def test_a_form_without_a_file_is_a_problem(site, open_console):
    answer = open_console(site).post(f"{ROOT}/datasets/preview", data={"x": "y"})
    assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1001")


def test_a_correction_is_shown_made_and_undone_from_the_page(site, open_console, tmp_path):
    values = [3] * 12 + [round(3 * 1.05**n, 2) for n in range(1, 60)]
    rows = [f"{'C' * (n + 1)}c1ccccc1,{value}" for n, value in enumerate(values)]
    path = tmp_path / "clearance.csv"
    path.write_text("smiles,CLint\n" + "\n".join(rows), "utf-8")
    column = ValueColumn(column="CLint", endpoint="clearance.microsome.human", unit="uL/min/mg")
    import_file(site, path, "cl", mapping=ColumnMapping(structure="smiles", values=(column,)))
    browser = open_console(site)
    code = "piled_up_extremes:clearance.microsome.human"
    (dataset,) = browser.get(f"{ROOT}/datasets").json()["items"]
    assert code in [f"{f['code']}:{f['endpoint']}" for f in dataset["findings"] if f["fixable"]]
    asked = f"{ROOT}/datasets/cl/corrections"
    shown = browser.post(asked, json={"finding": code}).json()
    assert code in [one["finding"] for one in shown["gone"]]
    assert shown["version"] == ""
    made = browser.post(asked, json={"finding": code, "make": True}).json()
    (after,) = browser.get(f"{ROOT}/datasets").json()["items"]
    assert after["version"] == made["version"] != dataset["version"]
    assert [one["kind"] for one in after["corrections"]] == ["mark_limits"]
    browser.post(asked, json={"undo": 1, "make": True})
    (back,) = browser.get(f"{ROOT}/datasets").json()["items"]
    assert (back["version"], back["corrections"]) == (dataset["version"], [])


def test_the_report_is_a_page_of_the_console(stocked_site, open_console):
    page = open_console(stocked_site).get(f"{ROOT}/datasets/main/report?language=ko")
    assert page.headers["content-type"].startswith("text/html")
    assert "데이터 유효성 보고서" in page.text
    assert "<svg" in page.text
    missing = open_console(stocked_site).get(f"{ROOT}/datasets/none/report?language=en")
    assert missing.json()["code"] == "FDD-3501"


def test_the_data_card_is_shown_as_others_see_it(stocked_site, open_console):
    page = open_console(stocked_site).get(f"{ROOT}/datasets/main/card").json()
    card = page["card"]
    (endpoint,) = card["endpoints"]
    assert (card["molecules"], endpoint["molecules"]) == ("50-99", "50-99")
    assert all(count == 0 or count >= 10 for count in endpoint["counts"])


def test_a_card_is_shared_only_as_it_was_shown(stocked_site, open_console):
    browser, path = open_console(stocked_site), f"{ROOT}/datasets/main/card"
    page = browser.get(path).json()
    assert page["shared"] is None
    refused = browser.post(path, json={"digest": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "FDD-3505")
    asked = browser.post(path, json={"digest": page["digest"]})
    assert (asked.status_code, asked.json()["wanted"]) == (202, "shared")
    assert browser.get(path).json()["shared"]["done_at"] is None  # no agent runs here
    assert browser.delete(path).json()["wanted"] == "withdrawn"
    again = browser.delete(path)
    assert (again.status_code, again.json()["code"]) == (404, "FDD-3506")


def test_a_signed_pipeline_is_accepted_only_if_it_computes_the_same(site, open_console):
    key = SigningKey()
    identity = site.identity().model_copy(update={"hub_key": key.public.hex})
    site.write_private(site.identity_file, identity.model_dump_json().encode())
    browser = open_console(site)
    before = browser.get(f"{ROOT}/pipeline").json()
    assert (before["name"], before["accepted"]) == ("installed", False)
    assert [step["name"] for step in before["steps"]] == [
        "standardize", "identity", "splits", "features",
    ]  # fmt: skip

    def accept(bundle):
        signed = sign_statement("pipeline", bundle, key, "hub").model_dump_json().encode()
        return browser.post(f"{ROOT}/pipeline", files={"file": ("p.json", signed)})

    bundle = bundle_of("2026.2")
    changed = bundle.reference.model_copy(update={"splits": "0" * 64})
    refused = accept(bundle.model_copy(update={"reference": changed}))
    assert refused.json()["code"] == "FDD-3504"
    assert refused.json()["params"]["steps"] == "splits"
    assert accept(bundle).json()["reference"] == bundle.reference_hash
    assert browser.get(f"{ROOT}/pipeline").json()["accepted"]
