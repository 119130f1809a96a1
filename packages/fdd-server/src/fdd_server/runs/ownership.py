"""Which process advances which run.

Ownership only spares work: correctness rests on the version of the stored state. A process renews
its claims twice a second; when it dies, its runs are free a few seconds later.
"""

from __future__ import annotations

import secrets
from typing import Final

from fdd.core.ids import RunId
from fdd_server.kernel import Clock, Database
from fdd_server.runs import repository

__all__ = ["RENEW_SECONDS", "Ownership"]

RENEW_SECONDS: Final = 0.5
_LIFETIME: Final = 2.5


class Ownership:
    """The claims of this process; those that are known to hold are not asked for again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._owner = secrets.token_hex(16)
        self._held: dict[RunId, float] = {}

    def begin(self) -> None:
        """Take over at once what a process that died has left, where there can be no other."""
        if self._database.is_sqlite:
            with self._database.write(durable=False) as work:
                repository.release_all_claims(work)

    def claim(self, run_id: RunId) -> bool:
        """Whether this process owns the run now, after trying to become its owner."""
        now = self._clock()
        if self._held.get(run_id, 0.0) > now:
            return True
        until = now + _LIFETIME
        with self._database.write(durable=False) as work:
            fence = repository.claim(work, run_id, self._owner, now, until)
        if fence is None:
            self._held.pop(run_id, None)
            return False
        self._held[run_id] = until
        return True

    def renew(self) -> None:
        """Go on owning what is still owned."""
        now = self._clock()
        held = [run for run, until in list(self._held.items()) if until > now]
        if not held:
            return
        with self._database.write(durable=False) as work:
            for run_id in held:
                if repository.claim(work, run_id, self._owner, now, now + _LIFETIME) is None:
                    self._held.pop(run_id, None)
        for run_id in held:
            if run_id in self._held:
                self._held[run_id] = now + _LIFETIME

    def ended(self, run_id: RunId) -> None:
        """Stop renewing the claim on a run that needs no owner any more."""
        self._held.pop(run_id, None)

    def release(self) -> None:
        """Give everything up, so that another process takes over at once."""
        self._held.clear()
        with self._database.write(durable=False) as work:
            repository.release_claims(work, self._owner)
