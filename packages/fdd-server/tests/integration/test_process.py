"""The server as a process: real TLS, kill -9, ports, and a clean end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from fdd_server.app.installation import open_hub

pytestmark = [pytest.mark.long, pytest.mark.slow]


class Process:
    """``fdd-server run`` on free ports."""

    def __init__(self, home, *words: str) -> None:
        self.home = home
        self.log = (home.root / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "fdd_server.app", "run", home.root),
                *("--port", "0", *words),
            ],
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, Path(self.log.name).read_text()
        self.ready = json.loads(line)

    @property
    def port(self) -> int:
        return int(self.ready["url"].rsplit(":", 1)[1])

    def end(self, how: int) -> int:
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.log.close()
        return code


class Connection:
    """What ``SiteClient`` needs of a client, over real TLS with the pinned authority."""

    def __init__(self, server: Process) -> None:
        context = ssl.create_default_context(cafile=server.home.tls / "ca.pem")
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", server.port, context=context, timeout=60
        )

    def request(self, method, path, *, content=b"", headers):
        self.connection.request(
            method, path, content, {**headers, "Content-Length": str(len(content))}
        )
        answer = self.connection.getresponse()
        body = answer.read()
        return SimpleNamespace(
            status_code=answer.status,
            content=body,
            text=body.decode("utf-8", "replace"),
            json=lambda: json.loads(body),
        )

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def prepared(home, consortium, clock):
    """A site with a lease of an open task, all of it stored."""
    clock.now = time.time()
    site = consortium.site("Alpha")
    # No engine advances this run: its task is the test's own.
    task, lease = consortium.working(site)
    with consortium.hub.database.write() as work:
        from sqlalchemy import update

        from fdd_server.runs.models import RunRow

        work.connection.execute(update(RunRow).values(terminal=True))
    return site, task, lease


def test_acknowledged_chunks_survive_kill_9_and_are_not_sent_again(home, prepared, make_payload):
    site, task, lease = prepared
    data, manifest = make_payload(size=(8 << 20) + 5000)
    pieces = [data[start : start + size] for _, start, size in manifest.spans()]
    server = Process(home)
    site.client, site.clock = Connection(server), time.time
    assert site.put(task.key, 0, pieces[0]).status_code == 204
    site.client.close()
    assert server.end(signal.SIGKILL) == -signal.SIGKILL

    server = Process(home)
    site.client = Connection(server)
    path = f"/replies/{task.key.run_id}/1/train"
    stored = site.send("GET", path).json()["chunks"]
    assert stored == {"0": manifest.chunks[0]}
    assert site.put(task.key, 1, pieces[1]).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    site.client.close()
    assert server.end(signal.SIGKILL) == -signal.SIGKILL

    hub = open_hub(home.root)
    (reply,) = hub.federation.close(task.key)
    assert b"".join(hub.federation.payload(task.key, reply)) == data
    hub.close()


def half_sent(site, server, task, data) -> http.client.HTTPConnection:
    """A connection on which the first half of a chunk is on its way."""
    path = f"/link/v1/replies/{task.key.run_id}/1/train/0"
    connection = Connection(server).connection
    connection.putrequest("PUT", path)
    for name, value in site.headers("PUT", path, data).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(data)))
    connection.endheaders()
    connection.send(data[: len(data) // 2])
    return connection


def test_fifty_slow_clients_hold_nobody_up(home, prepared, make_payload):
    site, task, lease = prepared
    data, manifest = make_payload(size=1 << 20)
    server = Process(home)
    site.clock = time.time
    slow = [half_sent(site, server, task, data) for _ in range(50)]
    site.client = Connection(server)
    assert site.put(task.key, 0, data).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    for connection in slow:  # they go on at last, and find that the answer is there
        connection.send(data[len(data) // 2 :])
        assert connection.getresponse().status < 500
        connection.close()
    site.client.close()
    assert server.end(signal.SIGTERM) == 0


def test_connection_cut_within_a_chunk_leaves_nothing_behind(home, prepared, make_payload):
    site, task, lease = prepared
    data, manifest = make_payload(size=2 << 20)
    server = Process(home)
    site.clock = time.time
    half_sent(site, server, task, data).close()
    site.client = Connection(server)
    assert site.send("GET", f"/replies/{task.key.run_id}/1/train").json() == {"chunks": {}}
    until = time.monotonic() + 30
    while any(p.is_file() for p in home.uploads.rglob("*")) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(p.is_file() for p in home.uploads.rglob("*"))
    assert site.put(task.key, 0, data).status_code == 204
    assert site.commit(task.key, lease.fence, manifest).status_code == 204
    site.client.close()
    assert server.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_server_ends_cleanly_while_a_site_waits_for_work(home, consortium, clock, how):
    from fdd.protocol.messages import LeaseRequest

    clock.now = time.time()
    site = consortium.site("Alpha")
    server = Process(home, "--page-port", "0")
    site.client, site.clock = Connection(server), time.time
    body = LeaseRequest(wait_seconds=60).model_dump_json().encode()
    path = "/link/v1/leases"
    headers = {**site.headers("POST", path, body), "Content-Length": str(len(body))}
    site.client.connection.request("POST", path, body, headers)
    # The request is being served once the site's nonce is stored; then the server is told to end.
    hub = open_hub(home.root)
    until = time.monotonic() + 30
    while _nonces(hub) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    hub.close()
    assert server.end(how) == 0
    assert site.client.connection.getresponse().status == 204
    site.client.close()


def _nonces(hub) -> int:
    from sqlalchemy import text

    with hub.database.read() as work:
        return work.connection.execute(text("SELECT count(*) FROM nonces")).scalar_one()


def test_page_listener_is_plain_http_on_loopback(home):
    server = Process(home, "--page-port", "0")
    port = int(server.ready["page"].rsplit(":", 1)[1])
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    page.request("GET", "/api/v1/me")
    assert page.getresponse().status == 401
    page.close()
    assert server.end(signal.SIGINT) == 0


def test_taken_port_is_an_error_with_a_next_step(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "fdd_server.app", "run", home.root, "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONWARNINGS": ""},
        )
    assert result.returncode == 5
    assert "FDD-2002" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr
