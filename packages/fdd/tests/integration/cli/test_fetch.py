"""Downloading against a real HTTP server on this machine."""

from __future__ import annotations

import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from fdd.cli.publicdata import DownloadError, fetch
from fdd.cli.publicdata.fetch import RemoteFile, remote_files

CONTENT = b"Drug_ID,Drug,Y\n" + b"x,C,1\n" * 5000


def remote(name="set/a.csv", content=CONTENT):
    return RemoteFile("set", name.removeprefix("set/"), "owner/repo", "c0ffee", "data/a.csv",
                      len(content), hashlib.sha256(CONTENT).hexdigest())  # fmt: skip


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        requests: ClassVar[list[tuple[str, str | None]]] = []
        cut_at: int | None = None
        status = 200
        body = CONTENT

        def do_GET(self):
            self.requests.append((self.path, self.headers.get("Range")))
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            body = self.body[start:]
            self.send_response(self.status if self.status != 200 or not start else 206)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.cut_at is not None:
                body, Handler.cut_at = body[: self.cut_at], None
                self.close_connection = True
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    Handler.requests = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", Handler
    listening.shutdown()
    listening.server_close()
    thread.join()


def test_a_file_is_fetched_once_checked_and_the_manifest_comes_last(server, tmp_path):
    origin, handler = server
    seen = []
    fetch(tmp_path, [remote()], lambda _, arrived: seen.append(arrived), origin)
    assert (tmp_path / "set" / "a.csv").read_bytes() == CONTENT
    assert (tmp_path / "MANIFEST.csv").exists()
    assert seen[-1] == len(CONTENT)
    fetch(tmp_path, [remote()], origin=origin)
    assert handler.requests == [("/owner/repo/c0ffee/data/a.csv", None)]


def test_a_cut_download_goes_on_where_it_stopped(server, tmp_path):
    origin, handler = server
    handler.cut_at = 10_000
    with pytest.raises(DownloadError):
        fetch(tmp_path, [remote()], origin=origin)
    assert not (tmp_path / "MANIFEST.csv").exists()
    fetch(tmp_path, [remote()], origin=origin)
    assert handler.requests[-1][1] == "bytes=10000-"
    assert (tmp_path / "set" / "a.csv").read_bytes() == CONTENT


def test_a_file_that_is_published_plain_may_be_kept_packed(server, tmp_path):
    origin, _ = server
    fetch(tmp_path, [remote("set/a.csv.gz")], origin=origin)
    assert gzip.decompress((tmp_path / "set" / "a.csv.gz").read_bytes()) == CONTENT


def test_another_file_than_the_published_one_is_refused(server, tmp_path):
    origin, handler = server
    handler.body = CONTENT + b"tampered"
    with pytest.raises(DownloadError, match="not the published"):
        fetch(tmp_path, [remote()], origin=origin)
    assert not list(tmp_path.rglob("*.csv"))


def test_an_absent_file_and_an_absent_server_are_told_apart(server, tmp_path):
    origin, handler = server
    handler.status = 404
    with pytest.raises(DownloadError, match="404"):
        fetch(tmp_path, [remote()], origin=origin)
    with pytest.raises(DownloadError, match="does not answer"):
        fetch(tmp_path, [remote()], origin="http://127.0.0.1:9")


@pytest.mark.real_data
def test_the_manifest_that_ships_is_that_of_the_data(data_dir):
    import csv

    with (data_dir / "MANIFEST.csv").open() as file:
        published = {
            (r["dataset"], r["file"]): r["sha256_of_original_bytes"] for r in csv.DictReader(file)
        }
    assert {(f.dataset, f.name): f.sha256 for f in remote_files()} == published
