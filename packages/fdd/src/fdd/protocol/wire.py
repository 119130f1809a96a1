"""Messages as bytes, for a peer of either version of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from fdd.core.spec import RunSpec
from fdd.protocol.messages import (
    Heartbeat,
    HeartbeatReply,
    JoinRequest,
    Lease,
    ReplyCommit,
    RunReport,
)
from fdd.protocol.versions import CURRENT

__all__ = ["understands", "wire"]

_Fields = set[str] | dict[str, "set[str] | bool | _Fields"]
_BANDWIDTH: Final[_Fields] = {"capability": {"upload_mbit", "download_mbit"}}
_UNKNOWN_TO_1: Final[Mapping[type[BaseModel], _Fields]] = {
    JoinRequest: _BANDWIDTH,
    Heartbeat: _BANDWIDTH,
    HeartbeatReply: {"roster", "cordoned"},
    Lease: {"cohort": True, "task": {"histograms", "scores"}},
    ReplyCommit: {"metrics": {"__all__": {"counts"}}},
    RunReport: {"rows": {"__all__": {"own": {"clear"}, "others": {"clear"}}}},
}

_FIELDS_UNKNOWN_TO_1: Final = (
    ("model", "start"), ("model", "trunk"), ("data", "histograms"), ("training", "balance"),
    ("cohort", "sample"), ("cohort", "late_rounds"), ("evaluation", "divergence"),
    ("evaluation", "budget_seconds"), ("evaluation", "budget_mib"), ("strategy", "transfer"),
)  # fmt: skip
"""Parts of a specification that a site of version 1 would refuse; unset, they are left out."""


def wire(message: BaseModel, version: int) -> bytes:
    """The JSON of a message, without the fields that a peer of ``version`` would refuse."""
    unknown = _UNKNOWN_TO_1.get(type(message)) if version < CURRENT else None
    return message.model_dump_json(exclude=unknown).encode()


def understands(version: int, spec: RunSpec) -> bool:
    """Whether a peer of ``version`` knows all that a specification uses."""
    newer = any(getattr(getattr(spec, part), field) for part, field in _FIELDS_UNKNOWN_TO_1)
    return version >= CURRENT or not newer
