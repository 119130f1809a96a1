"""Tables of institutions, join codes, sites, their keys, rosters and nonces."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fdd_server.kernel import Base, UtcDateTime

__all__ = [
    "JOINED",
    "InstitutionRow",
    "JoinCodeRow",
    "NonceRow",
    "RosterRow",
    "SiteKeyRow",
    "SiteRow",
]


class InstitutionRow(Base):
    """A member of the consortium."""

    __tablename__ = "institutions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_ko: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinCodeRow(Base):
    """A one-time code; only its hash is kept.

    Attributes:
        site_id: The site that has used it; None before.
        replaces: The site whose lost machine the code is to replace; None for a new site.
    """

    __tablename__ = "join_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institutions.id"))
    site_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("sites.id"))
    replaces: Mapped[str | None] = mapped_column(ForeignKey("sites.id"))


JOINED: Final = "joined"
"""What a site does whose agent has not said yet."""


class SiteRow(Base):
    """An installation of the F/L client; ``public_key`` is the newest one in force.

    Attributes:
        cordoned_at: Since when it is given no new task; None when it is.
        cordon_reason: What the administrator says about that, to the site too.
    """

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institutions.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    task: Mapped[str | None] = mapped_column(String(160))
    progress: Mapped[float] = mapped_column(Float)
    client_version: Mapped[str] = mapped_column(String(40))
    protocol_version: Mapped[int] = mapped_column(Integer)
    sandbox_level: Mapped[str | None] = mapped_column(String(8))
    capability: Mapped[str] = mapped_column(Text)
    cordoned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cordon_reason: Mapped[str | None] = mapped_column(String(200))

    institution: Mapped[InstitutionRow] = relationship(lazy="joined")


class SiteKeyRow(Base):
    """A key that a site has brought: every one that ever spoke for it, so that none comes back.

    Attributes:
        since: When it was brought, seconds since the epoch.
        until: From when on it is not accepted; None while no end is set.
    """

    __tablename__ = "site_keys"

    public_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), index=True)
    since: Mapped[float] = mapped_column(Float)
    until: Mapped[float | None] = mapped_column(Float)


class RosterRow(Base):
    """A version of the roster as its members signed it, as JSON; never changed."""

    __tablename__ = "rosters"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NonceRow(Base):
    """A nonce that was used, for as long as its request would still pass as fresh."""

    __tablename__ = "nonces"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    expires_at: Mapped[float] = mapped_column(Float, index=True)
