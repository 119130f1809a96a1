"""Handing tasks to sites."""

from __future__ import annotations

from fdd.core.ids import SiteId
from fdd.protocol.messages import Lease, LeaseRequest, Task, TaskKey
from fdd_server.kernel import Clock, Database, Notifier
from fdd_server.runs import task_repository
from fdd_server.runs.approvals import ApprovalDesk
from fdd_server.runs.events import SiteProgressed
from fdd_server.runs.topics import RUNS, work_for
from fdd_server.sites import SiteService

__all__ = ["LeaseDesk"]


class LeaseDesk:
    """Gives a site the task that it should do next.

    A site that asks again while it holds a lease has lost its work, so the task is leased anew
    with a higher fence, and the older lease can no longer commit.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        notifier: Notifier,
        approvals: ApprovalDesk,
        sites: SiteService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier
        self._approvals = approvals
        self._sites = sites

    def receive(self, site_id: SiteId, request: LeaseRequest) -> None:
        """Store the certificates of a request that are new."""
        if not request.certificates:
            return
        with self._database.read() as work:
            fresh = self._approvals.unknown_certificates(work, site_id, request.certificates)
        if not fresh:
            return
        with self._database.write() as work:
            for statement in fresh:
                self._approvals.accept_certificate(work, site_id, statement)
            work.after_commit(lambda: self._notifier.notify(RUNS))

    def lease(self, site_id: SiteId) -> Lease | None:
        """A lease, if there is a task for the site now."""
        with self._database.read() as work:
            if task_repository.candidate(work, site_id, self._clock()) is None:
                return None
            if self._sites.cordoned(work, site_id) is not None:
                return None
        now = self._clock()
        with self._database.write(durable=False) as work:
            found = task_repository.candidate(work, site_id, now)
            if found is None:
                return None
            fence = found.fence + 1
            task_repository.take_lease(work, found.key, site_id, fence, now)
            work.emit(SiteProgressed(found.key.run_id, site_id))
            cohort = task_repository.cohort(work, found.key)
        return Lease(task=Task.model_validate_json(found.task), fence=fence, cohort=cohort)

    def waits(self, site_id: SiteId) -> None:
        """Note that a site is still there, waiting for a task."""
        with self._database.write(durable=False) as work:
            self._sites.heard(work, site_id)

    def is_wanted(self, site_id: SiteId, key: TaskKey) -> bool:
        """Whether a reply of a site to a task would still be accepted."""
        with self._database.read() as work:
            found = task_repository.assignment(work, key, site_id)
        return found is not None and found.open

    def topic(self, site_id: SiteId) -> tuple[str, int]:
        """What to wait for, and how far it has come; ask before looking for a lease."""
        topic = work_for(site_id)
        return topic, self._notifier.seen(topic)
