"""What a site says to the hub, one method per message (see ``fdd.protocol.messages``)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from blake3 import blake3
from pydantic import BaseModel, ValidationError

from fdd.core.ids import BlobId
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.errors import BlobError, UpdateRequiredError
from fdd.protocol.messages import (
    ChunkList,
    Heartbeat,
    HeartbeatReply,
    Hello,
    JoinReply,
    JoinRequest,
    KeyReply,
    Lease,
    LeaseRequest,
    ProposedRuns,
    ReplyCommit,
    RosterVersions,
    RunReport,
    TaskKey,
)
from fdd.protocol.packing import ENCODING, PAYS_BELOW_MBIT, packed
from fdd.protocol.probe import probe
from fdd.protocol.signing import SigningKey, sign_request
from fdd.protocol.statements import SignedStatement
from fdd.protocol.versions import MEMBERSHIP, WINDOW, negotiate
from fdd.protocol.wire import wire
from fdd_client.link.errors import HubRefusedError
from fdd_client.link.transport import Transport

__all__ = ["Link"]

M = TypeVar("M", bound=BaseModel)
_ROOT: Final = "/link/v1"
_JOIN_KEY: Final = "join"
_NOT_UNPACKED: Final = {400, 415, 422}
"""How a packed chunk is refused by a hub, or something before it, that does not know packing."""


class Link:
    """Typed, signed requests of one site.

    Args:
        transport: The connection.
        key: The site's private key.
        site_id: The name of the key at the hub; ``join`` before the site has one.
    """

    def __init__(self, transport: Transport, key: SigningKey, site_id: str = _JOIN_KEY) -> None:
        self._transport = transport
        self._key = key
        self._site_id = site_id
        self.packs = False
        """Whether chunks are packed before they are sent."""

    def hello(self) -> Hello:
        """Who is there; refuses a hub that speaks no common protocol version.

        Raises:
            UpdateRequiredError: if there is no common version.
        """
        _, data = self._transport.request("GET", f"{_ROOT}/hello", {})
        hello = _parse(Hello, data)
        self._transport.protocol = negotiate(WINDOW, hello.protocol)
        return hello

    def join(self, request: JoinRequest) -> JoinReply:
        """Register the key that was born here, once, with a join code."""
        return _parse(JoinReply, self._post("/join", request))

    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply:
        """Say that this site lives."""
        return _parse(HeartbeatReply, self._post("/heartbeat", beat))

    def proposed(self) -> ProposedRuns:
        """The runs that concern this site."""
        return _parse(ProposedRuns, self._send("GET", "/runs"))

    def approve(self, statement: SignedStatement) -> None:
        """Hand in this site's signed decision about a run."""
        self._post("/approvals", statement)

    def lease(self, request: LeaseRequest) -> Lease | None:
        """Ask for work; None when there was none within the time asked for."""
        data = self._post("/leases", request)
        return _parse(Lease, data) if data else None

    def manifest(self, blob: BlobId) -> BlobManifest:
        """What a blob is made of."""
        manifest = _parse(BlobManifest, self._send("GET", f"/blobs/{blob}/manifest"))
        if manifest.id != blob:
            raise BlobError("The hub answered with another blob than was asked for")
        return manifest

    def fetch(self, manifest: BlobManifest, target: Path) -> None:
        """Get a blob into a file; a partly fetched one goes on where it was cut.

        Raises:
            DigestMismatchError: if a chunk is not what the manifest says.
        """
        draft = target.with_suffix(".part")
        with draft.open("r+b" if draft.exists() else "w+b", buffering=0) as file:
            have = os.fstat(file.fileno()).st_size
            for index, offset, length in manifest.spans():
                if have >= offset + length and _holds(
                    file.fileno(), manifest, index, offset, length
                ):
                    continue
                data = self._send("GET", f"/blobs/{manifest.id}/chunks/{index}")
                manifest.check_chunk(index, data)
                os.pwrite(file.fileno(), data, offset)
            os.ftruncate(file.fileno(), manifest.size)
        draft.replace(target)

    def send(
        self,
        key: TaskKey,
        manifest: BlobManifest,
        source: Path,
        sent: Callable[[int], None],
        *,
        again: bool = True,
    ) -> None:
        """Send the chunks of a reply that the hub does not have yet.

        Args:
            key: The task.
            manifest: Of the payload.
            source: The file of the payload.
            sent: Told the bytes that each chunk took on the line.
            again: Whether some may have been sent before; the hub is asked then.
        """
        stored = _parse(ChunkList, self._send("GET", self._reply(key))).chunks if again else {}
        if not manifest.size:
            return
        with source.open("rb", buffering=0) as file:
            for index, offset, length in manifest.spans():
                digest = manifest.chunks[index]
                if stored.get(index) == digest:
                    continue
                # A copy, not a mapped view: a cut connection's error would keep the view open.
                chunk = os.pread(file.fileno(), length, offset)
                sent(self._put(f"{self._reply(key)}/{index}", chunk, bytes.fromhex(digest)))

    def commit(self, key: TaskKey, reply: ReplyCommit) -> None:
        """Finish a reply. The same commit again is no error."""
        self._post(self._reply(key), reply)

    def leave(self) -> None:
        """Say that this site leaves for good; the hub accepts nothing of its key any more.

        Raises:
            UpdateRequiredError: if the hub speaks a version that does not know this.
        """
        self._require_membership("Ask the consortium's administrator to revoke this site")
        self._send("POST", "/leave")

    def use_key(self, key: SigningKey) -> None:
        """Sign with another key of this site from now on."""
        self._key = key

    def offer_key(self, statement: SignedStatement) -> KeyReply:
        """Bring a new key, in a statement that it has signed.

        Raises:
            UpdateRequiredError: if the hub speaks a version that does not know this.
        """
        self._require_membership("Wait until the hub was updated")
        return _parse(KeyReply, self._post("/keys", statement))

    def roster(self, after: int) -> RosterVersions:
        """Versions of the roster above ``after``; none from a hub that knows no rosters."""
        if self._transport.protocol < MEMBERSHIP:
            return RosterVersions(items=())
        return _parse(RosterVersions, self._send("GET", f"/roster/{after}"))

    def measure(self) -> tuple[float, float] | None:
        """Megabits a second to and from the hub; None where the hub cannot measure.

        From then on chunks are packed if the line is so slow that it pays.
        """
        if self._transport.protocol < MEMBERSHIP:
            return None
        body = probe()
        start = time.monotonic()
        self._send("PUT", "/probe", body)
        between = time.monotonic()
        size = len(self._send("GET", "/probe"))
        end = time.monotonic()
        upload, download = _mbit(len(body), between - start), _mbit(size, end - between)
        self.packs = upload < PAYS_BELOW_MBIT
        return upload, download

    def share_card(self, statement: SignedStatement) -> None:
        """Show a data card to the consortium, in a statement of this site.

        Raises:
            UpdateRequiredError: if the hub speaks a version that does not know this.
        """
        self._require_membership("Wait until the hub was updated")
        self._post("/cards", statement)

    def withdraw_card(self, handle: str) -> None:
        """Have the hub delete a data card; one that is not there is no error.

        Raises:
            UpdateRequiredError: if the hub speaks a version that does not know this.
        """
        self._require_membership("Wait until the hub was updated")
        self._send("POST", f"/cards/{handle}/withdrawal")

    def report(self, report: RunReport) -> None:
        """Share the value report; only called where the site's policy allows it."""
        self._post("/reports", report)

    def _reply(self, key: TaskKey) -> str:
        return f"/replies/{key.run_id}/{key.round}/{key.phase.value}"

    def _post(self, path: str, message: BaseModel) -> bytes:
        return self._send("POST", path, wire(message, self._transport.protocol))

    def _require_membership(self, hint: str) -> None:
        if self._transport.protocol < MEMBERSHIP:
            raise UpdateRequiredError("The hub's release is too old for this", hint=hint)

    def _put(self, path: str, chunk: bytes, digest: bytes) -> int:
        """Send a chunk, packed where that pays; the bytes that it took."""
        smaller = packed(chunk) if self.packs else None
        if smaller is not None:
            try:
                self._send("PUT", path, smaller, digest, encoding=ENCODING)
            except HubRefusedError as error:
                if error.http_status not in _NOT_UNPACKED:
                    raise
                self.packs = False
            else:
                return len(smaller)
        self._send("PUT", path, chunk, digest)
        return len(chunk)

    def _send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        digest: bytes | None = None,
        *,
        encoding: str = "",
    ) -> bytes:
        target = _ROOT + path
        digest = digest if digest is not None else blake3(body).digest()
        headers = sign_request(self._key, self._site_id, method, target, digest=digest)
        if method in {"POST", "PUT"}:
            kind = "application/octet-stream" if method == "PUT" else "application/json"
            headers |= {"Content-Type": kind, "Content-Length": str(len(body))}
        if encoding:
            headers |= {"Content-Encoding": encoding}
        _, data = self._transport.request(method, target, headers, body if len(body) else None)
        return data


def _holds(file: int, manifest: BlobManifest, index: int, offset: int, length: int) -> bool:
    return blake3(os.pread(file, length, offset)).hexdigest() == manifest.chunks[index]


def _mbit(size: int, seconds: float) -> float:
    return round(size * 8 / 1e6 / max(seconds, 1e-6), 1)


def _parse(model: type[M], data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise HubRefusedError(
            f"The hub's answer is not a {model.__name__}",
            status=502,
            problem_code="",
            hint="The two releases may not fit: compare fdd-client --version with the consortium's",
        ) from error
