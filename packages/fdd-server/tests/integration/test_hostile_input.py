"""Whatever a peer sends, it is refused with a code of ours, and never with 5xx."""

from __future__ import annotations

import json
import os
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow
CANARY = "CC(=O)Oc1ccccc1C(=O)Ocanary"
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
SEGMENTS = st.sampled_from(
    [
        *("heartbeat", "runs", "approvals", "leases", "blobs", "replies", "reports", "join"),
        *("hello", "manifest", "chunks", "0", "1", "-1", "train", "%00", "%2e%2e", "0" * 64),
        *("9" * 40, "한글", "run-1", "statistics", "", "%ff"),
    ]
)
PATHS = st.lists(SEGMENTS, max_size=6).map(lambda parts: "/link/v1/" + "/".join(parts))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "idle", "done", "a" * 300, "0" * 64, CANARY]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("state", "task", "fence", "status", "payload", "metrics", "kind", "key_id"),
                    *(
                        "code",
                        "public_key",
                        "wait_seconds",
                        "certificates",
                        "rows",
                        "run_id",
                        CANARY,
                    ),
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=5000 if os.environ.get("FDD_SOAK") else 500,
)


def check(answer) -> None:
    assert answer.status_code < 500, answer.text
    assert CANARY not in answer.text
    if answer.status_code >= 400 and answer.content:
        assert answer.json()["code"].startswith("FDD-")


@relaxed
@given(
    method=METHODS,
    path=PATHS,
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(
            ["FDD-Protocol", "Signature", "Signature-Input", "Content-Digest", "Content-Length"]
        ),
        st.text(string.ascii_letters + string.digits + '=:;"()- ', max_size=60),
        max_size=5,
    ),
)
def test_unsigned_garbage_is_refused(consortium, method, path, body, headers):
    headers = {name: value.strip() for name, value in headers.items()}
    if "Content-Length" in headers:
        headers["Content-Length"] = "".join(c for c in headers["Content-Length"] if c.isdigit())
    check(consortium.web.request(method, path, content=body, headers=headers))


@pytest.fixture
def working(consortium):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    return site, task, lease


@relaxed
@given(
    path=st.sampled_from(
        ["/heartbeat", "/approvals", "/leases", "/reports", "/join", "/replies/RUN/1/train"]
    ),
    body=JSON,
)
def test_signed_nonsense_is_refused(consortium, working, path, body):
    site, task, _ = working
    if isinstance(body, dict) and path == "/leases":
        body["wait_seconds"] = 0
    data = json.dumps(body).encode()
    check(site.send("POST", path.replace("RUN", task.key.run_id), data))


@relaxed
@given(method=st.sampled_from(["GET", "PUT", "POST"]), path=PATHS, body=st.binary(max_size=100))
def test_signed_requests_to_odd_places_are_refused(consortium, working, method, path, body):
    site, _, _ = working
    encoded = "".join(c if c.isascii() else "%EA" for c in path)
    headers = site.headers(method, encoded, body)
    check(site.client.request(method, encoded, content=body, headers=headers))


@relaxed
@given(
    path=st.sampled_from(
        [
            *("session", "runs", "institutions", "join-codes", "runs/run-1/stop"),
            *("runs/run-1/yardstick", "audit?after=x", "stream?run=%ff"),
        ]
    ),
    method=st.sampled_from(["POST", "PUT", "DELETE", "PATCH"]),
    body=JSON,
)
def test_people_cannot_break_the_interface_either(consortium, path, method, body):
    if "fdd_session" not in consortium.web.cookies:
        consortium.sign_in()
    if path == "session" and method == "DELETE":
        return  # signs out
    headers = {"X-FDD-CSRF": "1", "Content-Type": "application/json"}
    content = json.dumps(body).encode()
    check(consortium.web.request(method, f"/api/v1/{path}", content=content, headers=headers))
