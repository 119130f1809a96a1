"""Receiving replies: chunks, then one commit. Exactly one reply per task and site is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fdd.core.canonical import canonical_digest
from fdd.core.ids import Digest, SiteId
from fdd.federation.port import Reply
from fdd.protocol.blobs import CHUNK_BYTES, BlobManifest
from fdd.protocol.messages import ChunkList, ReplyCommit, Task, TaskKey
from fdd_server.kernel import Clock, Database, Notifier, UnitOfWork, utc
from fdd_server.kernel.upsert import add, insert_or_replace
from fdd_server.runs import task_repository
from fdd_server.runs.errors import (
    ConflictingReplyError,
    IncompleteReplyError,
    LateReplyError,
    NotAssignedError,
    NotLeasedError,
    PayloadSizeError,
    StaleLeaseError,
)
from fdd_server.runs.events import SiteProgressed
from fdd_server.runs.models import ChunkRow, ReplyRow
from fdd_server.runs.task_repository import Assignment
from fdd_server.runs.topics import RUNS, replies_to
from fdd_server.runs.uploads import Draft, UploadArea

__all__ = ["ChunkPlace", "ReplyDesk"]

_HEAD_ALLOWANCE: Final = 1 << 20
"""Bytes by which an update may be longer than its model: names of weights, and padding."""


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk belongs, decided before its bytes are read."""

    key: TaskKey
    site_id: SiteId
    index: int
    stored: Digest | None
    """Digest of the chunk that is there already."""
    awaited: int = 0
    """Bytes that an answer of this task is still expected to bring, this chunk's included."""


class ReplyDesk:
    """Receives replies of sites."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        notifier: Notifier,
        area: UploadArea,
        most_bytes: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier
        self._area = area
        self._most_bytes = most_bytes

    def stored(self, site_id: SiteId, key: TaskKey) -> ChunkList:
        """The chunks of a reply that are there.

        Raises:
            NotAssignedError: if the task is not one of the site's.
        """
        with self._database.read() as work:
            if task_repository.assignment(work, key, site_id) is None:
                raise _not_assigned(key)
            found = task_repository.chunks(work, key, site_id)
        return ChunkList(chunks={index: digest for index, (digest, _) in found.items()})

    def place(self, site_id: SiteId, key: TaskKey, index: int) -> ChunkPlace:
        """Decide whether a chunk is welcome.

        Raises:
            NotAssignedError: if the task is not one of the site's.
            LateReplyError: if it is closed.
            ConflictingReplyError: if the site has answered it.
            NotLeasedError: if the site has not leased it.
            PayloadSizeError: if it asks for no payload, or for a smaller one.
        """
        with self._database.read() as work:
            found = self._open_assignment(work, key, site_id)
            if not found.open:
                raise ConflictingReplyError("This task was answered", task=str(key))
            stored = task_repository.chunks(work, key, site_id)
        most = self._most(found.task)
        if found.task.arithmetic is None or not 0 <= index * CHUNK_BYTES < most:
            raise PayloadSizeError(
                f"Chunk {index} is more than this task asks for", task=str(key), most_bytes=most
            )
        model = found.task.model
        awaited = model.size - sum(size for _, size in stored.values()) if model is not None else 0
        known = stored[index][0] if index in stored else None
        return ChunkPlace(key, site_id, index, known, max(awaited, 0))

    def draft(self, place: ChunkPlace, size: int) -> Draft:
        """Begin to receive a chunk.

        Raises:
            StorageFullError: if it, or the rest of the answer, does not fit.
        """
        self._area.require_room(max(size, place.awaited))
        return self._area.draft(place.key, place.site_id, place.index, size)

    def keep(self, place: ChunkPlace, draft: Draft, digest: bytes, size: int) -> None:
        """Store a chunk that was received whole.

        Raises:
            DigestMismatchError: if it is not the signed one.
            LateReplyError: if the task was closed meanwhile.
        """
        key = place.key
        name = draft.keep(digest)
        with self._database.write(durable=False) as work:
            # The task may have been closed and its files deleted while the bytes came in.
            found = self._open_assignment(work, key, place.site_id)
            if not found.open:
                raise ConflictingReplyError("This task was answered", task=str(key))
            insert_or_replace(
                work,
                ChunkRow,
                run_id=key.run_id,
                round=key.round,
                phase=key.phase.value,
                site_id=place.site_id,
                number=place.index,
                digest=name,
                size=size,
            )
        if place.stored is not None and place.stored != name:
            self._area.discard(key, place.site_id, place.index, place.stored)

    def commit(self, site_id: SiteId, key: TaskKey, message: ReplyCommit) -> None:
        """Accept a reply, once. The same reply again is no error, whenever it comes.

        Raises:
            NotAssignedError: if the task is not one of the site's.
            ConflictingReplyError: if another reply was accepted.
            LateReplyError: if the task is closed.
            StaleLeaseError: if a newer lease exists.
            NotLeasedError: if there is no lease.
            PayloadSizeError: if the payload does not fit the task.
            IncompleteReplyError: if its chunks are not all there.
        """
        content = canonical_digest(message.model_copy(update={"fence": 1}))
        payload = message.payload
        synced = payload is None or self._area.sync(key, site_id, payload)
        with self._database.write() as work:
            # Locked first: the same commit may be under way a second time.
            assignment = task_repository.assignment(work, key, site_id, lock=True)
            if self._answered(work, key, site_id, content):
                return
            found = _open(assignment, key)
            self._check(found, key, message)
            if payload is not None:
                self._require_chunks(work, key, site_id, payload)
            if synced:
                self._accept(work, key, site_id, message, content, late=found.closed)
            else:  # chunks whose files are gone are forgotten, so that they come again
                task_repository.forget_chunks_of(work, key, site_id)
        if not synced:
            raise IncompleteReplyError(
                "Chunks that were stored are gone from the disk",
                hint="Ask which chunks are stored and send the others",
                task=str(key),
            )

    def recover(self) -> list[tuple[TaskKey, SiteId]]:
        """Ask again for replies whose bytes are gone, as after a restore without them.

        A reply to a closed task is a fact; the round counts without it.

        Returns:
            Whose replies were taken back.
        """
        with self._database.read() as work:
            found = task_repository.open_replies(work)
        lost = []
        for key, text in found:
            reply = Reply.model_validate_json(text)
            if reply.payload is None or self._area.holds(key, reply.site, reply.payload):
                continue
            with self._database.write() as work:
                assignment = task_repository.assignment(work, key, reply.site, lock=True)
                if assignment is None or assignment.closed:
                    continue  # another hub went on with it, and the files were no longer needed
                task_repository.take_back(work, key, reply.site)
            lost.append((key, reply.site))
        return lost

    def _accept(
        self,
        work: UnitOfWork,
        key: TaskKey,
        site_id: SiteId,
        message: ReplyCommit,
        content: Digest,
        *,
        late: bool,
    ) -> None:
        reply = Reply(
            site=site_id,
            status=message.status,
            reason=message.reason,
            payload=message.payload,
            metrics=message.metrics,
            rows=message.rows,
        )
        add(
            work,
            ReplyRow,
            run_id=key.run_id,
            round=key.round,
            phase=key.phase.value,
            site_id=site_id,
            content=content,
            late=late,
            received_at=utc(self._clock()),
            bytes=message.payload.size if message.payload is not None else 0,
            status=message.status,
            reason=message.reason,
            sandbox_level=message.sandbox_level,
            reply=reply.model_dump_json(),
        )
        task_repository.answered(work, key, site_id)
        work.emit(SiteProgressed(key.run_id, site_id))
        complete = not task_repository.is_awaited(work, key)
        topics = (RUNS, replies_to(key)) if complete else (replies_to(key),)
        work.after_commit(lambda: self._notifier.notify(*topics))

    def _answered(self, work: UnitOfWork, key: TaskKey, site_id: SiteId, content: Digest) -> bool:
        stored = task_repository.reply_content(work, key, site_id)
        if stored is not None and stored != content:
            raise ConflictingReplyError(
                "This site has answered the task with something else", task=str(key)
            )
        return stored is not None

    def _open_assignment(self, work: UnitOfWork, key: TaskKey, site_id: SiteId) -> Assignment:
        return _open(task_repository.assignment(work, key, site_id), key)

    def _check(self, found: Assignment, key: TaskKey, message: ReplyCommit) -> None:
        if message.fence != found.fence:
            raise StaleLeaseError(
                "Another process of this site has leased the task since",
                hint="Run one client per site",
                task=str(key),
            )
        wanted = message.status == "done" and found.task.arithmetic is not None
        if wanted != (message.payload is not None):
            raise PayloadSizeError(
                "A payload is missing" if wanted else "There must be no payload", task=str(key)
            )
        if message.payload is not None and message.payload.size > self._most(found.task):
            raise PayloadSizeError(
                "The payload is larger than an update of this model", task=str(key)
            )

    def _most(self, task: Task) -> int:
        if task.model is None:
            return self._most_bytes
        return min(self._most_bytes, task.model.size + _HEAD_ALLOWANCE)

    def _require_chunks(
        self, work: UnitOfWork, key: TaskKey, site_id: SiteId, payload: BlobManifest
    ) -> None:
        """The identifier of the payload is the hash of its chunk digests, which the message has
        proved; so it is enough that each stored chunk has the digest and size named there."""
        stored = task_repository.chunks(work, key, site_id)
        for index, _, size in payload.spans():
            if stored.get(index) != (payload.chunks[index], size):
                raise IncompleteReplyError(
                    f"Chunk {index} is missing or another",
                    hint="Ask which chunks are stored and send the others",
                    task=str(key),
                    chunk=index,
                )


def _open(found: Assignment | None, key: TaskKey) -> Assignment:
    if found is None:
        raise _not_assigned(key)
    if found.closed and not found.open:
        raise LateReplyError(
            "The task was closed before this reply was complete",
            hint="Nothing is to be done: ask for the next task",
            task=str(key),
        )
    if found.fence == 0:
        raise NotLeasedError("Lease the task first", task=str(key))
    return found


def _not_assigned(key: TaskKey) -> NotAssignedError:
    return NotAssignedError("There is no such task for this site", task=str(key))
