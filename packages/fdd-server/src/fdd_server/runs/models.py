"""Tables of runs: state, events, decisions, tasks and replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from fdd.core.errors import Params
from fdd_server.kernel import Base, UtcDateTime

__all__ = [
    "ApprovalRow",
    "AssignmentRow",
    "CertificateRow",
    "ChunkRow",
    "OwnerRow",
    "ReplyRow",
    "ReportRow",
    "RoundRow",
    "RunEventRow",
    "RunRow",
    "TaskRow",
    "YardstickRow",
]


class RunRow(Base):
    """A run: ``state`` is the whole truth as JSON, the other columns are what lists ask for."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    spec_digest: Mapped[str] = mapped_column(String(64))
    terminal: Mapped[bool] = mapped_column(Boolean, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Text)


class RunEventRow(Base):
    """Something that happened in a run."""

    __tablename__ = "run_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    time: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(String(8))
    params: Mapped[Params] = mapped_column(JSON)


class RoundRow(Base):
    """The record of a finished round, as JSON."""

    __tablename__ = "rounds"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    record: Mapped[str] = mapped_column(Text)


class OwnerRow(Base):
    """Which process advances a run, until when; ``fence`` grows with each change of owner."""

    __tablename__ = "run_owners"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    fence: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[float] = mapped_column(Float)


class ApprovalRow(Base):
    """A site's latest decision about a run, with the statement that proves it."""

    __tablename__ = "approvals"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    spec_digest: Mapped[str] = mapped_column(String(64))
    certificate_digest: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[float] = mapped_column(Float)
    valid_until: Mapped[float] = mapped_column(Float)
    statement: Mapped[str] = mapped_column(Text)


class CertificateRow(Base):
    """A validity certificate that a site has signed."""

    __tablename__ = "certificates"

    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    passes: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    statement: Mapped[str] = mapped_column(Text)


class TaskRow(Base):
    """A task that was offered; ``task`` is the message as JSON."""

    __tablename__ = "tasks"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(16), primary_key=True)
    spec_digest: Mapped[str] = mapped_column(String(64))
    model: Mapped[str | None] = mapped_column(String(64), index=True)
    opened_at: Mapped[float] = mapped_column(Float)
    closed: Mapped[bool] = mapped_column(Boolean)
    task: Mapped[str] = mapped_column(Text)


class AssignmentRow(Base):
    """A task as offered to one site; ``fence`` counts its leases."""

    __tablename__ = "assignments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id", "round", "phase"], ["tasks.run_id", "tasks.round", "tasks.phase"]
        ),
        Index("ix_assignments_site_open", "site_id", "open"),
    )

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(16), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    open: Mapped[bool] = mapped_column(Boolean)
    fence: Mapped[int] = mapped_column(Integer)
    leased_at: Mapped[float | None] = mapped_column(Float)


class ChunkRow(Base):
    """A chunk of a reply that is on the disk."""

    __tablename__ = "chunks"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(16), primary_key=True)
    site_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)


class ReplyRow(Base):
    """A committed reply; never changed. ``late``: it came after the close of its task."""

    __tablename__ = "replies"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(16), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    content: Mapped[str] = mapped_column(String(64))
    late: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    bytes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(64))
    sandbox_level: Mapped[str | None] = mapped_column(String(8))
    reply: Mapped[str] = mapped_column(Text)


class ReportRow(Base):
    """What a site shared about its gain from a run, as JSON."""

    __tablename__ = "reports"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    report: Mapped[str] = mapped_column(Text)


class YardstickRow(Base):
    """Figures of a model trained on everybody's data; exists only where the data are public."""

    __tablename__ = "yardsticks"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    yardstick: Mapped[str] = mapped_column(Text)
