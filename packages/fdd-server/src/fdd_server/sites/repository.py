"""Rows of institutions, join codes, sites and nonces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, bindparam, delete, or_, select, update

from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.sites.models import InstitutionRow, JoinCodeRow, NonceRow, SiteRow

__all__ = [
    "forget_nonces",
    "institution",
    "institution_named",
    "institutions",
    "join_code",
    "key_and_revocation",
    "presence",
    "remember_nonce",
    "site",
    "site_with_key",
    "sites",
    "touch",
]

_PRESENCE: Final = select(
    SiteRow.id,
    SiteRow.institution_id,
    SiteRow.state,
    SiteRow.last_seen,
    SiteRow.revoked_at,
).order_by(SiteRow.id)
_KEY: Final = select(SiteRow.public_key, SiteRow.revoked_at).where(SiteRow.id == bindparam("site"))
_TOUCH: Final = (
    update(SiteRow).where(SiteRow.id == bindparam("site")).values(last_seen=bindparam("now"))
)
_Presence = Row[str, str, str, datetime | None, datetime | None]


def institutions(work: UnitOfWork) -> Sequence[InstitutionRow]:
    """All institutions, oldest first."""
    order = (InstitutionRow.created_at, InstitutionRow.id)
    return work.session.scalars(select(InstitutionRow).order_by(*order)).all()


def institution(work: UnitOfWork, institution_id: str) -> InstitutionRow | None:
    """One institution."""
    return work.session.get(InstitutionRow, institution_id)


def institution_named(work: UnitOfWork, name_ko: str, name_en: str) -> InstitutionRow | None:
    """The institution that has one of these names."""
    named = or_(InstitutionRow.name_ko == name_ko, InstitutionRow.name_en == name_en)
    return work.session.scalars(select(InstitutionRow).where(named)).first()


def join_code(work: UnitOfWork, code_hash: str) -> JoinCodeRow | None:
    """A join code, locked until the transaction ends."""
    statement = select(JoinCodeRow).where(JoinCodeRow.code_hash == code_hash).with_for_update()
    return work.session.scalars(statement).first()


def sites(work: UnitOfWork) -> Sequence[SiteRow]:
    """All sites, by id."""
    return work.session.scalars(select(SiteRow).order_by(SiteRow.id)).all()


def presence(work: UnitOfWork) -> Sequence[_Presence]:
    """Id, institution, own state, last sign and revocation of each site, by id."""
    return work.connection.execute(_PRESENCE).all()


def site(work: UnitOfWork, site_id: str) -> SiteRow | None:
    """One site."""
    return work.session.get(SiteRow, site_id)


def site_with_key(work: UnitOfWork, public_key: str) -> SiteRow | None:
    """The site that joined with a key."""
    return work.session.scalars(select(SiteRow).where(SiteRow.public_key == public_key)).first()


def key_and_revocation(work: UnitOfWork, site_id: str) -> tuple[str, datetime | None] | None:
    """What decides about a signature, without loading the whole site."""
    row = work.connection.execute(_KEY, {"site": site_id}).first()
    return (row.public_key, row.revoked_at) if row is not None else None


def remember_nonce(work: UnitOfWork, key_id: str, nonce: str, expires_at: float) -> bool:
    """Store a nonce; False when it was used before."""
    return insert_if_absent(work, NonceRow, key_id=key_id, nonce=nonce, expires_at=expires_at)


def forget_nonces(work: UnitOfWork, before: float) -> None:
    """Delete nonces whose requests are refused as stale anyway."""
    work.session.execute(delete(NonceRow).where(NonceRow.expires_at < before))


def touch(work: UnitOfWork, site_id: str, now: datetime) -> None:
    """Note that a site was heard of."""
    work.connection.execute(_TOUCH, {"site": site_id, "now": now})
