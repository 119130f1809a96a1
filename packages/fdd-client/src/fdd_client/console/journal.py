"""What has left the site, readable as a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from fdd_client.journal import Entry, Journal, JournalError
from fdd_client.settings import SiteFolder

__all__ = ["journal_routes"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JournalLine(_Answer):
    """One object that left; ``tensors`` is their number, None without any."""

    seq: int
    time: datetime
    run_id: str | None
    round: int | None
    phase: str | None
    kind: str
    bytes: int
    tensors: int | None
    norm: float | None
    sealed: bool
    digest: str
    recipient: str
    hash: str


class JournalPage(_Answer):
    """Newer entries, and whether the whole chain is intact."""

    items: tuple[JournalLine, ...]
    chain_ok: bool


class _Chain:
    """Whether the chain is intact, checked anew only when the file has changed."""

    def __init__(self, folder: SiteFolder) -> None:
        self._path = folder.journal
        self._seen: tuple[int, int, bool] | None = None

    def intact(self) -> bool:
        if not self._path.exists():
            return True
        found = self._path.stat()
        if self._seen is None or self._seen[:2] != (found.st_size, found.st_mtime_ns):
            try:
                Journal(self._path).verify()
            except JournalError:
                self._seen = (found.st_size, found.st_mtime_ns, False)
            else:
                self._seen = (found.st_size, found.st_mtime_ns, True)
        return self._seen[2]


def journal_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the journal page."""
    router = APIRouter()
    chain = _Chain(folder)

    @router.get("/journal")
    def read_journal(after: Annotated[int, Query(ge=0)] = 0) -> JournalPage:
        items: list[JournalLine] = []
        intact = chain.intact()
        try:
            items.extend(_line(entry) for entry in Journal(folder.journal).entries(after))
        except JournalError:
            intact = False
        return JournalPage(items=tuple(items), chain_ok=intact)

    return router


def _line(entry: Entry) -> JournalLine:
    return JournalLine(
        seq=entry.seq,
        time=datetime.fromtimestamp(entry.time, UTC),
        run_id=entry.run_id,
        round=entry.round,
        phase=entry.phase,
        kind=entry.kind,
        bytes=entry.bytes,
        tensors=len(entry.tensors) or None,
        norm=entry.norm,
        sealed=entry.sealed,
        digest=entry.digest,
        recipient=entry.recipient,
        hash=entry.hash,
    )
