from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.protocol.errors import ReplayError, SignatureError, UpdateRequiredError
from fdd.protocol.signing import PublicKey, SigningKey, sign_request, verify_request
from fdd.protocol.statements import Approval, open_statement, sign_statement
from fdd.protocol.versions import Window, negotiate

KEY = SigningKey(bytes(range(32)))
NOW = 1_800_000_000.0


def signed(**changes):
    given = {"method": "PUT", "path": "/link/v1/x", "query": "a=1", "digest": bytes(32), **changes}
    headers = sign_request(
        KEY, "site-1", given["method"], given["path"],
        query=given["query"], digest=given["digest"], now=NOW,
    )  # fmt: skip
    return {name.lower(): value for name, value in headers.items()}


def verify(headers, method="PUT", path="/link/v1/x", query="a=1", key=KEY.public, now=NOW):
    return verify_request(
        headers, method, path, query, lambda name: [key] if name == "site-1" else [], now
    )


def test_a_signed_request_verifies_and_says_who_signed_what():
    proof = verify(signed())
    assert (proof.key_id, proof.digest) == ("site-1", bytes(32))
    assert verify(signed()).nonce != proof.nonce


@pytest.mark.parametrize(
    "change",
    [{"method": "GET"}, {"path": "/link/v1/y"}, {"query": ""}, {"key": SigningKey().public}],
)
def test_another_method_path_query_or_key_is_refused(change):
    with pytest.raises(SignatureError):
        verify(signed(), **change)


def test_an_unknown_key_is_refused():
    with pytest.raises(SignatureError, match="registered"):
        verify_request(signed(), "PUT", "/link/v1/x", "a=1", lambda _: [], NOW)


@pytest.mark.parametrize("offset", [-301, 301, -1e6, 1e6])
def test_a_clock_that_is_off_is_told_by_how_much(offset):
    with pytest.raises(ReplayError) as caught:
        verify(signed(), now=NOW + offset)
    assert caught.value.params["seconds"] == -offset


@given(st.sampled_from(["signature", "signature-input", "content-digest"]), st.data())
def test_a_mutated_header_is_refused(name, data):
    headers = signed()
    text = headers[name]
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from('A0/=:"; z').filter(lambda c: c != text[position]))
    headers[name] = text[:position] + other + text[position + 1 :]
    with pytest.raises((SignatureError, ReplayError)):
        verify(headers)


@given(
    st.dictionaries(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text())
)
def test_garbage_headers_are_refused(headers):
    with pytest.raises(SignatureError):
        verify(headers)


def test_a_private_key_does_not_show():
    assert KEY.private_bytes().hex() not in repr(KEY)
    assert len(KEY.public.words()) == 6


def test_a_bad_public_key_is_refused():
    for text in ("", "zz", "00" * 31):
        with pytest.raises(SignatureError):
            PublicKey(text)


APPROVAL = Approval(
    site_id="site-1", run_id="run-1", spec_digest="0" * 64, decision="approved", reason="by_policy",
    policy_digest="1" * 64, certificate_digest=None, decided_at=1.0, valid_until=2.0,
)  # fmt: skip


def test_a_statement_opens_with_its_key_and_kind_only():
    statement = sign_statement("approval", APPROVAL, KEY, "site-1")
    assert open_statement(statement, "approval", Approval, KEY.public) == APPROVAL
    with pytest.raises(SignatureError):
        open_statement(statement, "certificate", Approval, KEY.public)
    with pytest.raises(SignatureError):
        open_statement(statement, "approval", Approval, SigningKey().public)
    relabelled = statement.model_copy(update={"kind": "certificate"})
    with pytest.raises(SignatureError):
        open_statement(relabelled, "certificate", Approval, KEY.public)


@given(st.data())
def test_a_changed_statement_does_not_open(data):
    statement = sign_statement("approval", APPROVAL, KEY, "site-1")
    field = data.draw(st.sampled_from(["payload", "signature"]))
    text = getattr(statement, field)
    position = data.draw(st.integers(0, len(text) - 1))
    other = "9" if text[position] != "9" else "8"
    changed = statement.model_copy(update={field: text[:position] + other + text[position + 1 :]})
    with pytest.raises(SignatureError):
        open_statement(changed, "approval", Approval, KEY.public)


def test_the_newest_common_version_is_spoken():
    assert negotiate(Window(oldest=1, newest=2), Window(oldest=2, newest=3)) == 2
    with pytest.raises(UpdateRequiredError, match="speak"):
        negotiate(Window(oldest=1, newest=1), Window(oldest=2, newest=3))
