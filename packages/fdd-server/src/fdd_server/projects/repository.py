"""Rows of projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, or_, select

from fdd_server.kernel import UnitOfWork
from fdd_server.projects.models import MemberRow, ProjectRow

__all__ = ["is_for_everyone", "member_ids", "project", "projects", "projects_of"]


def projects(work: UnitOfWork) -> Sequence[ProjectRow]:
    """All projects, oldest first."""
    order = (ProjectRow.created_at, ProjectRow.id)
    return work.session.scalars(select(ProjectRow).order_by(*order)).all()


def project(work: UnitOfWork, project_id: str) -> ProjectRow | None:
    """One project."""
    return work.session.get(ProjectRow, project_id)


def projects_of(work: UnitOfWork, institution_id: str) -> Sequence[str]:
    """Ids of the projects in which an institution takes part."""
    listed = select(MemberRow.project_id).where(MemberRow.institution_id == institution_id)
    statement = select(ProjectRow.id).where(
        or_(ProjectRow.everyone.is_(True), ProjectRow.id.in_(listed))
    )
    return work.session.scalars(statement).all()


def is_for_everyone(work: UnitOfWork, project_id: str) -> bool | None:
    """Whether all institutions take part; None when there is no such project."""
    return work.connection.scalars(_EVERYONE, {"project": project_id}).first()


def member_ids(work: UnitOfWork, project_id: str) -> Sequence[str]:
    """Institutions that are members by name."""
    statement = select(MemberRow.institution_id).where(MemberRow.project_id == project_id)
    return work.session.scalars(statement).all()


_EVERYONE: Final = select(ProjectRow.everyone).where(ProjectRow.id == bindparam("project"))
