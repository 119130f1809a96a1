"""Errors of the link protocol."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "BlobError",
    "CodecError",
    "DigestMismatchError",
    "ReplayError",
    "RosterError",
    "SignatureError",
    "UpdateRequiredError",
]


class CodecError(FddError):
    """Bytes that should be tensors are not, or not the expected ones."""

    code = "FDD-1101"
    status = 422
    exit_code = ExitCode.NO
    title = "The tensors cannot be read"


class SignatureError(FddError):
    """A request or object is unsigned, wrongly signed, or signed by an unknown key."""

    code = "FDD-1102"
    status = 401
    exit_code = ExitCode.REFUSED
    title = "The signature is not valid"
    advice = (
        "Sign with the key in force; if that was done, compare the fingerprint words of both sides"
    )


class ReplayError(FddError):
    """A signed request is too old, too new, or was seen before."""

    code = "FDD-1103"
    status = 401
    exit_code = ExitCode.CONFLICT
    title = "The request is stale or was sent twice"


class DigestMismatchError(FddError):
    """Bytes do not have the digest that was announced."""

    code = "FDD-1104"
    status = 422
    exit_code = ExitCode.CONFLICT
    title = "The content does not match its digest"


class UpdateRequiredError(FddError):
    """The two sides speak no common version of the protocol."""

    code = "FDD-1105"
    status = 426
    exit_code = ExitCode.REFUSED
    title = "This release speaks no common protocol version with the other side"


class BlobError(FddError):
    """A blob manifest is impossible, or a blob is not there."""

    code = "FDD-1106"
    status = 404
    exit_code = ExitCode.NO
    title = "The blob is not available"
    advice = "Ask again later; if it stays away, the operator looks: fdd-server doctor"


class RosterError(FddError):
    """A version of the roster does not follow the one before, or too few members signed it."""

    code = "FDD-1107"
    status = 422
    exit_code = ExitCode.REFUSED
    title = "The roster is refused"
    advice = "Compare its words with another member by telephone; see fdd-server doctor"
