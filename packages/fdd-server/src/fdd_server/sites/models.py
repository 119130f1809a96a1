"""Tables of institutions, join codes, sites and nonces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fdd_server.kernel import Base, UtcDateTime

__all__ = ["InstitutionRow", "JoinCodeRow", "NonceRow", "SiteRow"]


class InstitutionRow(Base):
    """A member of the consortium."""

    __tablename__ = "institutions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_ko: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinCodeRow(Base):
    """A one-time code; only its hash is kept."""

    __tablename__ = "join_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institutions.id"))
    site_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("sites.id"))


class SiteRow(Base):
    """An installation of the F/L client."""

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

    institution: Mapped[InstitutionRow] = relationship(lazy="joined")


class NonceRow(Base):
    """A nonce that was used, for as long as its request would still pass as fresh."""

    __tablename__ = "nonces"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    expires_at: Mapped[float] = mapped_column(Float, index=True)
