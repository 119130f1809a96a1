"""Making a server, and the commands of its operator."""

from __future__ import annotations

import errno
import json

import pytest
from typer.testing import CliRunner

from fdd_server.app.main import app


@pytest.fixture
def run(home, monkeypatch):
    """Run a command on a copied installation."""
    monkeypatch.setenv("FDD_ADMIN_PASSWORD", "correct horse battery")

    def run(*words: str, code: int = 0):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result

    return run


def test_new_installation_is_private_and_healthy(run, tmp_path):
    made = json.loads(run("init", tmp_path / "new", "--demo", "--json").stdout)
    assert made["admin_password"] is None
    for name in ("keys/hub.key", "keys/fold.key", "tls/ca.key", "tls/server.key"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    report = json.loads(run("doctor", tmp_path / "new", "--json").stdout)
    assert report["healthy"], report


def test_what_could_not_be_finished_leaves_nothing_and_can_be_repeated(run, tmp_path, monkeypatch):
    from fdd_server.app import installation

    def full(plan):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(installation, "_configuration", full)
        told = run("init", tmp_path / "new", "--demo", code=5)
    assert "FDD-1201" in told.output
    assert not (tmp_path / "new").exists()
    run("init", tmp_path / "new", "--demo")


def test_an_institution_without_a_name_is_refused(run, tmp_path):
    run("init", tmp_path / "new")
    told = run(
        "admin", "institution", "add", tmp_path / "new", "--name-ko", " ", "--name-en", "A", code=2
    )
    assert "name_ko" in told.output


def test_an_empty_password_file_is_no_password(run, tmp_path):
    empty = tmp_path / "password"
    empty.write_text("\n")
    told = run("init", tmp_path / "new", "--password-file", empty, code=2)
    assert "is empty" in told.output
    assert not (tmp_path / "new").exists()


def test_password_is_made_up_and_shown_once_when_none_is_given(run, tmp_path, monkeypatch):
    monkeypatch.delenv("FDD_ADMIN_PASSWORD")
    made = json.loads(run("init", tmp_path / "new", "--json").stdout)
    password = made["admin_password"]
    assert len(password) >= 16
    stored = [p.read_bytes() for p in (tmp_path / "new").rglob("*") if p.is_file()]
    assert not any(password.encode() in content for content in stored)


def test_second_init_is_refused_and_changes_nothing(run, home):
    before = (home.keys / "hub.key").read_bytes()
    result = run("init", home.root, code=5)
    assert "FDD-2004" in result.stderr
    assert (home.keys / "hub.key").read_bytes() == before


def test_interrupted_init_can_be_repeated(run, tmp_path):
    run("init", tmp_path / "new")
    (tmp_path / "new" / "fdd-server.toml").unlink()  # it is written last
    key = (tmp_path / "new" / "keys" / "hub.key").read_bytes()
    run("init", tmp_path / "new", "--demo")
    assert (tmp_path / "new" / "keys" / "hub.key").read_bytes() == key


def test_folder_without_a_server_is_an_error_with_a_next_step(run, tmp_path):
    result = run("run", tmp_path, code=2)
    assert "FDD-2005" in result.stderr
    assert "fdd-server init" in result.stderr


def test_wrong_setting_is_explained(run, home):
    home.config.write_text("[listen]\nprot = 1\n")
    result = run("config", "check", home.root, code=2)
    assert "FDD-1002" in result.stderr
    assert "listen.port" in result.stderr
    assert "FDD-1002" in run("doctor", home.root, code=1).stdout


def test_settings_are_shown_and_checked(run, home):
    shown = json.loads(run("config", "show", home.root).stdout)
    assert shown["consortium"]["name_en"] == "Test consortium"
    run("config", "check", home.root)


def test_operator_invites_a_site_and_makes_page_links(run, home):
    added = json.loads(
        run(
            *("admin", "institution", "add", home.root, "--name-ko", "한빛", "--name-en", "Hanbit"),
            "--json",
        ).stdout
    )
    assert added["id"] == "hanbit"
    listed = json.loads(run("admin", "institution", "list", home.root, "--json").stdout)
    assert [each["id"] for each in listed["items"]] == ["hanbit"]
    code = json.loads(run("admin", "join-code", home.root, "hanbit", "Lab", "--json").stdout)
    assert code["code"] in code["command"]
    assert code["ca"].endswith("ca.pem")
    page = "http://127.0.0.1:1"
    link = json.loads(run("admin", "ticket", home.root, "--page", page, "--json").stdout)
    assert link["link"].startswith("http://127.0.0.1:1/enter?ticket=")


def test_code_for_an_unknown_institution_is_refused(run, home):
    assert "FDD-2206" in run("admin", "join-code", home.root, "nobody", "Lab", code=2).stderr


def test_project_is_added_once_and_listed(run, home):
    words = ("admin", "project", "add", home.root, "adme", "--name-ko", "가", "--name-en", "A")
    run(*words)
    assert "adme  가 · A" in run("admin", "project", "list", home.root).stdout
    assert "FDD-2402" in run(*words, code=5).stderr


def test_run_is_submitted_from_a_file(run, home, tmp_path):
    spec = tmp_path / "spec.toml"
    spec.write_text('name = "first"\n[[endpoints]]\nid = "herg.pic50"\n')
    made = json.loads(run("admin", "run", "submit", home.root, spec, "--json").stdout)
    assert made["status"] == "proposed"
    spec.write_text('name = "first"\nproject = "nothing"\n[[endpoints]]\nid = "herg.pic50"\n')
    assert "FDD-1005" in run("admin", "run", "submit", home.root, spec, code=2).stderr


def test_broken_audit_log_is_found(run, home):
    import sqlite3

    with sqlite3.connect(home.database) as database:
        database.execute("DROP TRIGGER audit_events_no_update")
        database.execute("UPDATE audit_events SET actor = 'x' WHERE id = 1")
    database.close()
    report = json.loads(run("doctor", home.root, "--json", code=1).stdout)
    assert [f["what"] for f in report["findings"] if not f["good"]] == ["audit log"]


def test_readable_secret_is_found(run, home):
    (home.keys / "hub.key").chmod(0o644)
    assert "BAD secrets" in run("doctor", home.root, code=1).stdout


def test_readable_database_is_found_where_the_folder_is_open(run, home):
    home.database.chmod(0o644)
    run("doctor", home.root)
    home.root.chmod(0o755)
    report = run("doctor", home.root, code=1).stdout
    assert home.database.name in report
    assert f"chmod -R go= {home.root.name}" in report


def test_database_of_a_newer_release_is_refused(run, home):
    import sqlite3

    with sqlite3.connect(home.database) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "FDD-2001" in run("migrate", home.root, code=70).stderr


def test_a_database_that_is_away_is_told_in_one_line(run, home, monkeypatch):
    away = "postgresql+psycopg://fdd@/fdd?host=/nowhere"
    monkeypatch.setenv("FDD_SERVER_DATABASE__URL", away)
    told = run("admin", "site", "list", home.root, code=70).stderr
    assert told.startswith("FDD-2001")
    assert "→" in told
