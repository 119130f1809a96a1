"""Rows of institutions, join codes, sites, their keys, rosters and nonces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Row, bindparam, delete, or_, select, update

from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.sites.models import (
    InstitutionRow,
    JoinCodeRow,
    NonceRow,
    RosterRow,
    SiteKeyRow,
    SiteRow,
)

__all__ = [
    "all_keys",
    "cordon",
    "forget_future",
    "forget_nonces",
    "institution",
    "institution_named",
    "institutions",
    "join_code",
    "key",
    "key_standing",
    "keys",
    "keys_by_site",
    "last_roster",
    "live_keys",
    "presence",
    "remember_nonce",
    "rosters",
    "site",
    "sites",
    "touch",
]


class KeyStanding(NamedTuple):
    """What decides about a signature, without loading the whole site."""

    until: float | None
    revoked_at: datetime | None


_PRESENCE: Final = select(
    SiteRow.id,
    SiteRow.institution_id,
    SiteRow.state,
    SiteRow.last_seen,
    SiteRow.revoked_at,
    SiteRow.cordoned_at,
).order_by(SiteRow.id)
_KEY: Final = (
    select(SiteKeyRow.until, SiteRow.revoked_at)
    .join(SiteRow, SiteRow.id == SiteKeyRow.site_id)
    .where(SiteKeyRow.public_key == bindparam("key"), SiteKeyRow.site_id == bindparam("site"))
)
_LIVE: Final = or_(SiteKeyRow.until.is_(None), SiteKeyRow.until > bindparam("now"))
_KEYS: Final = (
    select(SiteKeyRow.public_key)
    .where(SiteKeyRow.site_id == bindparam("site"), _LIVE)
    .order_by(SiteKeyRow.since, SiteKeyRow.public_key)
)
_ALL_KEYS: Final = (
    select(SiteKeyRow.site_id, SiteKeyRow.public_key)
    .where(_LIVE)
    .order_by(SiteKeyRow.site_id, SiteKeyRow.since, SiteKeyRow.public_key)
)
_LAST_ROSTER: Final = (
    select(RosterRow.version, RosterRow.digest).order_by(RosterRow.version.desc()).limit(1)
)
_TOUCH: Final = (
    update(SiteRow).where(SiteRow.id == bindparam("site")).values(last_seen=bindparam("now"))
)
_FROM_FUTURE: Final = (
    update(SiteRow).where(SiteRow.last_seen > bindparam("latest")).values(last_seen=None)
)
_CORDON: Final = select(SiteRow.cordon_reason).where(SiteRow.id == bindparam("site"))
_Presence = Row[str, str, str, datetime | None, datetime | None, datetime | None]


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
    """Id, institution, own state, last sign, revocation and cordon of each site, by id."""
    return work.connection.execute(_PRESENCE).all()


def site(work: UnitOfWork, site_id: str) -> SiteRow | None:
    """One site."""
    return work.session.get(SiteRow, site_id)


def cordon(work: UnitOfWork, site_id: str) -> str | None:
    """Why a site is given no new task; None when it is given tasks, or is not known."""
    return work.connection.scalars(_CORDON, {"site": site_id}).first()


def key(work: UnitOfWork, public_key: str) -> SiteKeyRow | None:
    """A key that some site has brought, dead or alive."""
    return work.session.get(SiteKeyRow, public_key)


def keys(work: UnitOfWork, site_id: str) -> Sequence[SiteKeyRow]:
    """All keys that a site ever brought, oldest first."""
    statement = select(SiteKeyRow).where(SiteKeyRow.site_id == site_id).order_by(SiteKeyRow.since)
    return work.session.scalars(statement).all()


def all_keys(work: UnitOfWork) -> dict[str, list[SiteKeyRow]]:
    """All keys that each site ever brought, oldest first."""
    found: dict[str, list[SiteKeyRow]] = {}
    for row in work.session.scalars(select(SiteKeyRow).order_by(SiteKeyRow.since)):
        found.setdefault(row.site_id, []).append(row)
    return found


def key_standing(work: UnitOfWork, site_id: str, public_key: str) -> KeyStanding | None:
    """Whether a key of a site still stands; None when it never was one."""
    row = work.connection.execute(_KEY, {"site": site_id, "key": public_key}).first()
    return KeyStanding(row.until, row.revoked_at) if row is not None else None


def live_keys(work: UnitOfWork, site_id: str, now: float) -> Sequence[str]:
    """Keys that speak for a site now, oldest first."""
    return work.connection.scalars(_KEYS, {"site": site_id, "now": now}).all()


def keys_by_site(work: UnitOfWork, now: float) -> dict[str, tuple[str, ...]]:
    """Keys that speak for each site now, oldest first."""
    found: dict[str, tuple[str, ...]] = {}
    for row in work.connection.execute(_ALL_KEYS, {"now": now}):
        found[row.site_id] = (*found.get(row.site_id, ()), row.public_key)
    return found


def last_roster(work: UnitOfWork) -> tuple[int, str] | None:
    """Version and digest of the newest roster."""
    row = work.connection.execute(_LAST_ROSTER).first()
    return (row.version, row.digest) if row is not None else None


def rosters(work: UnitOfWork, after: int = 0) -> Sequence[RosterRow]:
    """Versions of the roster above ``after``, in order."""
    statement = select(RosterRow).where(RosterRow.version > after).order_by(RosterRow.version)
    return work.session.scalars(statement).all()


def remember_nonce(work: UnitOfWork, key_id: str, nonce: str, expires_at: float) -> bool:
    """Store a nonce; False when it was used before."""
    return insert_if_absent(work, NonceRow, key_id=key_id, nonce=nonce, expires_at=expires_at)


def forget_nonces(work: UnitOfWork, before: float) -> None:
    """Delete nonces whose requests are refused as stale anyway."""
    work.session.execute(delete(NonceRow).where(NonceRow.expires_at < before))


def touch(work: UnitOfWork, site_id: str, now: datetime) -> None:
    """Note that a site was heard of."""
    work.connection.execute(_TOUCH, {"site": site_id, "now": now})


def forget_future(work: UnitOfWork, latest: datetime) -> None:
    """Forget signs of life from after ``latest``."""
    work.connection.execute(_FROM_FUTURE, {"latest": latest})
