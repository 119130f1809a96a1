"""The socket of a site's relay: whom it lets in, and what it says when FLARE does not answer."""

import http.client
import socket
import stat

import pytest

pytest.importorskip("nvflare", reason="the extra fdd[flare] is not installed")

from nvflare.apis.event_type import EventType
from nvflare.apis.fl_context import FLContext
from nvflare.fuel.f3.cellnet.defs import ReturnCode
from nvflare.fuel.f3.cellnet.utils import make_reply

from fdd.flare.carried import Answer, Request
from fdd.flare.site_side import SiteRelay


class Cell:
    """What FLARE gives a component to send with; the other side is ``answer``."""

    def __init__(self):
        self.answer = make_reply(ReturnCode.TIMEOUT)
        self.requests = []
        self.agents = {"server": object()}
        self.lost = []

    @property
    def core_cell(self):
        return self

    def get_cell(self):
        return self

    def send_request(self, *, request, abort_signal, **_):
        self.requests.append(Request.read(request.payload))
        self.lost.append(abort_signal.triggered)
        self.agents["server"] = object()  # as after a restart of the server
        self.lost.append(abort_signal.triggered)
        return self.answer


@pytest.fixture
def cell():
    return Cell()


@pytest.fixture
def ask(tmp_path, cell):
    path = tmp_path / "s"
    path.touch()  # left behind by a client that was killed
    relay, context = SiteRelay(str(path)), FLContext()
    context.get_engine = lambda: cell
    relay.handle_event(EventType.SYSTEM_START, context)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def request(method, target, body=None, **headers):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(path))
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        read = answer.status, answer.headers.get("FDD-Relay"), answer.read()
        connection.close()
        return read

    yield request
    relay.handle_event(EventType.SYSTEM_END, context)
    assert not path.exists()


def test_an_answer_of_the_hub_comes_back_as_it_is(cell, ask):
    cell.answer = make_reply(ReturnCode.OK, body=Answer(200, {}, b"hello").frame())
    assert ask("PUT", "/link/v1/x", b"abc") == (200, None, b"hello")
    assert cell.requests[0].body == b"abc"


def test_a_request_is_given_up_when_its_connection_is_gone(cell, ask):
    ask("GET", "/link/v1/hello")
    assert cell.lost == [False, True]


def test_what_did_not_answer_is_named(cell, ask):
    assert ask("GET", "/link/v1/hello")[:2] == (502, "flare")
    cell.answer = make_reply(ReturnCode.OK, body=Answer(0, {}, b"").frame())
    assert ask("GET", "/link/v1/hello")[:2] == (502, "hub")
    cell.answer = make_reply(ReturnCode.OK, body=b"garbage")
    assert ask("GET", "/link/v1/hello")[:2] == (502, "flare")


def test_only_the_link_is_carried(cell, ask):
    assert ask("GET", "/api/runs")[0] == 404
    assert ask("DELETE", "/link/v1/hello")[0] == 501
    assert ask("PUT", "/link/v1/x", **{"Content-Length": str(16 << 20)})[0] == 413
    assert cell.requests == []
