"""What an agent asks of a real TLS server between its heartbeats."""

from __future__ import annotations

import errno
import json
import threading
import time

import pytest

from fdd_client.agent.agent import Agent
from fdd_client.agent.status import StatusFile
from fdd_client.settings import ClientSettings, SiteFolderError

HELLO = {
    "consortium": "Test",
    "protocol": {"oldest": 1, "newest": 1},
    "server_version": "0.1.0",
    "time": 1.0,
    "hub_key": "0" * 64,
}


@pytest.fixture
def asked(site, authority, respond, start_hub):
    """Lets an agent beat against a hub whose heartbeats tell these revisions; what it asked then,
    heartbeats (``beat``) and its runs (``runs``), in order."""

    def watch(revisions: list[str]):
        seen: list[str] = []
        over = threading.Event()

        def answer(handler):
            handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
            path = handler.path.removeprefix("/link/v1")
            if path == "/heartbeat":
                beats = seen.count("beat")
                if beats == len(revisions):
                    over.set()
                    return respond(handler, 503)
                seen.append("beat")
                told = {"time": 1.0, "task_open": False, "runs_revision": revisions[beats]}
                return respond(handler, 200, json.dumps(told).encode())
            if path == "/runs":
                seen.append("runs")
                return respond(handler, 200, b'{"items": []}')
            if path == "/leases":
                time.sleep(0.05)
                return respond(handler, 204)
            known = path == "/hello"
            return respond(handler, 200 if known else 404, json.dumps(HELLO).encode())

        settings = ClientSettings(
            server_url=start_hub(answer).url,
            ca_file=str(authority.certificate),
            heartbeat_seconds=0.01,
        )
        agent = Agent(site, settings)
        worker = threading.Thread(target=agent.run)
        worker.start()
        assert over.wait(60)
        agent.stop()
        worker.join()
        return seen

    return watch


@pytest.mark.parametrize(
    "met",
    [OSError(errno.ENOSPC, "No space left on device"), SiteFolderError("cannot be written")],
    ids=["file", "folder"],
)
def test_a_full_disk_is_waited_out_and_named(site, met):
    if isinstance(met, SiteFolderError):
        met.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    agent = Agent(site, ClientSettings(server_url="https://127.0.0.1:1"))
    turns: list[str | None] = []

    def turn() -> None:
        turns.append(StatusFile.read(site).why)
        if len(turns) == 2:
            return agent.stop()
        raise met

    agent._turn = turn
    agent.run()
    assert turns[1] == "disk_full"


def test_runs_are_asked_for_only_after_their_revision_has_changed(asked):
    assert asked(["a", "a", "a", "b", "b", "a"]) == [
        *("beat", "runs"), "beat", "beat", *("beat", "runs"), "beat", *("beat", "runs"),
    ]  # fmt: skip


def test_a_hub_that_tells_no_revision_is_asked_each_time(asked):
    assert asked(["", "", ""]) == ["beat", "runs"] * 3
