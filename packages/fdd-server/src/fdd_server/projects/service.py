"""Projects and their members."""

from __future__ import annotations

from fdd.core.ids import Name
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, UnitOfWork, utc
from fdd_server.projects import repository
from fdd_server.projects.errors import ProjectExistsError, UnknownProjectError
from fdd_server.projects.models import MemberRow, ProjectRow
from fdd_server.projects.schemas import Charter, Project
from fdd_server.sites import SiteService

__all__ = ["ProjectService"]


class ProjectService:
    """What can be done with projects."""

    def __init__(self, clock: Clock, audit: AuditLog, sites: SiteService) -> None:
        self._clock = clock
        self._audit = audit
        self._sites = sites

    def add(self, work: UnitOfWork, actor: str, charter: Charter) -> Project:
        """Start a project.

        Raises:
            ProjectExistsError: if its id is taken.
            UnknownInstitutionError: if a member is no institution of the consortium.
            UnknownEndpointError: if an endpoint is not in the catalogue.
        """
        if charter.endpoints:
            from fdd.data.endpoints import catalogue  # brings the units

            for endpoint in charter.endpoints:
                catalogue().get(endpoint)
        if repository.project(work, charter.project_id) is not None:
            raise ProjectExistsError(hint="Choose another id", project=charter.project_id)
        row = ProjectRow(
            id=charter.project_id,
            name_ko=charter.name_ko,
            name_en=charter.name_en,
            purpose_ko=charter.purpose_ko,
            purpose_en=charter.purpose_en,
            endpoints=list(charter.endpoints),
            everyone=charter.everyone,
            created_at=utc(self._clock()),
        )
        work.session.add(row)
        work.session.flush()
        for member in charter.members:
            self._sites.institution(work, member)
            work.session.add(MemberRow(project_id=row.id, institution_id=member))
        work.session.flush()
        self._audit.record(work, actor=actor, action="project.added", subject=row.id)
        return _project(row)

    def projects(self, work: UnitOfWork) -> list[Project]:
        """All projects, oldest first."""
        return [_project(row) for row in repository.projects(work)]

    def project(self, work: UnitOfWork, project_id: Name) -> Project:
        """One project.

        Raises:
            UnknownProjectError: if there is none.
        """
        return _project(self._row(work, project_id))

    def projects_of(self, work: UnitOfWork, institution_id: str) -> frozenset[str]:
        """Ids of the projects in which an institution takes part."""
        return frozenset(repository.projects_of(work, institution_id))

    def has_member(self, work: UnitOfWork, project_id: Name, institution_id: str) -> bool:
        """Whether an institution takes part in a project."""
        members = self.members(work, project_id)
        return members is None or institution_id in members

    def members(self, work: UnitOfWork, project_id: Name) -> frozenset[str] | None:
        """The institutions that take part in a project; None when all of the consortium do.

        Raises:
            UnknownProjectError: if there is no such project.
        """
        everyone = repository.is_for_everyone(work, project_id)
        if everyone is None:
            raise UnknownProjectError(project=project_id)
        return None if everyone else frozenset(repository.member_ids(work, project_id))

    def _row(self, work: UnitOfWork, project_id: Name) -> ProjectRow:
        row = repository.project(work, project_id)
        if row is None:
            raise UnknownProjectError(project=project_id)
        return row


def _project(row: ProjectRow) -> Project:
    return Project(
        project_id=row.id,
        name_ko=row.name_ko,
        name_en=row.name_en,
        purpose_ko=row.purpose_ko,
        purpose_en=row.purpose_en,
        endpoints=tuple(row.endpoints),
    )
