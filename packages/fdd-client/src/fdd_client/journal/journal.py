"""An append-only chain of entries: a changed, removed or reordered entry breaks it.

One JSON object a line. Each entry holds the digest of the one before, so the owner can prove that
the journal is complete up to the last digest that somebody else has seen.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.core.canonical import canonical_digest
from fdd.core.errors import ExitCode, FddError

__all__ = ["Entry", "Journal", "JournalError"]

Kind = Literal[
    "update", "metrics", "report", "approval", "certificate", "card", "withdrawal", "registration"
]
_START: Final = "0" * 64


class JournalError(FddError):
    """The journal was changed behind the client's back, or cannot be written."""

    code = "FDD-3301"
    status = 409
    exit_code = ExitCode.NO
    title = "The journal is not intact"


class Entry(BaseModel):
    """One object that left, or was about to.

    Attributes:
        kind: ``update`` tensors, ``metrics``, ``report``, ``approval``, ``certificate`` (counts of
            molecules and findings), ``card`` (what others may see of a dataset), ``withdrawal`` of
            a card, ``registration``.
        recipient: Who can read it.
        bytes: Size on the wire.
        tensors: Names of the tensors, when there are any.
        norm: Euclidean norm of what the tensors encode; None without tensors.
        sealed: Whether the recipient can read it only as part of a sum.
        digest: Of the content.
        previous: Hash of the entry before.
        hash: Over all other fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int
    time: float
    run_id: str | None
    round: int | None
    phase: str | None
    kind: Kind
    recipient: str
    bytes: int
    tensors: tuple[str, ...] = ()
    norm: float | None = None
    sealed: bool = False
    digest: str
    previous: str
    hash: str


class Journal:
    """The journal file of a site. One process appends at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._last: tuple[int, str] | None = None

    def append(
        self,
        kind: Kind,
        *,
        recipient: str,
        size: int,
        digest: str,
        run_id: str | None = None,
        round_number: int | None = None,
        phase: str | None = None,
        tensors: tuple[str, ...] = (),
        norm: float | None = None,
        sealed: bool = False,
    ) -> Entry:
        """Write an entry and sync it, before what it describes is sent.

        Raises:
            JournalError: if it cannot be written; then nothing may be sent.
        """
        with self._lock:
            if self._last is None:
                self._last = self._find_last()
            seq, previous = self._last
            draft = Entry(
                seq=seq + 1,
                time=time.time(),
                run_id=run_id,
                round=round_number,
                phase=phase,
                kind=kind,
                recipient=recipient,
                bytes=size,
                tensors=tensors,
                norm=norm,
                sealed=sealed,
                digest=digest,
                previous=previous,
                hash="",
            )
            entry = draft.model_copy(update={"hash": canonical_digest(draft)})
            try:
                self._write(entry.model_dump_json().encode() + b"\n")
            except OSError as error:
                self._last = None  # a half-written line is found and cut off by the next entry
                raise JournalError(
                    f"The journal cannot be written: {error.strerror}",
                    hint="Free some disk space; nothing was sent",
                ) from error
            self._last = (entry.seq, entry.hash)
            return entry

    def _write(self, line: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            before = os.fstat(handle).st_size
            if os.write(handle, line) != len(line):
                os.ftruncate(handle, before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Entries with a number above ``after``; a last line that is not finished is not one yet.

        Raises:
            JournalError: at the first line that is not an entry.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    entry = Entry.model_validate_json(line)
                except ValidationError as error:
                    raise JournalError(
                        f"Line {number} of the journal is damaged",
                        hint="Keep the file as evidence and tell the security officer",
                        line=number,
                    ) from error
                if entry.seq > after:
                    yield entry

    def verify(self) -> int:
        """Check the chain; the number of entries.

        Raises:
            JournalError: naming the first entry that does not fit.
        """
        seq, previous = 0, _START
        for entry in self.entries():
            expected = canonical_digest(entry.model_copy(update={"hash": ""}))
            if (entry.seq, entry.previous, entry.hash) != (seq + 1, previous, expected):
                raise JournalError(
                    f"Entry {entry.seq} does not continue the chain",
                    hint="Keep the file as evidence and tell the security officer",
                    entry=entry.seq,
                )
            seq, previous = entry.seq, entry.hash
        return seq

    def _find_last(self) -> tuple[int, str]:
        """The end of the chain; a half-written last line (a crash) is cut off.

        What it described had not left: an entry is synced before anything is sent.
        """
        if not self._path.exists():
            return 0, _START
        data = self._path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) != len(data):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        seq, last = 0, _START
        for entry in self.entries():
            seq, last = entry.seq, entry.hash
        return seq, last
