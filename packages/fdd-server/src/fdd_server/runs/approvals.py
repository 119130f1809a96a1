"""Decisions and certificates that sites sign. The hub stores and checks them; it makes none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from blake3 import blake3

from fdd.core.ids import RunId, SiteId
from fdd.protocol.errors import SignatureError
from fdd.protocol.messages import ProposedRun, ProposedRuns
from fdd.protocol.statements import Approval, SignedStatement, open_statement
from fdd.protocol.wire import understands
from fdd.rounds.state import RunState, UnknownRunError
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, Notifier, UnitOfWork, utc
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.projects import ProjectService
from fdd_server.runs import decision_repository, repository
from fdd_server.runs.errors import ApprovalMismatchError, CertificateMismatchError
from fdd_server.runs.events import SiteProgressed
from fdd_server.runs.models import ApprovalRow, CertificateRow
from fdd_server.runs.topics import RUNS, work_for
from fdd_server.sites import SiteService
from fdd_server.sites.events import SiteReplaced

__all__ = ["ApprovalDesk"]

_APPROVAL: Final = "approval"
_CERTIFICATE: Final = "certificate"


class ApprovalDesk:
    """Receives what sites sign about runs and data."""

    def __init__(
        self,
        *,
        clock: Clock,
        notifier: Notifier,
        audit: AuditLog,
        sites: SiteService,
        projects: ProjectService,
    ) -> None:
        self._clock = clock
        self._notifier = notifier
        self._audit = audit
        self._sites = sites
        self._projects = projects

    def proposed(self, work: UnitOfWork, site_id: SiteId, version: int) -> ProposedRuns:
        """The runs that have not ended, of projects in which the site's institution takes part, and
        whose specification a site of this protocol version understands."""
        institution = self._sites.site(work, site_id).institution.id
        projects = self._projects.projects_of(work, institution)
        decided = decision_repository.decisions_of_site(work, site_id)
        items = []
        for row in repository.open_runs(work):
            if row.project_id in projects:
                state = RunState.model_validate_json(row.state)
                if not understands(version, state.spec):
                    continue
                items.append(
                    ProposedRun.model_validate(
                        {
                            "run_id": row.id,
                            "spec": state.spec,
                            "decided": decided.get(row.id, "waiting"),
                        }
                    )
                )
        return ProposedRuns(items=tuple(items))

    def revision(self, work: UnitOfWork, site_id: SiteId) -> str:
        """Changes whenever ``proposed`` does; a site asks for that only then."""
        institution = self._sites.site(work, site_id).institution.id
        projects = self._projects.projects_of(work, institution)
        decided = decision_repository.decisions_of_site(work, site_id)
        standing = "\n".join(
            f"{run} {decided.get(run, 'waiting')}"
            for run, project in repository.open_projects(work).items()
            if project in projects
        )
        return blake3(standing.encode()).hexdigest()

    def decide(self, work: UnitOfWork, site_id: SiteId, statement: SignedStatement) -> None:
        """Store a site's decision about a run.

        Raises:
            SignatureError: if the site has not signed it.
            UnknownRunError: if the run does not exist or does not concern the site.
            ApprovalMismatchError: if it names another specification, is over, or is older than the
                decision that is stored.
        """
        keys = self._sites.public_keys(work, site_id)
        approval = open_statement(statement, _APPROVAL, Approval, *keys)
        if statement.key_id != site_id or approval.site_id != site_id:
            raise SignatureError("The decision is another site's")
        self._check(work, site_id, approval)
        work.session.merge(
            ApprovalRow(
                run_id=approval.run_id,
                site_id=site_id,
                decision=approval.decision,
                reason=approval.reason,
                spec_digest=approval.spec_digest,
                certificate_digest=approval.certificate_digest,
                decided_at=approval.decided_at,
                valid_until=approval.valid_until,
                statement=statement.model_dump_json(),
            )
        )
        self._audit.record(
            work,
            actor=f"site:{site_id}",
            action=f"run.{approval.decision}",
            subject=approval.run_id,
            reason=approval.reason,
            spec_digest=approval.spec_digest,
        )
        work.emit(SiteProgressed(approval.run_id, site_id))
        work.after_commit(lambda: self._notifier.notify(RUNS, work_for(site_id)))

    def unknown_certificates(
        self, work: UnitOfWork, site_id: SiteId, statements: Iterable[SignedStatement]
    ) -> list[SignedStatement]:
        """Those of ``statements`` that are not stored yet."""
        stored = decision_repository.certificates_of(work, site_id)
        return [statement for statement in statements if _digest(statement) not in stored]

    def accept_certificate(
        self, work: UnitOfWork, site_id: SiteId, statement: SignedStatement
    ) -> None:
        """Store a validity certificate.

        Raises:
            SignatureError: if the site has not signed it.
            CertificateMismatchError: if it names another site's key.
        """
        if statement.key_id != site_id:
            raise CertificateMismatchError("The certificate is another site's")
        from fdd.data.certificate import ValidityCertificate  # brings the chemistry libraries

        keys = self._sites.public_keys(work, site_id)
        certificate = open_statement(statement, _CERTIFICATE, ValidityCertificate, *keys)
        fresh = insert_if_absent(
            work,
            CertificateRow,
            site_id=site_id,
            digest=_digest(statement),
            passes=certificate.passes,
            received_at=utc(self._clock()),
            statement=statement.model_dump_json(),
        )
        if fresh:
            self._audit.record(
                work,
                actor=f"site:{site_id}",
                action="certificate.received",
                subject=_digest(statement),
                passes=certificate.passes,
            )

    def ready(self, work: UnitOfWork, run_id: RunId) -> frozenset[SiteId]:
        """Sites whose live approval of a run and passing certificate are stored."""
        return decision_repository.ready(work, run_id, self._clock())

    def void(self, work: UnitOfWork, news: SiteReplaced) -> None:
        """Forget what a lost machine has decided about open runs; its successor decides anew."""
        decision_repository.forget_open(work, news.site_id)

    def objectors(self, work: UnitOfWork, run_id: RunId) -> frozenset[SiteId]:
        """Sites that have objected to a run."""
        return decision_repository.objectors(work, run_id)

    def _check(self, work: UnitOfWork, site_id: SiteId, approval: Approval) -> None:
        run = repository.run(work, approval.run_id)
        institution = self._sites.site(work, site_id).institution.id
        if run is None or not self._projects.has_member(work, run.project_id, institution):
            raise UnknownRunError(run=approval.run_id)
        if approval.spec_digest != run.spec_digest:
            raise ApprovalMismatchError(
                "The decision is about another specification than the run's",
                hint="Read the run's specification again and decide anew",
                run=run.id,
            )
        before = decision_repository.approval(work, run.id, site_id)
        if before is not None and before.decided_at > approval.decided_at:
            raise ApprovalMismatchError(
                "A later decision of this site is stored", hint="Decide anew", run=run.id
            )
        if approval.valid_until <= self._clock():
            raise ApprovalMismatchError(
                "The decision is over already", hint="Check the clock of the site", run=run.id
            )


def _digest(statement: SignedStatement) -> str:
    """What an approval names: BLAKE3 of the certificate's canonical JSON."""
    return blake3(statement.payload.encode()).hexdigest()
