"""What FLARE carries: requests of the link and nothing else, whole or not at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.flare.carried import MOST_BYTES, Answer, FrameError, Request

HEADERS = {"signature": "fdd=:AAAA:", "content-digest": "blake3=:AA:", "fdd-protocol": "2"}


@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.from_regex(r"/link/v[0-9]/[a-z0-9/]{0,40}", fullmatch=True),
    st.binary(max_size=2000),
)
def test_a_request_arrives_as_it_was_sent(method, target, body):
    sent = Request(method, target, HEADERS, body)
    assert Request.read(sent.frame()) == sent


@given(st.sampled_from([0, 200, 204, 404, 507]), st.binary(max_size=2000))
def test_an_answer_arrives_as_it_was_sent(status, body):
    sent = Answer(status, {"retry-after": "3"}, body)
    assert Answer.read(sent.frame()) == sent


def test_headers_that_mean_nothing_to_the_link_stay_behind():
    sent = Request("GET", "/link/v1/hello", {"Host": "x", "Cookie": "y", "Signature": "z"}, b"")
    assert Request.read(sent.frame()).headers == {"signature": "z"}


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("DELETE", "/link/v1/hello"),
        ("GET", "/api/runs"),
        ("GET", "https://elsewhere.example/link/"),
        ("GET", "/link/../api/runs"),
        ("GET", "/link/v1/hello HTTP/1.1\r\nHost: x"),
        ("GET", "/link/v1/\u00e9"),
    ],
)
def test_what_is_not_the_links_is_refused_on_both_sides(method, target):
    with pytest.raises(FrameError):
        Request(method, target, {}, b"")
    head = json.dumps({"method": method, "target": target, "headers": {}}).encode()
    with pytest.raises(FrameError):
        Request.read(len(head).to_bytes(4, "big") + head)


@given(st.binary(max_size=200))
def test_garbage_is_refused(data):
    for kind in (Request, Answer):
        with pytest.raises(FrameError):
            kind.read(data)


@pytest.mark.parametrize(
    "head",
    [
        [],
        {"method": "GET", "target": 3, "headers": {}},
        {"method": "GET", "target": "/link/v1/hello", "headers": {"host": "x"}},
        {"method": "GET", "target": "/link/v1/hello", "headers": {"signature": 3}},
        {"method": "GET", "target": "/link/v1/hello", "headers": {"signature": "a\r\nb: c"}},
        {"method": "GET", "target": "/link/v1/hello", "headers": {"signature": "a" * 3000}},
    ],
)
def test_a_head_of_another_form_is_refused(head):
    text = json.dumps(head).encode()
    with pytest.raises(FrameError):
        Request.read(len(text).to_bytes(4, "big") + text)


@pytest.mark.parametrize("frame", [None, "text", {"method": "GET"}, b"", bytes(MOST_BYTES + 1)])
def test_only_bytes_of_a_bounded_size_are_looked_at(frame):
    with pytest.raises(FrameError):
        Request.read(frame)


def test_a_status_is_a_number_that_http_has():
    for status in (True, "200", 100, 700, None):
        head = json.dumps({"status": status, "headers": {}}).encode()
        with pytest.raises(FrameError):
            Answer.read(len(head).to_bytes(4, "big") + head)
