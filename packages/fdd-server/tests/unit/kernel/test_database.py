"""Transactions store everything or nothing, and news follow them."""

from __future__ import annotations

import errno
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import event, text

from fdd.storage.blobs import StorageFullError
from fdd_server.kernel.database import Database, UtcDateTime
from fdd_server.kernel.errors import DatabaseError
from fdd_server.kernel.events import EventBus
from fdd_server.kernel.wal import WalSync


@dataclass(frozen=True)
class News:
    number: int


def test_news_are_handled_inside_and_actions_run_after_the_commit(consortium):
    database, seen = consortium.hub.database, []
    consortium.hub.bus.subscribe(News, lambda _work, news: seen.append(news.number))
    with database.write() as work:
        work.after_commit(lambda: seen.append("after"))
        work.before_commit(lambda: seen.append("last"))
        work.emit(News(1))
        seen.append("body")
    assert seen == [1, "body", "last", "after"]


def test_nothing_follows_a_rolled_back_transaction(consortium):
    seen = []

    def fail() -> None:
        with consortium.hub.database.write() as work:
            work.after_commit(lambda: seen.append("after"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert seen == []


def test_sqlite_is_set_up_for_safety(consortium):
    with consortium.hub.database.write() as work:
        pragmas = {
            name: work.session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


def test_durable_transaction_ends_after_the_log_was_synced_without_holding_the_writer(
    consortium, monkeypatch
):
    database, steps = consortium.hub.database, []

    def synced(_file: int) -> None:
        with database.write(durable=False):  # would stand still if the writer were held
            steps.append("synced")

    monkeypatch.setattr(os, "fdatasync", synced)
    with database.write() as work:
        work.after_commit(lambda: steps.append("told"))
        work.connection.execute(text("UPDATE runs SET version = version"))
        steps.append("written")
    assert steps == ["written", "synced", "told"]
    with database.write(durable=False):
        pass
    assert steps.count("synced") == 1


def test_nobody_is_told_what_the_disk_did_not_take(consortium, monkeypatch):
    told = []

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fdatasync", full)
    with (
        pytest.raises(StorageFullError, match="disk of the database is full"),
        consortium.hub.database.write() as work,
    ):
        work.after_commit(lambda: told.append(True))
    assert told == []
    monkeypatch.undo()
    with consortium.hub.database.write() as work:
        work.after_commit(lambda: told.append(True))
    assert told == [True]


def test_those_who_wait_together_share_one_sync(tmp_path, monkeypatch):
    log = tmp_path / "hub.db-wal"
    log.touch()
    first, go, count = threading.Event(), threading.Event(), []

    def slow(_file: int) -> None:
        count.append(True)
        first.set()
        assert go.wait(60)

    monkeypatch.setattr(os, "fdatasync", slow)
    sync = WalSync(tmp_path / "hub.db")
    waiters = [threading.Thread(target=sync.wait) for _ in range(5)]
    waiters[0].start()
    assert first.wait(60)
    for waiter in waiters[1:]:
        waiter.start()
    while sync._written < len(waiters):
        time.sleep(0.001)
    go.set()
    for waiter in waiters:
        waiter.join()
    assert len(count) == 2


def test_log_that_is_gone_was_checkpointed(tmp_path):
    WalSync(tmp_path / "hub.db").wait()


def test_reading_does_not_wait_for_a_writer(consortium):
    with consortium.hub.database.write(), consortium.hub.database.read() as work:
        assert work.session.execute(text("SELECT count(*) FROM runs")).scalar_one() == 0


def test_datetimes_are_aware_and_in_utc():
    kind = UtcDateTime()
    seoul = datetime(2027, 1, 15, 9, tzinfo=timezone(timedelta(hours=9)))
    assert kind.process_bind_param(seoul, None) == datetime(2027, 1, 15, tzinfo=UTC)
    naive = datetime(2027, 1, 15, tzinfo=UTC).replace(tzinfo=None)
    assert kind.process_result_value(naive, None) == datetime(2027, 1, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="naive"):
        kind.process_bind_param(naive, None)


def test_unreadable_address_is_an_error_that_does_not_repeat_it():
    with pytest.raises(DatabaseError) as caught:
        Database("not a url with secret", EventBus())
    assert "secret" not in str(caught.value)


def test_a_full_disk_is_named_as_such(consortium):
    database = consortium.hub.database

    def fill() -> None:
        with database.write() as work:
            work.connection.execute(text("CREATE TABLE filler (content BLOB)"))
            work.connection.execute(text("INSERT INTO filler VALUES (zeroblob(4000000))"))

    with database.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    engine = database._durable
    event.listen(
        engine, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
    )
    with pytest.raises(StorageFullError, match="disk of the database is full"):
        fill()
    with database.read() as work:  # nothing stored is lost
        assert work.connection.execute(text("SELECT count(*) FROM accounts")).scalar_one() >= 0
