"""One site's life with a real hub: joining, stopping, pausing, deciding, leaving."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import time

import pytest
from typer.testing import CliRunner

from fdd.cli.app import app
from fdd.cli.demo.processes import program
from fdd.core.errors import InvalidInputError
from fdd.sdk import OverBudgetError, PlatformRefusedError
from tests.integration.consortium import (
    ENDPOINT,
    Consortium,
    run_cli,
    small_spec,
    training_processes,
)

SECONDS = 60.0


def run_of(rounds=4):
    """A run that does not wait for the sites that only join here."""
    cohort = {
        "minimum_sites": 1, "gather_seconds": 1, "deadline_seconds": 25, "offline_seconds": 100,
    }  # fmt: skip
    return small_spec(rounds, cohort=cohort)


@pytest.fixture(scope="module")
def consortium(tmp_path_factory):
    made = Consortium(tmp_path_factory.mktemp("site"), sites=1)
    try:
        made.prepare(run_of(), molecules=300)
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def in_order(consortium):
    """Each test finds hub and agent at work, whatever became of the test before."""
    site = consortium.home / "site-0"
    consortium.revive()
    run_cli("fdd-client", "resume", "--folder", str(site))
    wait_for(lambda: status(site).get("state") in {"idle", "working"}, "the agent")


def own(consortium, run):
    """What the hub shows of this site in a run; others have only joined."""
    site_id = consortium.site_ids["site-0"]
    return next((site for site in run["sites"] if site["site_id"] == site_id), {})


def shut_out_the_others(consortium):
    """Let no site that only joined here be waited for."""
    for site in consortium.platform.sites():
        if site["site_id"] != consortium.site_ids["site-0"] and site["state"] != "revoked":
            consortium.platform.revoke(str(site["site_id"]))


@pytest.fixture
def code(consortium):
    """A fresh join code."""
    return new_code(consortium)


def new_code(consortium):
    """Invite one more site."""
    name = f"joiner-{time.monotonic_ns()}"
    member = consortium.platform.add_institution(f"기관 {name}", f"Institution {name}")
    return str(consortium.platform.invite(str(member["id"]), name)["code"])


def join(consortium, folder, code, url="", **options):
    authority = str(consortium.hub_folder / "tls" / "ca.pem")
    return run_cli(
        "fdd-client", "join", url or consortium.url, "-",
        "--folder", str(folder), "--ca", authority, input=f"{code}\n", **options,
    )  # fmt: skip


def status(folder):
    done = run_cli("fdd-client", "status", "--json", "--folder", str(folder))
    return json.loads(done.stdout)["status"] or {}


def wait_for(condition, what):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {SECONDS:.0f} s: {what}")


def test_a_key_is_born_at_the_site_and_only_its_owner_can_read_it(consortium, code, tmp_path):
    done = join(consortium, tmp_path / "new", code)
    assert done.returncode == 0, done.stderr
    assert "Compare these lines" in done.stdout
    for name in ("site.key", "site.json", "client.toml"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o077 == 0


def test_a_wrong_code_is_refused_and_says_so(consortium, tmp_path):
    done = join(consortium, tmp_path / "new", "wrong-wrong-wrong-wrong")
    assert done.returncode == 3
    assert "code" in done.stderr
    assert "→" in done.stderr
    assert "wrong-wrong" not in done.stderr


def test_an_address_that_cannot_be_one_leaves_nothing_behind(consortium, code, tmp_path):
    done = join(consortium, tmp_path / "new", code, url="http://127.0.0.1:1")
    assert done.returncode == 2, done.stderr
    assert not (tmp_path / "new" / "site.key").exists()
    assert not (tmp_path / "new" / "hub-ca.pem").exists()


def test_a_used_code_is_refused_and_the_key_stays_for_another_try(consortium, code, tmp_path):
    assert join(consortium, tmp_path / "first", code).returncode == 0
    done = join(consortium, tmp_path / "second", code)
    assert done.returncode == 5, done.stderr
    assert not (tmp_path / "second" / "site.json").exists()


def test_an_expired_code_is_refused(consortium, code, tmp_path):
    with sqlite3.connect(consortium.hub_folder / "fdd.sqlite3") as database:
        database.execute("UPDATE join_codes SET expires_at = '2020-01-01 00:00:00.000000'")
    database.close()
    done = join(consortium, tmp_path / "new", code)
    assert done.returncode in {3, 5}
    assert "expired" in done.stderr


def test_a_folder_joins_once(consortium, code, tmp_path):
    join(consortium, tmp_path / "new", code)
    done = join(consortium, tmp_path / "new", code)
    assert done.returncode == 5
    assert "FDD-3002" in done.stderr


def test_a_hub_that_is_not_there_is_told_from_one_that_refuses(consortium, code, tmp_path):
    done = join(consortium, tmp_path / "new", code, url="https://127.0.0.1:1")
    assert done.returncode == 4
    assert "refused" in done.stderr
    assert join(consortium, tmp_path / "new", code).returncode == 0, "the same code still works"


def test_a_second_agent_in_one_folder_is_refused(consortium):
    done = run_cli("fdd-client", "run", "--folder", str(consortium.home / "site-0"))
    assert done.returncode == 5
    assert "FDD-3601" in done.stderr


def test_a_healthy_site_passes_its_own_examination(consortium):
    done = run_cli("fdd-client", "doctor", "--json", "--folder", str(consortium.home / "site-0"))
    findings = {f["check"]: f["state"] for f in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0, done.stdout
    assert set(findings) == {
        "key", "settings", "hub", "roster", "sandbox", "policy", "data", "journal", "disk",
    }  # fmt: skip
    assert "error" not in findings.values()


def test_an_examination_finds_what_is_wrong_and_says_what_to_do(consortium, code, tmp_path):
    site = tmp_path / "ill"
    join(consortium, site, code)
    (site / "client.toml").write_text('server_url = "https://127.0.0.1:1"\n')
    (site / "policy.json").write_text("{}")
    (site / "journal.jsonl").write_text("garbage\n")
    done = run_cli("fdd-client", "doctor", "--json", "--folder", str(site))
    assert done.returncode == 1
    found = {f["check"]: f for f in json.loads(done.stdout)["findings"]}
    for check in ("hub", "policy", "sandbox", "journal"):
        assert found[check]["state"] == "error"
        assert found[check]["hint"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_agent_stops_at_once_though_it_waits_for_work(consortium, number):
    site = consortium.home / "site-0"
    wait_for(lambda: status(site).get("state") == "idle", "idle")
    process = consortium._processes["site-0"]
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert status(site)["state"] == "stopped"
    process.stdout.close()
    consortium.start_site("site-0")


def test_a_training_agent_stops_and_leaves_no_process_and_the_run_goes_on(consortium):
    site = consortium.home / "site-0"
    run_id = str(consortium.platform.submit(run_of(rounds=30))["run_id"])
    consortium.until(run_id, lambda run: run["phase"] == "train" and run["round"] >= 2)
    process = consortium._processes["site-0"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    process.stdout.close()
    assert training_processes(site) == []
    consortium.start_site("site-0")
    ended = consortium.finish(run_id)
    assert ended["status"] == "completed", ended["stop_reason"]


def test_a_paused_site_takes_no_task_until_it_is_resumed(consortium):
    site = consortium.home / "site-0"
    run_cli("fdd-client", "pause", "--folder", str(site))
    run_id = str(consortium.platform.submit(run_of(rounds=2))["run_id"])
    wait_for(lambda: status(site).get("state") == "paused", "paused")
    seen = consortium.platform.run(run_id)
    assert seen["round"] in {None, 0}
    assert status(site)["why"] == "paused_by_site"
    run_cli("fdd-client", "resume", "--folder", str(site))
    assert consortium.finish(run_id)["status"] == "completed"


def test_an_aborted_run_ends_at_the_site_and_the_hub_is_told(consortium):
    site = consortium.home / "site-0"
    shut_out_the_others(consortium)
    run_id = str(consortium.platform.submit(run_of(rounds=150))["run_id"])
    consortium.until(run_id, lambda run: run["round"] is not None and run["round"] >= 2)
    done = run_cli("fdd-client", "abort", run_id, "--folder", str(site))
    assert done.returncode == 0
    seen = consortium.until(run_id, lambda run: own(consortium, run).get("approval") == "objected")
    assert own(consortium, seen)["approval_reason"] == "withdrawn_by_site"
    ended = consortium.finish(run_id)
    assert ended["round"] < 150
    assert ended["stop_reason"] == "sites_withdrew"
    wait_for(lambda: status(site).get("state") == "idle", "idle")


@pytest.fixture
def fdd(monkeypatch, tmp_path):
    """``fdd``, with nobody signed in yet; its exit status and what it printed."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def command(*words, typed=None):
        done = CliRunner().invoke(app, [str(word) for word in words], input=typed)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return command


def test_an_account_proposes_a_run_by_command_and_follows_it_and_a_person_approves(
    consortium, fdd, tmp_path
):
    site = consortium.home / "site-0"
    spec = run_of(rounds=2)
    (tmp_path / "run.json").write_text(spec.model_dump_json(), "utf-8")
    with pytest.raises(InvalidInputError, match="not signed in"):
        fdd("run", "list")
    assert fdd("login", consortium.page, typed=consortium.link())[0] == 0
    (kept,) = (tmp_path / "config").rglob("*.json")
    assert kept.stat().st_mode & 0o077 == 0
    consortium.set_policy("site-0", spec, approve='"ask"')
    try:
        run_id = fdd("run", "submit", tmp_path / "run.json")[1].strip()
        wait_for(lambda: status(site).get("why") == "needs_decision", "a decision to be asked for")
        assert run_cli("fdd-client", "approve", run_id, "--folder", str(site)).returncode == 0
        code, said = fdd("run", "watch", run_id)
        assert (code, "Round 2 finished" in said) == (0, True), said
        ended = consortium.platform.run(run_id)
        assert own(consortium, ended)["approval_reason"] == "by_person"
        assert run_id in fdd("run", "list")[1]
        with pytest.raises(PlatformRefusedError, match="FDD-2310") as refused:
            fdd("run", "fork", run_id, "--round", "99")
        assert "2 rounds" in refused.value.hint
        ask_the_released_model(consortium, fdd, run_id, tmp_path)
        forked = fdd("run", "fork", run_id)[1].strip()
        assert fdd("run", "stop", forked)[0] == 0
        code, said = fdd("run", "compare", run_id, forked, "--json")
        compared = json.loads(said)
        assert [run["run_id"] for run in compared["runs"]] == [run_id, forked]
        assert compared["runs"][0]["rounds"] == 2
        assert "model.start" in "".join(compared["differs"])
        assert "가장 좋은 라운드" in fdd("run", "compare", run_id, forked, "--language", "ko")[1]
        code, said = fdd("run", "watch", forked)
        assert (code, "Stopped" in said) == (1, True), said
        assert fdd("logout")[0] == 0
        assert not kept.exists()
    finally:
        consortium.set_policy("site-0", spec)


def ask_the_released_model(consortium, fdd, run_id, folder):
    """A model is released, and asked by command within its budget and licence."""
    assert "No model is released" in fdd("model", "list")[1]
    consortium.platform.release_model(run_id, "CC-BY-NC-4.0", "For research.", budget=4)
    assert "4 of 4 molecules left" in fdd("model", "list")[1]
    assert "라이선스    CC-BY-NC-4.0" in fdd("model", "show", run_id, "--language", "ko")[1]
    source, made = folder / "ask.csv", folder / "answered.csv"
    source.write_text("smiles,name\nCCO,a\nCCO,b\n,none\n((,bad\nc1ccccc1,c\n")
    asked = ("model", "predict", run_id, source, "-o", made)
    code, said = fdd(*asked, "--dry-run", "--json")
    assert (code, json.loads(said)) == (0, {"molecules": 3, "left": 4, "enough": True})
    with pytest.raises(PlatformRefusedError, match="FDD-2602"):
        fdd(*asked)
    assert not made.exists()
    code, said = fdd(*asked, "--licence", "CC-BY-NC-4.0", "--json")
    done = json.loads(said)
    assert (code, done["rows"], done["failed"]) == (0, 5, 2)
    assert (done["counted"], done["left"]) == (2, 2)  # each distinct one once, and no bad one
    rows = list(csv.DictReader(made.read_text().splitlines()))
    values = [row[ENDPOINT] for row in rows]
    assert values[0] == values[1] != values[4]
    assert [row["problem"] for row in rows] == ["", "", "empty", "unparsable", ""]
    with pytest.raises(InvalidInputError, match="there already"):
        fdd(*asked, "--licence", "CC-BY-NC-4.0")
    source.write_text("smiles\nCCO\nCCC\nCCN\n")
    assert fdd("model", "predict", run_id, source, "--dry-run")[0] == 1
    with pytest.raises(OverBudgetError, match="3 molecules are asked for, 2 are left"):
        fdd(*asked, "--licence", "CC-BY-NC-4.0", "--force")
    code, said = fdd("model", "predict", run_id, "--licence", "CC-BY-NC-4.0", typed="CCCC\n")
    assert (code, "1. lipophilicity" in said, "1 left" in said) == (0, True, True), said
    consortium.platform.withdraw_model(run_id)


def test_leaving_says_what_it_would_do_and_then_deletes_the_key(consortium, code, tmp_path):
    site = tmp_path / "leaver"
    join(consortium, site, code)
    told = run_cli("fdd-client", "leave", "--folder", str(site))
    assert told.returncode == 0
    assert (site / "site.key").exists()
    done = run_cli("fdd-client", "leave", "--yes", "--json", "--folder", str(site))
    assert json.loads(done.stdout)["left"]
    assert not (site / "site.key").exists()
    assert (site / "journal.jsonl").exists()
    told = run_cli("fdd-client", "status", "--folder", str(site))
    assert told.returncode == 2
    assert "left" in told.stderr
    assert run_cli("fdd-client", "data", "list", "--folder", str(site)).returncode == 0
    join(consortium, site, new_code(consortium))
    assert run_cli("fdd-client", "status", "--folder", str(site)).returncode == 0


def test_a_site_cannot_leave_while_its_agent_works(consortium, code, tmp_path):
    site = tmp_path / "busy"
    join(consortium, site, code)
    with subprocess.Popen([program("fdd-client"), "run", "--folder", str(site)]) as agent:
        wait_for(lambda: status(site).get("state") == "idle", "the agent")
        done = run_cli("fdd-client", "leave", "--yes", "--folder", str(site))
        agent.terminate()
    assert done.returncode == 5
    assert (site / "site.key").exists()


def test_the_agent_goes_on_when_the_hub_comes_back(consortium):
    site = consortium.home / "site-0"
    consortium.kill("hub")
    wait_for(lambda: status(site).get("state") == "unreachable", "unreachable")
    assert status(site)["why"] in {"hub_refused", "hub_reset"}
    consortium.start_hub()
    wait_for(lambda: status(site).get("state") == "idle", "idle")


def test_a_policy_template_can_be_edited_and_set(consortium, tmp_path):
    file = tmp_path / "policy.toml"
    assert run_cli("fdd-client", "policy", "init", "demo", str(file)).returncode == 0
    again = run_cli("fdd-client", "policy", "init", "demo", str(file))
    assert again.returncode == 2
    assert "exists" in again.stderr
