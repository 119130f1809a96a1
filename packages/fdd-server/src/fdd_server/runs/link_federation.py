"""The ``Federation`` whose sites come over the link."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

from fdd.core.ids import RunId, SiteId
from fdd.federation.port import Reply
from fdd.protocol.messages import Task, TaskKey
from fdd.rounds.state import UnknownRunError
from fdd_server.kernel import Clock, Database, Notifier, UnitOfWork
from fdd_server.projects import ProjectService
from fdd_server.runs import repository, task_repository
from fdd_server.runs.approvals import ApprovalDesk
from fdd_server.runs.topics import replies_to, work_for
from fdd_server.runs.uploads import UploadArea
from fdd_server.sites import Presence, SiteService

__all__ = ["LinkFederation"]

_LOOK: Final = 5.0
"""Seconds after which a waiter looks again, should news from another process be lost."""


class LinkFederation:
    """See ``fdd.federation.Federation``. Everything is in the database; nothing is remembered."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        notifier: Notifier,
        area: UploadArea,
        approvals: ApprovalDesk,
        sites: SiteService,
        projects: ProjectService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier
        self._area = area
        self._approvals = approvals
        self._sites = sites
        self._projects = projects

    def sites(self, run_id: RunId) -> Sequence[SiteId]:
        """Sites that are online, with a live approval and a passing certificate."""
        with self._database.read() as work:
            ready = self._approvals.ready(work, run_id)
            return [
                site.site_id
                for site in self._members(work, run_id)
                if site.state == "online" and site.site_id in ready
            ]

    def expected(self, run_id: RunId) -> Sequence[SiteId]:
        """Sites of member institutions that have not objected, and are not revoked nor unlisted."""
        with self._database.read() as work:
            against = self._approvals.objectors(work, run_id)
            return [
                site.site_id
                for site in self._members(work, run_id)
                if site.state not in {"revoked", "unlisted"} and site.site_id not in against
            ]

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """See ``Federation``."""
        with self._database.read() as work:
            if task_repository.is_known(work, task.key):
                return
        with self._database.write(durable=False) as work:  # else it is offered again
            if task_repository.offer(work, task, cohort, self._clock()):
                topics = [work_for(site_id) for site_id in cohort]
                work.after_commit(lambda: self._notifier.notify(*topics))

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``."""
        topic = replies_to(key)
        end = time.monotonic() + seconds
        while not self._notifier.closed:
            seen = self._notifier.seen(topic)
            with self._database.read() as work:
                if task_repository.count_replies(work, key) > known:
                    return
            left = end - time.monotonic()
            if left <= 0:
                return
            self._notifier.wait(topic, seen, min(left, _LOOK))

    def replies(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``."""
        with self._database.read() as work:
            return self._replies(work, key)

    def close(self, key: TaskKey, *, late: bool = False) -> Sequence[Reply]:
        """See ``Federation``."""
        with self._database.write() as work:
            task_repository.close(work, key, late=late)
            return self._replies(work, key)

    def late(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``."""
        with self._database.read() as work:
            found = task_repository.late_replies(work, key)
        return [Reply.model_validate_json(text) for text in found]

    def payload(
        self, key: TaskKey, reply: Reply, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes | memoryview]:
        """See ``Federation``."""
        if reply.payload is not None:
            end = reply.payload.size if stop is None else stop
            yield from self._area.read(key, reply.site, reply.payload, start, end)

    def forget(self, key: TaskKey) -> None:
        """See ``Federation``."""
        with self._database.write(durable=False) as work:
            task_repository.shut(work, key)
            task_repository.forget_chunks(work, key)
        self._area.forget(key)

    def _members(self, work: UnitOfWork, run_id: RunId) -> list[Presence]:
        project = repository.project_of(work, run_id)
        if project is None:
            raise UnknownRunError(run=run_id)
        members = self._projects.members(work, project)
        return [
            site
            for site in self._sites.presence(work)
            if members is None or site.institution_id in members
        ]

    def _replies(self, work: UnitOfWork, key: TaskKey) -> list[Reply]:
        return [Reply.model_validate_json(text) for text in task_repository.replies(work, key)]
