"""The link's routes for sites that have joined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fdd.core.ids import BlobId, SiteId
from fdd.protocol.blobs import CHUNK_BYTES, BlobManifest
from fdd.protocol.errors import BlobError
from fdd.protocol.messages import (
    ChunkList,
    Heartbeat,
    HeartbeatReply,
    Lease,
    LeaseRequest,
    ProposedRuns,
    ReplyCommit,
    RunReport,
    TaskKey,
)
from fdd.protocol.packing import ENCODING, Unpacker
from fdd.protocol.statements import SignedStatement
from fdd_server.kernel import Clock, Database, Notifier
from fdd_server.kernel.errors import RequestError, TooLargeError
from fdd_server.kernel.link import (
    Admitted,
    Call,
    Link,
    LinkRoute,
    message_response,
)
from fdd_server.registry import ModelRegistry
from fdd_server.runs import task_repository
from fdd_server.runs.approvals import ApprovalDesk
from fdd_server.runs.errors import NotAssignedError
from fdd_server.runs.leases import LeaseDesk
from fdd_server.runs.replies import ChunkPlace, ReplyDesk
from fdd_server.runs.reports import ReportDesk
from fdd_server.runs.topics import RUNS
from fdd_server.runs.uploads import Draft
from fdd_server.sites import SiteService
from fdd_server.sites.rosters import RosterBook

__all__ = ["RunLink"]

_PIECE: Final = 256 << 10
_BATCH: Final = 1 << 20
"""Bytes of an upload that are handed to a thread at once."""
_LOOK: Final = 5.0
"""Seconds after which a waiting request looks again, should news from another process be lost."""
_SIGN_OF_LIFE: Final = 5.0
_BLOB: Final = "/link/v1/blobs/{blob}"
_REPLY: Final = "/link/v1/replies/{run}/{round}/{phase}"


class RunLink:
    """Answers the sites of runs."""

    def __init__(
        self,
        link: Link,
        *,
        database: Database,
        clock: Clock,
        notifier: Notifier,
        sites: SiteService,
        rosters: RosterBook,
        registry: ModelRegistry,
        approvals: ApprovalDesk,
        leases: LeaseDesk,
        replies: ReplyDesk,
        reports: ReportDesk,
    ) -> None:
        self._link = link
        self._database = database
        self._clock = clock
        self._notifier = notifier
        self._sites = sites
        self._rosters = rosters
        self._registry = registry
        self._approvals = approvals
        self._leases = leases
        self._replies = replies
        self._reports = reports

    def routes(self) -> list[LinkRoute]:
        """The routes of this slice."""
        link = self._link
        return [
            link.message("POST", "/link/v1/heartbeat", self._heartbeat, unlisted=True),
            link.message("GET", "/link/v1/runs", self._proposed),
            link.message("POST", "/link/v1/approvals", self._decide),
            link.waiting("/link/v1/leases", self._ask, self._lease),
            link.message("GET", _BLOB + "/manifest", self._manifest),
            link.stream(
                "GET", _BLOB + "/chunks/{index}", self._find_chunk, self._get_chunk, most_bytes=0
            ),
            link.message("GET", _REPLY, self._stored),
            link.message("POST", _REPLY, self._commit),
            link.stream(
                "PUT",
                _REPLY + "/{index}",
                self._begin_chunk,
                self._put_chunk,
                most_bytes=CHUNK_BYTES,
            ),
            link.message("POST", "/link/v1/reports", self._report),
            link.message("POST", "/link/v1/leave", self._leave, unlisted=True),
        ]

    # -- on a thread -------------------------------------------------------------------------

    def _heartbeat(self, call: Call) -> HeartbeatReply:
        beat = call.message(Heartbeat)
        with self._database.write(durable=False) as work:
            self._sites.heartbeat(work, call.site_id, beat)
            cordoned = self._sites.cordoned(work, call.site_id)
            roster = self._rosters.standing(work).roster
            revision = self._approvals.revision(work, call.site_id)
        wanted = beat.task is not None and self._leases.is_wanted(call.site_id, beat.task)
        return HeartbeatReply(
            time=self._clock(),
            task_open=wanted,
            runs_revision=revision,
            roster=roster.version if roster is not None else 0,
            cordoned=cordoned,
        )

    def _proposed(self, call: Call) -> ProposedRuns:
        with self._database.read() as work:
            return self._approvals.proposed(work, call.site_id, call.version)

    def _decide(self, call: Call) -> None:
        statement = call.message(SignedStatement)
        with self._database.write() as work:
            self._approvals.decide(work, call.site_id, statement)

    def _ask(self, call: Call) -> Look:
        asked = call.message(LeaseRequest)
        self._leases.receive(call.site_id, asked)
        return self._look(call.site_id, asked.wait_seconds)

    def _look(self, site_id: SiteId, wait_seconds: float) -> Look:
        topic, seen = self._leases.topic(site_id)  # before the look, so that no news is missed
        return Look(self._leases.lease(site_id), topic, seen, wait_seconds)

    def _manifest(self, call: Call) -> BlobManifest:
        blob = call.path["blob"]
        self._require_readable(call.site_id, blob)
        return self._registry.manifest(blob)

    def _find_chunk(self, admitted: Admitted, path: Mapping[str, str], _size: int) -> bytes:
        blob, index = path["blob"], _index(path)
        self._require_readable(admitted.site_id, blob)
        if index >= len(self._registry.manifest(blob).chunks):
            raise BlobError(f"There is no chunk {index}", blob=blob, chunk=index)
        return self._registry.chunk(blob, index)

    def _stored(self, call: Call) -> ChunkList:
        return self._replies.stored(call.site_id, _task_key(call.path))

    def _begin_chunk(
        self, admitted: Admitted, path: Mapping[str, str], size: int
    ) -> Incoming | None:
        place = self._replies.place(admitted.site_id, _task_key(path), _index(path))
        if place.stored == admitted.digest.hex():
            return None
        draft = self._replies.draft(place, size)
        return Incoming(self._link, self._replies, place, draft, admitted.digest, size)

    def _commit(self, call: Call) -> None:
        self._replies.commit(call.site_id, _task_key(call.path), call.message(ReplyCommit))

    def _report(self, call: Call) -> None:
        report = call.message(RunReport)
        with self._database.write() as work:
            self._reports.share(work, call.site_id, report)

    def _leave(self, call: Call) -> None:
        with self._database.write() as work:
            self._sites.leave(work, call.site_id)
            work.after_commit(lambda: self._notifier.notify(RUNS))

    def _require_readable(self, site_id: SiteId, blob: BlobId) -> None:
        with self._database.read() as work:
            if not task_repository.may_read(work, site_id, blob, self._clock()):
                raise BlobError(
                    "There is no such blob for this site",
                    hint="A site reads the models of runs that it has approved",
                )

    # -- on the event loop -------------------------------------------------------------------

    async def _lease(self, request: Request, admitted: Admitted, look: Look) -> Response:
        loop = asyncio.get_running_loop()
        end = loop.time() + look.wait_seconds
        sign = loop.time() + _SIGN_OF_LIFE
        while True:
            left = end - loop.time()
            if look.found is not None or left <= 0 or self._notifier.closed:
                return message_response(look.found, admitted.version)
            await self._notifier.wait_async(look.topic, look.seen, min(left, _LOOK))
            if await request.is_disconnected():
                return Response(status_code=204)
            if loop.time() >= sign:
                sign = loop.time() + _SIGN_OF_LIFE
                await self._link.work(self._leases.waits, admitted.site_id)
            look = await self._link.work(self._look, admitted.site_id, look.wait_seconds)

    async def _get_chunk(self, _request: Request, _admitted: Admitted, chunk: bytes) -> Response:
        return ChunkResponse(chunk, media_type="application/octet-stream")

    async def _put_chunk(
        self, request: Request, _admitted: Admitted, incoming: Incoming | None
    ) -> Response:
        if incoming is None:
            await _skip_body(request)
        else:
            await incoming.receive(request)
        return Response(status_code=204)


class ChunkResponse(Response):
    """A chunk, sent piece by piece: a slow line holds a few pieces in memory, not the chunk."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """See ``Response``."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        view = memoryview(self.body)
        for begin in range(0, len(view), _PIECE):
            end = begin + _PIECE
            more = end < len(view)
            await send({"type": "http.response.body", "body": view[begin:end], "more_body": more})


@dataclass(frozen=True)
class Incoming:
    """A chunk whose bytes are about to come in."""

    link: Link
    replies: ReplyDesk
    place: ChunkPlace
    draft: Draft
    digest: bytes
    size: int

    async def receive(self, request: Request) -> None:
        """Unpack, hash and write the body in batches on a thread while the next one comes in, then
        store the chunk.

        Raises:
            TooLargeError: if the body is longer than announced.
            RequestError: if the site went away, or packed the body in a way that is not known here.
            CodecError: if the packed body is none.
        """
        writing: asyncio.Future[None] | None = None
        try:
            unpack = _unpacker(request)
            batch: list[bytes] = []
            waiting = received = 0
            async for piece in request.stream():
                batch.append(piece)
                waiting += len(piece)
                received += len(piece)
                if received > self.size:
                    raise TooLargeError(f"The body is longer than the {self.size} bytes announced")
                if waiting >= _BATCH:
                    if writing is not None:
                        await writing
                    writing = asyncio.ensure_future(self.link.work(self._write, batch, unpack))
                    batch, waiting = [], 0
            if writing is not None:
                await writing
            await self.link.work(self._finish, batch, unpack)
        except ClientDisconnect as error:
            raise RequestError("The site went away while it sent a chunk") from error
        finally:
            if writing is not None and not writing.done():
                await asyncio.wait([writing])
            self.draft.close()

    def _write(self, pieces: list[bytes], unpack: Unpacker | None) -> None:
        self.draft.write(pieces if unpack is None else unpack(pieces))

    def _finish(self, pieces: list[bytes], unpack: Unpacker | None) -> None:
        self._write(pieces, unpack)
        if unpack is not None:
            unpack.finish()
        size = self.size if unpack is None else unpack.size
        self.replies.keep(self.place, self.draft, self.digest, size)


@dataclass(frozen=True)
class Look:
    """What a site that asks for work was found, and what to wait for if that is nothing.

    ``seen`` is how far ``topic`` had come before the look.
    """

    found: Lease | None
    topic: str
    seen: int
    wait_seconds: float


def _unpacker(request: Request) -> Unpacker | None:
    encoding = request.headers.get("content-encoding")
    if encoding is None:
        return None
    if encoding != ENCODING:
        raise RequestError(
            "The body is packed in a way that is not known here",
            hint=f"Send it as it is, or as {ENCODING}",
        )
    return Unpacker(CHUNK_BYTES)


async def _skip_body(request: Request) -> None:
    try:
        async for _ in request.stream():
            pass
    except ClientDisconnect as error:
        raise RequestError("The site went away while it sent a chunk") from error


def _task_key(path: Mapping[str, str]) -> TaskKey:
    try:
        return TaskKey.model_validate(
            {"run_id": path["run"], "round": path["round"], "phase": path["phase"]}
        )
    except ValidationError:
        raise NotAssignedError("There is no such task for this site") from None


def _index(path: Mapping[str, str]) -> int:
    text = path["index"]
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise NotAssignedError("A chunk is named by a number")
    return int(text)
