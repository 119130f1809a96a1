"""Rows of approvals and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Select, and_, bindparam, delete, func, select

from fdd_server.kernel import UnitOfWork
from fdd_server.runs.models import ApprovalRow, CertificateRow, RunRow

__all__ = [
    "approval",
    "approval_counts",
    "approvals",
    "certificates_of",
    "decisions_of_site",
    "forget_open",
    "objectors",
    "ready",
    "standing",
]

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def approval(work: UnitOfWork, run_id: str, site_id: str) -> ApprovalRow | None:
    """A site's decision about a run."""
    return work.session.get(ApprovalRow, (run_id, site_id))


def approval_counts(work: UnitOfWork) -> dict[str, int]:
    """How many sites approve of each run."""
    statement = (
        select(ApprovalRow.run_id, func.count())
        .where(ApprovalRow.decision == "approved")
        .group_by(ApprovalRow.run_id)
    )
    return dict(row.tuple() for row in work.connection.execute(statement))


def approvals(work: UnitOfWork, run_id: str) -> Sequence[ApprovalRow]:
    """All decisions about a run."""
    return work.session.scalars(select(ApprovalRow).where(ApprovalRow.run_id == run_id)).all()


def objectors(work: UnitOfWork, run_id: str) -> frozenset[str]:
    """Sites that have objected to a run."""
    return frozenset(work.connection.scalars(_OBJECTORS, {"run": run_id}))


def decisions_of_site(work: UnitOfWork, site_id: str) -> dict[str, str]:
    """A site's decisions by run."""
    statement = select(ApprovalRow.run_id, ApprovalRow.decision).where(
        ApprovalRow.site_id == site_id
    )
    return {row.run_id: row.decision for row in work.connection.execute(statement)}


def certificates_of(work: UnitOfWork, site_id: str) -> frozenset[str]:
    """Digests of the stored certificates of a site."""
    return frozenset(work.connection.scalars(_CERTIFICATES, {"site": site_id}))


def forget_open(work: UnitOfWork, site_id: str) -> None:
    """Delete a site's decisions about runs that have not ended; the audit log keeps them."""
    going_on = select(RunRow.id).where(RunRow.terminal.is_(False))
    work.session.execute(
        delete(ApprovalRow).where(ApprovalRow.site_id == site_id, ApprovalRow.run_id.in_(going_on))
    )


def ready(work: UnitOfWork, run_id: str, now: float) -> frozenset[str]:
    """Sites with a live approval of the run's specification and a certificate that passes."""
    return frozenset(work.connection.scalars(_READY, {"run": run_id, "now": now}))


def standing(approvals: S) -> S:
    """Those of the selected approvals that hold at ``now``: given, not over, and with the passing
    certificate that they name."""
    return approvals.join(
        CertificateRow,
        and_(
            CertificateRow.site_id == ApprovalRow.site_id,
            CertificateRow.digest == ApprovalRow.certificate_digest,
        ),
    ).where(
        ApprovalRow.decision == "approved",
        ApprovalRow.valid_until > bindparam("now"),
        CertificateRow.passes.is_(True),
    )


_READY: Final = standing(
    select(ApprovalRow.site_id).join(
        RunRow,
        and_(RunRow.id == ApprovalRow.run_id, RunRow.spec_digest == ApprovalRow.spec_digest),
    )
).where(ApprovalRow.run_id == bindparam("run"))
_CERTIFICATES: Final = select(CertificateRow.digest).where(
    CertificateRow.site_id == bindparam("site")
)
_OBJECTORS: Final = select(ApprovalRow.site_id).where(
    ApprovalRow.run_id == bindparam("run"), ApprovalRow.decision == "objected"
)
