"""The way to the hub through a relay's socket."""

import socketserver
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from fdd_client.link import HubRefusedError, HubUnreachableError, Transport
from fdd_client.settings import ClientSettings, SiteFolder


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["FDD-Protocol"], body))
        status, headers, data = self.server.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Relay(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path, answer):
        self.seen, self.answer = [], answer
        super().__init__(str(path), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def relay(tmp_path):
    running, opened = [], []

    def start(*answer):
        made = Relay(tmp_path / "s", answer)
        running.append(made)
        settings = ClientSettings(server_url="https://hub:8443", flare_socket=str(tmp_path / "s"))
        transport = Transport(settings, SiteFolder(tmp_path))
        opened.append(transport)
        return made, lambda: transport.request("PUT", "/link/v1/x", {}, b"abc")

    yield start
    for transport in opened:
        transport.close()
    for one in running:
        one.shutdown()
        one.server_close()


def test_a_request_goes_through_the_socket_and_its_answer_comes_back(relay):
    made, send = relay(200, {}, b"answer")
    assert [send(), send()] == [(200, b"answer")] * 2
    assert [path for path, _, _ in made.seen] == ["/link/v1/x"] * 2
    assert made.seen[0][2] == b"abc"


def test_the_hubs_own_problems_stay_the_hubs(relay):
    _, send = relay(409, {}, b'{"code": "FDD-2303", "detail": "newer lease"}')
    with pytest.raises(HubRefusedError) as caught:
        send()
    assert caught.value.problem_code == "FDD-2303"


@pytest.mark.parametrize("where", ["flare", "hub"])
def test_a_relay_that_gets_no_answer_says_where_it_ended(relay, where):
    _, send = relay(502, {"FDD-Relay": where}, b"")
    with pytest.raises(HubUnreachableError, match=where) as caught:
        send()
    assert caught.value.params["cause"] == "relay"
    assert caught.value.hint


def test_a_relay_that_is_not_there_is_told_apart(tmp_path):
    settings = ClientSettings(server_url="https://hub:8443", flare_socket=str(tmp_path / "none"))
    with pytest.raises(HubUnreachableError, match="socket") as caught:
        Transport(settings, SiteFolder(tmp_path)).request("GET", "/link/v1/hello", {})
    assert caught.value.params["cause"] == "relay"
