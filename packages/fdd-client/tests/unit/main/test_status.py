from __future__ import annotations

import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from fdd.protocol.messages import Phase, ProposedRun, TaskKey
from fdd.protocol.statements import Approval
from fdd_client.agent.control import set_paused
from fdd_client.agent.proposals import keep_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.status import StatusFile, situation
from fdd_client.journal import Journal
from fdd_client.main.status import PROBLEMS, REASONS, show
from fdd_client.settings import SiteFolder, SiteFolderError, drop_key

PAGES = Path(__file__).parents[5] / "web" / "src" / "locales" / "en.json"


def test_a_site_that_never_ran_is_told_how_to_start(site, capsys):
    show(site, as_json=False)
    said = capsys.readouterr().out
    assert "stopped" in said
    assert "fdd-client run" in said
    assert "nothing has left this site" in said


def test_a_stopped_site_remembers_that_it_was_told_to_pause(site, capsys):
    set_paused(site, paused=True)
    show(site, as_json=False)
    assert "fdd-client resume" in capsys.readouterr().out
    show(site, as_json=True)
    assert json.loads(capsys.readouterr().out)["paused"] is True


def test_what_left_last_is_read_from_the_journal_and_outlives_the_agent(site, capsys):
    journal = Journal(site.journal)
    journal.append("registration", recipient="hub", size=10, digest="0" * 64)
    journal.append(
        "update", recipient="hub", size=2048, digest="1" * 64, run_id="run-1", round_number=3
    )
    show(site, as_json=False)
    assert "update · run-1 · round 3 · 2.0 KiB → hub" in capsys.readouterr().out


def test_the_task_at_hand_is_named_with_its_progress(site, capsys):
    task = TaskKey(run_id="run-1", round=3, phase=Phase.TRAIN)
    StatusFile(site).update(state="working", task=task, progress=0.25)
    show(site, as_json=False)
    said = capsys.readouterr().out
    assert str(task) in said
    assert "25%" in said


@pytest.mark.parametrize("code", sorted(REASONS))
def test_the_pages_have_a_text_for_every_reason_of_the_command(code):
    assert code in json.loads(PAGES.read_text("utf-8"))["reasons"]


@pytest.mark.parametrize("code", [*PROBLEMS, "FDD-9999"])
def test_a_code_of_an_error_comes_with_words_and_its_page(site, capsys, code):
    StatusFile(site).update(state="idle", why=code)
    show(site, as_json=False)
    (why,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("why:")]
    assert not why.startswith("why:   FDD-")
    assert f"errors/en/{code}.md" in why


def test_a_cordoned_site_is_told_what_the_administrator_says(site, capsys):
    StatusFile(site).update(state="idle", cordoned="새 디스크")
    show(site, as_json=False)
    said = capsys.readouterr().out
    assert "새 디스크" in said
    assert REASONS["cordoned"] in said


def test_a_refused_change_of_the_key_is_told_with_its_code_and_what_to_do(site, capsys):
    drop_key(site, "FDD-2209")
    show(site, as_json=False)
    said = capsys.readouterr().out
    assert "FDD-2209" in said
    assert "when the older one has ended" in said


@pytest.mark.parametrize(("decision", "why"), [("approved", "awaits_others"), ("objected", None)])
def test_an_idle_site_whose_run_goes_on_waits_for_others(site, capsys, spec_of, decision, why):
    spec = spec_of()
    StatusFile(site).update(state="idle", why=None)
    keep_proposals(site, (ProposedRun(run_id="run-1", spec=spec, decided="waiting"),))
    assert situation(site).why is None
    approval = Approval(
        site_id="main",
        run_id="run-1",
        spec_digest=spec.digest(),
        decision=decision,
        reason="by_person",
        policy_digest="0" * 64,
        certificate_digest=None,
        decided_at=1.0,
        valid_until=2.0,
    )
    RunFolder(site, "run-1").keep_decision(spec, approval)
    assert situation(site).why == why
    keep_proposals(site, ())
    assert situation(site).why is None


def test_a_status_that_cannot_be_written_is_told_once_and_so_is_the_end(site, monkeypatch):
    status = StatusFile(site)

    def full(*_args, **_kwargs):
        raise SiteFolderError("status.json cannot be written: No space left on device")

    with capture_logs() as told:
        with monkeypatch.context() as patch:
            patch.setattr(SiteFolder, "write_private", full)
            for progress in (0.1, 0.2, 0.3):
                status.update(progress=progress)
        for progress in (0.4, 0.5):
            status.update(progress=progress)
    assert [each["event"] for each in told] == ["status_not_written", "status_written_again"]
    assert StatusFile.read(site).progress == 0.5
