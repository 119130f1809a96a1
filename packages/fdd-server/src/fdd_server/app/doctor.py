"""A look at everything that can be wrong with a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from fdd.core.errors import FddError
from fdd.language import said, told
from fdd_server.app import migrate
from fdd_server.app.hub import Hub
from fdd_server.app.installation import open_hub
from fdd_server.kernel.tls import server_tls

__all__ = ["Finding", "examine"]

_SOON: Final = timedelta(days=30)
_LEAST_MIB: Final = 1024


class Finding(NamedTuple):
    """One thing that was looked at; ``error`` is what was met."""

    what: str
    good: bool
    detail: str
    hint: str = ""
    error: FddError | None = None

    def document(self) -> dict[str, object]:
        """The finding for a program."""
        return {
            "what": self.what,
            "good": self.good,
            "detail": self.detail,
            "hint": self.hint,
        }

    def line(self) -> str:
        """The finding for a person."""
        mark = "ok " if self.good else "BAD"
        detail, hint = told(self.detail), told(self.hint)
        if self.error is not None:
            detail, hint = said(self.error)
            detail = f"{detail} [{self.error.code}]"
        advice = f"\n      → {hint}" if hint and not self.good else ""
        return f"{mark} {told(self.what)}: {detail}{advice}"


def examine(folder: Path) -> list[Finding]:
    """All findings, good ones too."""
    try:
        hub = open_hub(folder)
    except FddError as error:
        return [_failed("settings", error)]
    try:
        return [
            Finding("settings", good=True, detail="valid"),
            Finding("hub's words", good=True, detail=" ".join(hub.keys.signing.public.words())),
            *_guard("database", lambda: _database(hub)),
            *_guard("roster", lambda: _roster(hub)),
            *_guard("certificate", lambda: _certificate(hub)),
            *_guard("disk", lambda: _disk(hub)),
            *_guard("storage", lambda: _storage(hub)),
            *_guard("secrets", lambda: _secrets(hub)),
        ]
    finally:
        hub.close()


def _failed(what: str, error: FddError) -> Finding:
    return Finding(what, good=False, detail=str(error), hint=error.hint, error=error)


def _guard(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except FddError as error:
        yield _failed(what, error)


def _database(hub: Hub) -> Iterator[Finding]:
    version, newest = migrate.current_version(hub.database), migrate.newest_version()
    yield Finding(
        "database",
        good=version == newest,
        detail=f"version {version or 'none'}, needed {newest}",
        hint="fdd-server migrate DIR",
    )
    if version != newest:
        return
    with hub.database.read() as work:
        holds = hub.audit.verify(work)
    yield Finding(
        "audit log",
        good=holds,
        detail="the chain holds" if holds else "the chain is broken",
        hint="Somebody changed the audit log: restore it from a backup and find out who",
    )


def _roster(hub: Hub) -> Iterator[Finding]:
    if migrate.current_version(hub.database) != migrate.newest_version():
        return
    with hub.database.read() as work:
        view = hub.rosters.view(work)
    detail = {
        "none": "none: every site that joins takes part",
        "broken": "the stored versions do not hold, so no site takes part",
        "in_force": f"version {view.version} · {' '.join(view.fingerprint_words)}",
    }[view.state]
    if view.unlisted:
        detail += f" · not listed: {', '.join(view.unlisted)}"
    yield Finding(
        "roster",
        good=view.state != "broken",
        detail=detail,
        hint="Somebody changed the database: restore it from a backup and find out who",
    )


def _certificate(hub: Hub) -> Iterator[Finding]:
    tls = server_tls(hub.home, hub.settings.tls)
    tls.check()
    ends = tls.expires_at()
    yield Finding(
        "certificate",
        good=ends - datetime.now(UTC) > _SOON,
        detail=f"valid until {ends:%Y-%m-%d}",
        hint="Renew it; sites that pin the authority notice nothing",
    )


def _disk(hub: Hub) -> Iterator[Finding]:
    free = shutil.disk_usage(hub.home.root).free >> 20
    yield Finding(
        "disk",
        good=free > _LEAST_MIB,
        detail=f"{free} MiB free",
        hint="Each round needs the model's size times the number of sites, and 64 MiB in reserve",
    )


def _storage(hub: Hub) -> Iterator[Finding]:
    if hub.settings.storage.url:
        from fdd.storage.s3 import S3Store

        if isinstance(hub.store, S3Store):
            hub.store.check()
        yield Finding("storage", good=True, detail=f"{hub.settings.storage.url}: writes and reads")


def _secrets(hub: Hub) -> Iterator[Finding]:
    home = hub.home
    secret = [*home.keys.glob("*.key"), *home.tls.glob("*.key")]
    if home.root.stat().st_mode & 0o077:  # a closed folder keeps what is in it
        secret += [*home.root.glob("*.sqlite3*"), home.blobs, home.uploads]
    readable = sorted(path.name for path in secret if path.stat().st_mode & 0o077)
    yield Finding(
        "secrets",
        good=not readable,
        detail=f"others can read {', '.join(readable)}" if readable else "only their owner reads",
        hint=f"chmod -R go= {home.root.name}",
    )
