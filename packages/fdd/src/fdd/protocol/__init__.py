"""Bytes between site and hub: messages, tensors, signatures, versions."""

from fdd.protocol.blobs import CHUNK_BYTES, BlobManifest, manifest_of
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd.protocol.signing import PublicKey, SigningKey, sign_request, verify_request
from fdd.protocol.statements import Approval, SignedStatement, open_statement, sign_statement
from fdd.protocol.versions import CURRENT, WINDOW, Window, negotiate

__all__ = [
    "CHUNK_BYTES",
    "CURRENT",
    "WINDOW",
    "Approval",
    "BlobManifest",
    "Phase",
    "PublicKey",
    "SignedStatement",
    "SigningKey",
    "Task",
    "TaskKey",
    "Window",
    "decode",
    "encode",
    "manifest_of",
    "negotiate",
    "open_statement",
    "sign_request",
    "sign_statement",
    "verify_request",
]
