"""Statements that a site signs: approvals, objections, certificates."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.canonical import canonical_bytes
from fdd.core.ids import Digest, Name, RunId, SiteId
from fdd.protocol.errors import SignatureError
from fdd.protocol.signing import PublicKey, SigningKey, signer, unbase64

__all__ = [
    "Approval",
    "SignedStatement",
    "open_statement",
    "sign_statement",
    "signer_of",
    "statement_message",
]

M = TypeVar("M", bound=BaseModel)


class SignedStatement(BaseModel):
    """A canonical JSON text and the Ed25519 signature over its kind and bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Name
    key_id: SiteId
    payload: Annotated[str, Field(max_length=256 << 10)]
    signature: Annotated[str, Field(max_length=88)]


class Approval(BaseModel):
    """A site's decision about one run, made by its policy or a person there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: SiteId
    run_id: RunId
    spec_digest: Digest
    decision: Literal["approved", "objected"]
    reason: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,64}$")]
    policy_digest: Digest
    certificate_digest: Digest | None
    decided_at: float
    valid_until: float


def sign_statement(kind: str, value: BaseModel, key: SigningKey, key_id: str) -> SignedStatement:
    """Sign ``value`` as a statement of ``kind``."""
    payload = canonical_bytes(value)
    signature = key.sign(statement_message(kind, payload))
    return SignedStatement(
        kind=kind,
        key_id=key_id,
        payload=payload.decode(),
        signature=base64.b64encode(signature).decode(),
    )


def open_statement(signed: SignedStatement, kind: str, model: type[M], *keys: PublicKey) -> M:
    """The value inside a statement, once its signature is checked.

    Args:
        signed: The statement.
        kind: What it must be about.
        model: What it must hold.
        keys: Of whom one must have signed it.

    Raises:
        SignatureError: if kind, signature or content do not fit.
    """
    if signed.kind != kind:
        raise SignatureError(f"The statement is of another kind than {kind}")
    if signer_of(signed, keys) is None:
        raise SignatureError(f"The {kind} is signed by somebody else, or was changed")
    try:
        content: M = _content(signed.payload, model)
    except (ValueError, ValidationError) as error:
        raise SignatureError(f"The statement does not hold a {kind}") from error
    return content


def signer_of(signed: SignedStatement, keys: Sequence[PublicKey]) -> PublicKey | None:
    """Which of the keys signed a statement; None when none did."""
    return _signer(signed, tuple(keys))


# A site looks at its policy and its certificates with every task: each is checked once.


@lru_cache(maxsize=256)
def _signer(signed: SignedStatement, keys: tuple[PublicKey, ...]) -> PublicKey | None:
    message = statement_message(signed.kind, signed.payload.encode())
    return signer(keys, unbase64(signed.signature), message)


@lru_cache(maxsize=256)
def _content(payload: str, model: type[M]) -> M:
    return model.model_validate(json.loads(payload))


def statement_message(kind: str, payload: bytes) -> bytes:
    """The bytes that are signed: no statement of one kind can be taken for another's."""
    return b"fdd-statement\0" + kind.encode() + b"\0" + payload
