"""The link against a real TLS server that misbehaves in every way we know."""

import base64
import json
import select
import socket
import ssl
import threading
import zlib
from contextlib import suppress

import pytest
from blake3 import blake3

from fdd.core.errors import ConfigurationError, ExitCode
from fdd.protocol.blobs import CHUNK_BYTES, manifest_of
from fdd.protocol.errors import DigestMismatchError, UpdateRequiredError
from fdd.protocol.messages import Hello, Phase, ReplyCommit, TaskKey
from fdd.protocol.signing import PublicKey, verify_request
from fdd.protocol.versions import CURRENT
from fdd_client.agent.agent import Agent
from fdd_client.link import HubRefusedError, HubUnreachableError, Transport
from fdd_client.settings import ClientSettings

HELLO = {
    "consortium": "Test",
    "protocol": {"oldest": 1, "newest": 1},
    "server_version": "0.1.0",
    "time": 1.0,
    "hub_key": "0" * 64,
}
KEY = TaskKey(run_id="run-1", round=1, phase=Phase.TRAIN)


def unreachable(link):
    with pytest.raises(HubUnreachableError) as caught:
        link.hello()
    assert caught.value.hint
    return caught.value.params["cause"]


@pytest.fixture
def hello(respond):
    return lambda handler: respond(handler, 200, json.dumps(HELLO).encode())


@pytest.fixture
def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_hub_with_the_pinned_authority_is_reached(start_hub, link_to, hello):
    found = link_to(start_hub(hello).url).hello()
    assert isinstance(found, Hello)
    assert found.consortium == "Test"


def test_a_name_that_does_not_resolve_is_told_apart(link_to):
    assert unreachable(link_to("https://no-such-hub.invalid:8443")) == "dns"


def test_a_closed_port_is_told_apart(link_to, closed_port):
    assert unreachable(link_to(f"https://127.0.0.1:{closed_port}")) == "refused"


def test_another_authority_is_told_apart(start_hub, link_to, hello, other_authority):
    hub = start_hub(hello)
    assert unreachable(link_to(hub.url, ca=other_authority.certificate)) == "tls"
    assert hub.asked == []


def test_a_certificate_of_another_name_is_refused(start_hub, link_to, hello, other_name):
    hub = start_hub(hello, other_name)
    assert unreachable(link_to(hub.url, ca=other_name.certificate)) == "tls"


def test_the_systems_authorities_do_not_count_once_one_is_pinned(start_hub, hello, site, authority):
    hub = start_hub(hello)
    transport = Transport(ClientSettings(server_url=hub.url), site)
    with pytest.raises(HubUnreachableError):
        transport.request("GET", "/link/v1/hello", {})
    transport.close()
    site.write_private(site.authority, authority.certificate.read_bytes())
    transport = Transport(ClientSettings(server_url=hub.url), site)
    assert transport.request("GET", "/link/v1/hello", {})[0] == 200
    transport.close()


def test_silence_is_told_apart(start_hub, link_to):
    done = threading.Event()
    hub = start_hub(lambda handler: done.wait(20))
    assert unreachable(link_to(hub.url, timeout_seconds=0.3)) == "timeout"
    done.set()


def test_a_dead_proxy_is_told_apart(start_hub, link_to, hello, closed_port):
    link = link_to(start_hub(hello).url, proxy_url=f"http://127.0.0.1:{closed_port}")
    assert unreachable(link) == "proxy"


class Proxy:
    """A forward proxy for CONNECT, as hospitals have them.

    With ``opens``, a certificate with its key, it ends TLS and makes a connection of its own to
    the hub, as inspecting gateways do.
    """

    def __init__(self, verdict, opens=None):
        self.verdict = verdict
        self.opens = opens
        self.asked = []
        self.heads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with self.listener:
            client, _ = self.listener.accept()
        with client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            host, port = head.split()[1].decode().split(":")
            self.asked.append(f"{host}:{port}")
            self.heads.append(head.decode().lower())
            client.sendall(f"HTTP/1.1 {self.verdict}\r\n\r\n".encode())
            if not self.verdict.startswith("200"):
                return
            if self.opens is not None:
                ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                ours.load_cert_chain(self.opens.chain, self.opens.key)
                try:
                    client = ours.wrap_socket(client, server_side=True)
                except ssl.SSLError:
                    return
            with client, self._hub(host, int(port)) as hub, suppress(OSError):
                _relay(client, hub)

    def _hub(self, host, port):
        plain = socket.create_connection((host, port))
        if self.opens is None:
            return plain
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return trusting.wrap_socket(plain)


def _relay(one, other):
    """Pass what either says on to the other until one of them ends, in this thread alone.

    A TLS connection that one thread reads while another writes may stand still for good.
    """
    opposite = {one: other, other: one}
    while True:
        ready, _, _ = select.select(list(opposite), [], [])
        for source in ready:
            for data in _at_hand(source):
                if not data:
                    return
                opposite[source].sendall(data)


def _at_hand(source):
    """What can be read from a connection without waiting; ``b""`` last where it has ended."""
    data = None
    while data != b"":
        source.settimeout(0)
        try:
            data = source.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        finally:
            source.settimeout(None)
        yield data


def test_a_proxy_passes_the_link_through_without_opening_it(start_hub, link_to, hello):
    hub, proxy = start_hub(hello), Proxy("200 OK")
    assert link_to(hub.url, proxy_url=proxy.url).hello().consortium == "Test"
    assert proxy.asked == [f"127.0.0.1:{hub.port}"]


@pytest.mark.parametrize(
    ("verdict", "advice"),
    [
        ("407 Proxy Authentication Required", "NAME:PASSWORD@"),
        ("403 Forbidden", "ask your IT to allow"),
        ("502 Bad Gateway", "It answers 502"),
    ],
)
def test_what_a_proxy_wants_is_told(start_hub, link_to, hello, verdict, advice):
    link = link_to(start_hub(hello).url, proxy_url=Proxy(verdict).url)
    with pytest.raises(HubUnreachableError) as caught:
        link.hello()
    assert caught.value.params["cause"] == "proxy"
    assert advice in caught.value.hint


def test_a_proxy_is_told_the_password_and_nobody_else_is(start_hub, link_to, hello):
    hub, proxy = start_hub(hello), Proxy("200 OK")
    secret = proxy.url.replace("http://", "http://ward-3:s%40fe@")
    assert link_to(hub.url, proxy_url=secret).hello().consortium == "Test"
    expected = base64.b64encode(b"ward-3:s@fe").decode().lower()
    assert f"proxy-authorization: basic {expected}" in proxy.heads[0]
    refused = link_to(hub.url, proxy_url=Proxy("403 No").url.replace("//", "//ward-3:s%40fe@"))
    with pytest.raises(HubUnreachableError) as caught:
        refused.hello()
    told = f"{caught.value} {caught.value.hint} {caught.value.params} {caught.value!r}"
    assert "s@fe" not in told
    assert "s%40fe" not in told


def test_a_gateway_that_opens_tls_is_trusted_only_where_its_authority_is_named(
    start_hub, link_to, respond, site, other_authority
):
    seen = []

    def check(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((handler.command, handler.path, dict(handler.headers.items()), body))
        respond(handler, 204)

    hub = start_hub(check)
    reply = ReplyCommit(fence=1, status="done")
    pinned = link_to(hub.url, proxy_url=Proxy("200 OK", opens=other_authority).url)
    with pytest.raises(HubUnreachableError) as caught:
        pinned.commit(KEY, reply)
    assert caught.value.params["cause"] == "tls"
    assert "ca_file" in caught.value.hint
    assert seen == []
    told = {"ca_file": str(other_authority.certificate)}
    gateway = Proxy("200 OK", opens=other_authority)
    link_to(hub.url, proxy_url=gateway.url, **told).commit(KEY, reply)
    ((method, path, headers, body),) = seen
    assert_signed(headers, method, path, body, PublicKey(site.signing_key().public.hex))


@pytest.mark.parametrize(
    "address", ["socks5://proxy:1080", "http://", "http://proxy:0", "http://p:x"]
)
def test_an_impossible_proxy_is_a_wrong_setting(site, address):
    settings = ClientSettings(server_url="https://hub.example", proxy_url=address)
    with pytest.raises(ConfigurationError, match="proxy_url"):
        Transport(settings, site)


def test_an_agent_that_is_two_versions_behind_stops_and_says_so(
    start_hub, respond, site, authority
):
    newer = {**HELLO, "protocol": {"oldest": CURRENT + 1, "newest": CURRENT + 2}}
    hub = start_hub(lambda handler: respond(handler, 200, json.dumps(newer).encode()))
    site.write_private(site.authority, authority.certificate.read_bytes())
    agent = Agent(site, ClientSettings(server_url=hub.url, heartbeat_seconds=0.05))
    with pytest.raises(UpdateRequiredError):
        agent.run()
    assert json.loads(site.status.read_text())["why"] == "update_required"


def test_garbage_instead_of_http_breaks_the_connection_and_nothing_else(start_hub, link_to):
    def garbage(handler):
        handler.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
        handler.close_connection = True

    assert unreachable(link_to(start_hub(garbage).url)) == "reset"


def test_a_connection_that_ends_in_the_middle_of_an_answer_is_told_apart(start_hub, link_to):
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"{")
        handler.close_connection = True

    assert unreachable(link_to(start_hub(half).url)) == "reset"


@pytest.mark.parametrize("body", [b"<html>login</html>", b"[]", b'{"consortium": 1}', b""])
def test_an_answer_that_is_not_the_hubs_is_refused(start_hub, link_to, respond, body):
    hub = start_hub(lambda handler: respond(handler, 200, body))
    with pytest.raises(HubRefusedError):
        link_to(hub.url).hello()


def test_a_page_of_a_captive_portal_says_where_to_look(start_hub, link_to, respond):
    hub = start_hub(lambda handler: respond(handler, 403, b"<html>blocked</html>", "text/html"))
    with pytest.raises(HubRefusedError) as caught:
        link_to(hub.url).hello()
    assert "proxy" in caught.value.hint
    assert "blocked" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "transient", "exit_status"),
    [
        (409, False, ExitCode.CONFLICT),
        (426, False, ExitCode.REFUSED),
        (429, True, ExitCode.CONFLICT),
        (503, True, ExitCode.UNREACHABLE),
        (507, False, ExitCode.CONFLICT),
    ],
)
def test_a_problem_keeps_its_code_and_the_time_to_wait(
    start_hub, link_to, respond, status, transient, exit_status
):
    problem = {"code": "FDD-2999", "detail": "What happened", "hint": "What to do"}
    hub = start_hub(
        lambda handler: respond(handler, status, json.dumps(problem).encode(), Retry_After="7")
    )
    with pytest.raises(HubRefusedError) as caught:
        link_to(hub.url).hello()
    error = caught.value
    assert (error.http_status, error.problem_code) == (status, "FDD-2999")
    assert (error.detail, error.hint) == ("What happened", "What to do")
    assert (error.transient, error.exit_status) == (transient, exit_status)
    assert error.params["retry_after"] == 7


def test_a_redirect_is_not_followed(start_hub, link_to, respond, hello):
    elsewhere = start_hub(hello)
    hub = start_hub(
        lambda handler: respond(handler, 307, Location=f"{elsewhere.url}/link/v1/hello")
    )
    with pytest.raises(HubRefusedError):
        link_to(hub.url).hello()
    assert elsewhere.asked == []


def test_a_hub_without_a_common_version_asks_for_an_update(start_hub, link_to, respond):
    newer = {**HELLO, "protocol": {"oldest": 7, "newest": 8}}
    hub = start_hub(lambda handler: respond(handler, 200, json.dumps(newer).encode()))
    with pytest.raises(UpdateRequiredError):
        link_to(hub.url).hello()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://", "https://h/path", "h:1", ""])
def test_only_the_origin_of_an_https_server_is_an_address(site, url):
    with pytest.raises(ConfigurationError):
        Transport(ClientSettings(server_url=url), site)


def test_every_message_is_signed_with_the_sites_key(start_hub, link_to, respond, site):
    seen = []

    def check(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((handler.command, handler.path, dict(handler.headers.items()), body))
        respond(handler, 204)

    link_to(start_hub(check).url).commit(KEY, ReplyCommit(fence=1, status="done"))
    ((method, path, headers, body),) = seen
    key = PublicKey(site.signing_key().public.hex)
    assert_signed(headers, method, path, body, key)


def assert_signed(headers, method, path, body, key):
    names = {name.lower(): value for name, value in headers.items()}
    asked = []

    def keys_of(key_id):
        asked.append(key_id)
        return [key]

    signed = verify_request(names, method, path, "", keys_of)
    assert asked == ["site-one"]
    assert signed.digest == blake3(body).digest()


DATA = bytes(range(256)) * ((5 * CHUNK_BYTES // 2) // 256)


class BlobHub:
    """Serves a blob and takes a reply, and cuts the first transfer in the middle."""

    def __init__(self, respond, data, cut_after):
        self.respond = respond
        self.data = data
        self.manifest = manifest_of(data)
        self.cut_after = cut_after
        self.moved = 0
        self.stored = {}
        self.committed = None
        self.unpacks = True

    def __call__(self, handler):
        path = handler.path
        if path.endswith("/manifest"):
            self.respond(handler, 200, self.manifest.model_dump_json().encode())
        elif "/chunks/" in path:
            self._give(handler, int(path.rsplit("/", 1)[1]))
        elif handler.command == "PUT":
            self._take(handler, int(path.rsplit("/", 1)[1]))
        elif handler.command == "POST":
            handler.rfile.read(int(handler.headers["Content-Length"]))
            self.committed = True
            self.respond(handler, 204)
        else:
            self.respond(handler, 200, json.dumps({"chunks": self.stored}).encode())

    def _cut(self, handler):
        self.cut_after = None
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    def _give(self, handler, index):
        _, offset, length = list(self.manifest.spans())[index]
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        for start in range(offset, offset + length, 65536):
            piece = self.data[start : min(start + 65536, offset + length)]
            handler.wfile.write(piece)
            self.moved += len(piece)
            if self.cut_after is not None and self.moved >= self.cut_after:
                self._cut(handler)
                return

    def _take(self, handler, index):
        left, data = int(handler.headers["Content-Length"]), b""
        while left:
            piece = handler.rfile.read(min(65536, left))
            data += piece
            left -= len(piece)
            self.moved += len(piece)
            if self.cut_after is not None and self.moved >= self.cut_after:
                self._cut(handler)
                return
        if handler.headers.get("Content-Encoding") == "deflate":
            if not self.unpacks:
                self.respond(handler, 422, b'{"code": "FDD-1104"}')
                return
            data = zlib.decompress(data)
        self.manifest.check_chunk(index, data)
        self.stored[index] = self.manifest.chunks[index]
        self.respond(handler, 204)


@pytest.fixture
def blob_hub(respond):
    return lambda cut_after=None: BlobHub(respond, DATA, cut_after)


def test_a_fetch_that_was_cut_at_half_goes_on_where_it_was(start_hub, link_to, blob_hub, tmp_path):
    blobs = blob_hub(cut_after=len(DATA) // 2)
    link = link_to(start_hub(blobs).url)
    target = tmp_path / "model"
    with pytest.raises(HubUnreachableError):
        link.fetch(link.manifest(blobs.manifest.id), target)
    assert not target.exists()
    link.fetch(link.manifest(blobs.manifest.id), target)
    assert target.read_bytes() == DATA
    assert blobs.moved - len(DATA) <= CHUNK_BYTES


def test_a_send_that_was_cut_at_half_goes_on_where_it_was(start_hub, link_to, blob_hub, tmp_path):
    blobs = blob_hub(cut_after=len(DATA) // 2)
    link = link_to(start_hub(blobs).url)
    source = tmp_path / "update"
    source.write_bytes(DATA)
    counted = []
    with pytest.raises(HubUnreachableError):
        link.send(KEY, blobs.manifest, source, counted.append)
    link.send(KEY, blobs.manifest, source, counted.append)
    link.commit(KEY, ReplyCommit(fence=1, status="done", payload=blobs.manifest))
    assert blobs.committed
    assert sorted(blobs.stored) == [0, 1, 2]
    assert blobs.moved - len(DATA) <= CHUNK_BYTES
    assert sum(counted) == len(DATA)


@pytest.mark.parametrize("unpacks", [True, False])
def test_a_slow_line_carries_packed_chunks_and_any_hub_gets_them(
    start_hub, link_to, blob_hub, tmp_path, unpacks
):
    blobs = blob_hub()
    blobs.unpacks = unpacks
    link = link_to(start_hub(blobs).url)
    link.packs = True
    source = tmp_path / "update"
    source.write_bytes(DATA)
    counted = []
    link.send(KEY, blobs.manifest, source, counted.append)
    assert sorted(blobs.stored) == [0, 1, 2]
    assert link.packs is unpacks
    assert (sum(counted) < 0.9 * len(DATA)) is unpacks


def test_a_damaged_part_of_an_earlier_fetch_is_fetched_anew(start_hub, link_to, blob_hub, tmp_path):
    blobs = blob_hub()
    link = link_to(start_hub(blobs).url)
    target = tmp_path / "model.safetensors"
    target.with_suffix(".part").write_bytes(b"\0" * CHUNK_BYTES)
    link.fetch(blobs.manifest, target)
    assert target.read_bytes() == DATA


def test_a_chunk_that_is_not_what_the_manifest_says_is_refused(
    start_hub, link_to, blob_hub, tmp_path
):
    blobs = blob_hub()
    blobs.data = b"\1" + DATA[1:]
    link = link_to(start_hub(blobs).url)
    with pytest.raises(DigestMismatchError):
        link.fetch(blobs.manifest, tmp_path / "model")
    assert not (tmp_path / "model").exists()
