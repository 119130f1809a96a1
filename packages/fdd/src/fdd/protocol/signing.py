"""Signed requests (RFC 9421, Ed25519) and signed statements.

A site's private key is born at the site and never leaves it. Each request is signed over method,
path, query, content digest, time and nonce; the verifier refuses other covers, clocks that are off,
and nonces it has seen.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from blake3 import blake3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fdd.protocol.errors import ReplayError, SignatureError
from fdd.protocol.fingerprint import fingerprint_words

__all__ = [
    "TOLERANCE_SECONDS",
    "PublicKey",
    "Signed",
    "SigningKey",
    "content_digest",
    "sign_request",
    "signer",
    "unbase64",
    "verify_request",
]

TOLERANCE_SECONDS: Final = 300
_COVER: Final = '("@method" "@path" "@query" "content-digest")'
_INPUT: Final = re.compile(
    r'fdd=(?P<params>\("@method" "@path" "@query" "content-digest"\)'
    r';created=(?P<created>\d{1,12});nonce="(?P<nonce>[0-9a-f]{32})"'
    r';keyid="(?P<keyid>[a-z0-9._-]{1,64})";alg="ed25519")'
)
_SIGNATURE: Final = re.compile(r"fdd=:(?P<value>[A-Za-z0-9+/=]{88}):")
_DIGEST: Final = re.compile(r"blake3=:(?P<value>[A-Za-z0-9+/=]{44}):")


class PublicKey:
    """An Ed25519 public key; equal to another object of the same key."""

    def __init__(self, hexadecimal: str) -> None:
        try:
            self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(hexadecimal))
        except ValueError as error:
            raise SignatureError("That is not an Ed25519 public key") from error
        self.hex = hexadecimal.lower()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.hex == self.hex

    def __hash__(self) -> int:
        return hash(self.hex)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Refuse a wrong signature.

        Raises:
            SignatureError: if ``signature`` is not this key's over ``message``.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise SignatureError("The signature does not belong to this key") from error

    def words(self) -> list[str]:
        """Six words that two people can compare over the telephone."""
        return fingerprint_words(bytes.fromhex(self.hex))


class SigningKey:
    """An Ed25519 private key; its ``repr`` shows nothing of it."""

    def __init__(self, private: bytes | None = None) -> None:
        self._key = (
            Ed25519PrivateKey.from_private_bytes(private)
            if private
            else Ed25519PrivateKey.generate()
        )
        self.public = PublicKey(self._key.public_key().public_bytes_raw().hex())

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex[:8]}…)"

    def private_bytes(self) -> bytes:
        """The 32 secret bytes, to be written to a file of mode 0600 and nowhere else."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature (64 bytes) over ``message``."""
        return self._key.sign(message)


class Signed(NamedTuple):
    """What a verified request proves."""

    key_id: str
    key: PublicKey
    """Which of the keys of that name has signed."""
    digest: bytes
    """BLAKE3 that the body must have; whoever reads the body compares."""
    nonce: str
    created: int


def content_digest(digest: bytes) -> str:
    """The ``Content-Digest`` header for a BLAKE3 digest."""
    return f"blake3=:{base64.b64encode(digest).decode()}:"


def sign_request(
    key: SigningKey,
    key_id: str,
    method: str,
    path: str,
    *,
    query: str = "",
    digest: bytes | None = None,
    now: float | None = None,
) -> dict[str, str]:
    """Headers that sign one request.

    Args:
        key: The site's private key.
        key_id: The name under which the other side knows the key.
        method: HTTP method in upper case.
        path: Path without query.
        query: Query without the leading ``?``.
        digest: BLAKE3 of the body; None for an empty body.
        now: Seconds since the epoch; the clock when None.
    """
    digest_header = content_digest(digest if digest is not None else blake3(b"").digest())
    created = int(time.time() if now is None else now)
    params = (
        f'{_COVER};created={created};nonce="{secrets.token_hex(16)}";keyid="{key_id}";alg="ed25519"'
    )
    signature = key.sign(_base(method, path, query, digest_header, params))
    return {
        "Content-Digest": digest_header,
        "Signature-Input": f"fdd={params}",
        "Signature": f"fdd=:{base64.b64encode(signature).decode()}:",
    }


def verify_request(
    headers: Mapping[str, str],
    method: str,
    path: str,
    query: str,
    keys_of: Callable[[str], Sequence[PublicKey]],
    now: float | None = None,
) -> Signed:
    """Check the signature headers of a request. The caller records the nonce and refuses repeats.

    Args:
        headers: Request headers with lower-case names.
        method: HTTP method in upper case.
        path: Path without query, as received.
        query: Query without the leading ``?``, as received.
        keys_of: The public keys that are registered under a key id; any of them may sign.
        now: Seconds since the epoch; the clock when None.

    Raises:
        SignatureError: if headers are missing or malformed, the key is unknown or does not fit.
        ReplayError: if the request's time is more than ``TOLERANCE_SECONDS`` off.
    """
    given = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    digest = _DIGEST.fullmatch(headers.get("content-digest", ""))
    if given is None or signature is None or digest is None:
        raise SignatureError(
            "The request is not signed the way this protocol asks for",
            hint="Join first: fdd-client join",
        )
    offset = int(given["created"]) - (time.time() if now is None else now)
    if abs(offset) > TOLERANCE_SECONDS:
        raise ReplayError(
            f"The clocks differ by {abs(round(offset))} seconds",
            hint="Set the clock of this machine (NTP)",
            seconds=round(offset),
        )
    keys = keys_of(given["keyid"])
    if not keys:
        raise SignatureError("No such key is registered", hint="Join first: fdd-client join")
    message = _base(method, path, query, headers["content-digest"], given["params"])
    key = signer(keys, unbase64(signature["value"]), message)
    if key is None:
        raise SignatureError(
            "The signature does not belong to the registered key",
            hint="Check that this machine still holds the key it joined with",
        )
    digested, created = unbase64(digest["value"]), int(given["created"])
    return Signed(given["keyid"], key, digested, given["nonce"], created)


def signer(keys: Sequence[PublicKey], signature: bytes, message: bytes) -> PublicKey | None:
    """Which of ``keys`` has made a signature; None when none has."""
    for key in keys:
        with suppress(SignatureError):
            key.verify(signature, message)
            return key
    return None


def _base(method: str, path: str, query: str, digest: str, params: str) -> bytes:
    lines = (
        f'"@method": {method}',
        f'"@path": {path}',
        f'"@query": ?{query}',
        f'"content-digest": {digest}',
        f'"@signature-params": {params}',
    )
    return "\n".join(lines).encode()


def unbase64(text: str) -> bytes:
    """Decode base64; one value has one text, so that nobody can vary a signed message."""
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SignatureError("A signature is not valid base64") from error
    if base64.b64encode(value).decode() != text:
        raise SignatureError("A signature is not canonical base64")
    return value
