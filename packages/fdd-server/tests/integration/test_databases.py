"""SQLite and PostgreSQL behave the same: migrations, the link, several replicas."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from fdd_server.app import migrate
from fdd_server.app.application import create_app
from fdd_server.app.hub import Hub
from fdd_server.kernel import Database, EventBus, load_settings


def test_tables_are_what_the_migrations_make(any_consortium):
    with any_consortium.hub.database.connect() as connection:
        command.check(migrate.alembic_config(connection))


def test_there_is_one_newest_migration():
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migrate.alembic_config(None))
    assert script.get_current_head() == migrate.newest_version()
    assert len(script.get_heads()) == 1


def test_upgrade_of_an_up_to_date_database_changes_nothing(any_consortium):
    before, after = migrate.upgrade(any_consortium.hub.database)
    assert before == after == migrate.newest_version()


@pytest.mark.postgres
def test_replicas_that_start_together_migrate_once(postgres):
    import secrets

    from sqlalchemy import create_engine

    name = f"fresh_{secrets.token_hex(4)}"
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = postgres.replace("/postgres?", f"/{name}?")
    databases = [Database(url, EventBus()) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(migrate.upgrade, databases))
    assert sorted(before is None for before, _ in found) == [False, False, True]
    for database in databases:
        database.dispose()


@pytest.mark.parametrize(
    "change", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"]
)
def test_database_refuses_to_change_the_audit_log(any_consortium, change):
    database = any_consortium.hub.database
    with pytest.raises(DBAPIError, match="never changed"), database.write() as work:
        work.connection.execute(text(change))


def test_task_goes_from_offer_to_sum(any_consortium, make_payload):
    site = any_consortium.site("Alpha")
    task, lease = any_consortium.working(site)
    old, _ = make_payload(1)
    data, manifest = make_payload(2)
    for chunk in (old, data, data):
        assert site.put(task.key, 0, chunk).status_code == 204
    for _ in range(2):
        assert site.commit(task.key, lease.fence, manifest).status_code == 204
    assert site.commit(task.key, lease.fence, manifest, rows=3).json()["code"] == "FDD-2304"
    federation = any_consortium.hub.federation
    (reply,) = federation.close(task.key)
    assert b"".join(federation.payload(task.key, reply)) == data
    federation.forget(task.key)
    assert federation.close(task.key) == [reply]


def test_people_and_pages_work(any_consortium):
    any_consortium.sign_in()
    any_consortium.site("Alpha")
    run_id, _ = any_consortium.submit()
    for path in ("me", "sites", "runs", f"runs/{run_id}", f"runs/{run_id}/events", "projects"):
        assert any_consortium.web.get(f"/api/v1/{path}").status_code == 200, path
    audit = any_consortium.web.get("/api/v1/audit").json()
    assert audit["chain_ok"] is True
    assert {"site.joined", "run.submitted"} <= {item["action"] for item in audit["items"]}


def test_replica_sees_a_reply_that_another_stored(any_consortium, any_home, make_payload):
    first = any_consortium
    site = first.site("Alpha")
    task, lease = first.working(site)
    other = Hub(any_home, load_settings(any_home.config, {}), first.clock)
    site.client = TestClient(create_app(other), base_url="https://hub.test")
    data, manifest = make_payload()
    waiting = threading.Thread(target=first.hub.federation.wait, args=(task.key, 0, 30.0))
    waiting.start()
    site.put(task.key, 0, data)
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    waiting.join(20)  # without word from the other process it looks every second
    assert not waiting.is_alive()
    (reply,) = first.hub.federation.close(task.key)
    assert b"".join(first.hub.federation.payload(task.key, reply)) == data
    site.client.close()
    other.close()


def test_reply_is_counted_exactly_when_it_was_acknowledged(any_consortium, make_payload):
    """Commits race with the close: an acknowledged reply counts, a refused one does not."""
    federation = any_consortium.hub.federation
    sites = [any_consortium.site(f"Site {number}") for number in range(4)]
    run_id, digest = any_consortium.submit()
    for site in sites:
        site.approve(run_id, digest)
        site.client = TestClient(any_consortium.app, base_url="https://hub.test")
    data, manifest = make_payload()
    for number in range(1, 6):
        task = any_consortium.open_task(
            run_id, digest, [site.site_id for site in sites], number=number
        )
        leases = [site.lease() for site in sites]
        for site in sites:
            assert site.put(task.key, 0, data).status_code == 204
        start = threading.Barrier(len(sites) + 1)

        def commit(pair, key=task.key, start=start) -> int:
            site, lease = pair
            start.wait()
            return site.commit(key, lease.fence, manifest).status_code

        with ThreadPoolExecutor(len(sites)) as pool:
            answers = [pool.submit(commit, p) for p in zip(sites, leases, strict=True)]
            start.wait()
            counted = {reply.site for reply in federation.close(task.key)}
            codes = [answer.result() for answer in answers]
        assert set(codes) <= {204, 409}
        accepted = {s.site_id for s, code in zip(sites, codes, strict=True) if code == 204}
        assert accepted == counted
        assert {reply.site for reply in federation.close(task.key)} == counted
    for site in sites:
        site.client.close()


def test_audit_chain_holds_under_many_writers(any_consortium):
    hub = any_consortium.hub

    def write(number: int) -> None:
        with hub.database.write() as work:
            hub.feed.append(work, "run-1", "event", {"number": number})
            hub.audit.record(work, actor="operator", action="test.done", subject="hub", n=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    with hub.database.read() as work:
        assert hub.audit.verify(work)
        items = hub.feed.after(work, 0, "run-1", 1000)
    assert len(items) == 80
