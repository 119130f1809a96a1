"""One server, put together from its slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from fdd.storage import BlobStore, DirectoryStore
from fdd_server.accounts import AccountService
from fdd_server.audit import AuditLog
from fdd_server.datasets import CardDesk
from fdd_server.drafts import DraftDesk
from fdd_server.kernel import Clock, Database, EventBus, Home, Notifier, ServerSettings
from fdd_server.kernel.errors import NotInitialisedError
from fdd_server.kernel.keys import HubKeys
from fdd_server.kernel.link import Link
from fdd_server.monitoring import Feed, SqlTracker
from fdd_server.predictions import ReleaseDesk
from fdd_server.predictions.process import Predictors
from fdd_server.projects import ProjectService
from fdd_server.registry import ModelRegistry
from fdd_server.runs import RunService
from fdd_server.runs.admission import Admission
from fdd_server.runs.approvals import ApprovalDesk
from fdd_server.runs.driver import RunDriver, RunEngine
from fdd_server.runs.leases import LeaseDesk
from fdd_server.runs.link_federation import LinkFederation
from fdd_server.runs.ownership import Ownership
from fdd_server.runs.replies import ReplyDesk
from fdd_server.runs.reports import ReportDesk
from fdd_server.runs.states import SqlRunStates
from fdd_server.runs.uploads import UploadArea
from fdd_server.runs.views import RunViews
from fdd_server.sites import SiteService
from fdd_server.sites.events import RosterPublished, SiteGone, SiteReplaced
from fdd_server.sites.gate import SiteGate
from fdd_server.sites.joining import JoiningDesk
from fdd_server.sites.keys import KeyDesk
from fdd_server.sites.rosters import RosterBook

if TYPE_CHECKING:
    from fdd_server.kernel.replicas import ReplicaNews

__all__ = ["Hub"]

_DAY: Final = 86_400.0

_log = structlog.get_logger(__name__)


class Hub:
    """The parts of a server, by name. It listens nowhere; ``fdd_server.app.serve`` does.

    Args:
        home: The folder of the installation.
        settings: Its settings.
        clock: The time.

    Raises:
        NotInitialisedError: if the folder holds no installation.
        DatabaseError: if the database cannot be reached.
    """

    def __init__(self, home: Home, settings: ServerSettings, clock: Clock) -> None:
        if not home.keys.is_dir():
            raise NotInitialisedError(
                f"There is no server in {home.root.name}", hint="Run: fdd-server init DIR"
            )
        self.home = home
        self.settings = settings
        self.clock = clock
        self.public_url = settings.listen.public_url or _default_url(settings)
        self.keys = HubKeys(home.keys)
        self.bus = EventBus()
        self.notifier = Notifier()
        self.database = Database(home.database_url(settings), self.bus)
        self.news = self._replica_news()
        self.store = self._store()
        self._swept = clock()
        area = UploadArea(home.uploads)

        self.audit = AuditLog(clock)
        self.accounts = AccountService(self.database, settings, clock, self.audit)
        self.rosters = RosterBook(settings, clock, self.audit)
        self.site_keys = KeyDesk(settings, clock, self.audit, self.rosters)
        self.bus.subscribe(RosterPublished, self.site_keys.settle)
        self.sites = SiteService(settings, clock, self.audit, self.rosters, self.site_keys)
        self.joining = JoiningDesk(settings, clock, self.audit, self.sites, self.site_keys)
        self.gate = SiteGate(self.database, clock, self.rosters)
        self.projects = ProjectService(clock, self.audit, self.sites)
        self.cards = CardDesk(clock, self.audit, self.sites)
        self.bus.subscribe(SiteGone, self.cards.forget)
        self.bus.subscribe(SiteReplaced, self.cards.forget)
        self.registry = ModelRegistry(self.store)
        self.feed = Feed(clock, self.notifier)
        self.feed.listen(self.bus)
        self.tracker = SqlTracker(self.database, self.feed)

        self.states = SqlRunStates(self.database, clock, self.registry)
        self.approvals = ApprovalDesk(
            clock=clock,
            notifier=self.notifier,
            audit=self.audit,
            sites=self.sites,
            projects=self.projects,
        )
        self.bus.subscribe(SiteReplaced, self.approvals.void)
        self.leases = LeaseDesk(
            database=self.database,
            clock=clock,
            notifier=self.notifier,
            approvals=self.approvals,
            sites=self.sites,
        )
        self.replies = ReplyDesk(
            database=self.database,
            clock=clock,
            notifier=self.notifier,
            area=area,
            most_bytes=settings.limits.reply_mib << 20,
        )
        self.reports = ReportDesk(self.audit)
        admission = Admission(
            states=self.states, projects=self.projects, sites=self.sites, registry=self.registry
        )
        self.runs = RunService(
            states=self.states,
            clock=clock,
            notifier=self.notifier,
            audit=self.audit,
            admission=admission,
            registry=self.registry,
            area=area,
        )
        self.drafts = DraftDesk(
            admission=admission,
            projects=self.projects,
            sites=self.sites,
            cards=self.cards,
            most_bytes=settings.limits.reply_mib << 20,
        )
        self.run_views = RunViews(self.projects, self.sites, self.registry)
        self.releases = ReleaseDesk(clock, self.audit, self.states, self.registry)
        self.predictors = Predictors(self.registry)
        self.federation = LinkFederation(
            database=self.database,
            clock=clock,
            notifier=self.notifier,
            area=area,
            approvals=self.approvals,
            sites=self.sites,
            projects=self.projects,
        )
        self.link = Link(self.gate, settings.limits.link_threads)

    def driver(self) -> RunDriver:
        """What advances the runs; to be started by whoever serves."""
        return RunDriver(
            engine=self._engine,
            states=self.states,
            ownership=Ownership(self.database, self.clock),
            database=self.database,
            clock=self.clock,
            notifier=self.notifier,
        )

    def recover(self) -> None:
        """Mend what a restored backup lacks; before the runs are advanced."""
        for key, site_id in self.replies.recover():
            _log.warning("reply_lost", task=str(key), site=site_id, then="asked_again")

    def watch_sites(self) -> None:
        """Report sites that fell silent or came back."""
        with self.database.write(durable=False) as work:
            self.sites.watch(work)

    def housekeeping(self) -> None:
        """Forget what is over: nonces, sessions, old news."""
        with self.database.write(durable=False) as work:
            self.sites.housekeeping(work)
            self.accounts.housekeeping(work)
            self.feed.housekeeping(work)
            self.runs.housekeeping(work)
        self._sweep()

    def close(self) -> None:
        """End all waits, threads and connections."""
        self.notifier.close()
        if self.news is not None:
            self.news.close()
        self.link.close()
        self.predictors.close()
        self.database.dispose()

    def _replica_news(self) -> ReplicaNews | None:
        if self.database.is_sqlite:
            return None
        from fdd_server.kernel.replicas import ReplicaNews  # loads PostgreSQL's client

        return ReplicaNews(self.home.database_url(self.settings), self.notifier)

    def _store(self) -> BlobStore:
        storage = self.settings.storage
        if not storage.url:
            return DirectoryStore(self.home.blobs)
        from fdd.storage.s3 import S3Store  # an extra of the library

        return S3Store(storage.url, storage.endpoint, storage.region)

    def _sweep(self) -> None:
        """Once a day, delete what killed writers have left in an object store."""
        if self.settings.storage.url and self.clock() - self._swept > _DAY:
            from fdd.storage.s3 import S3Store

            self._swept = self.clock()
            if isinstance(self.store, S3Store):
                self.store.sweep()

    def _engine(self) -> RunEngine:
        from fdd.rounds import Engine

        return Engine(self.states, self.federation, self.store, self.tracker, self.clock)


def _default_url(settings: ServerSettings) -> str:
    host = "127.0.0.1" if settings.listen.host in {"0.0.0.0", "::"} else settings.listen.host  # noqa: S104
    return f"https://{host}:{settings.listen.port}"
