"""Messages as bytes, for a peer of either version of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from fdd.core.spec import RunSpec
from fdd.protocol.messages import Heartbeat, HeartbeatReply, JoinRequest, Lease
from fdd.protocol.versions import CURRENT

__all__ = ["understands", "wire"]

_Fields = set[str] | dict[str, set[str] | bool]
_BANDWIDTH: Final[_Fields] = {"capability": {"upload_mbit", "download_mbit"}}
_UNKNOWN_TO_1: Final[Mapping[type[BaseModel], _Fields]] = {
    JoinRequest: _BANDWIDTH,
    Heartbeat: _BANDWIDTH,
    HeartbeatReply: {"roster", "cordoned"},
    Lease: {"cohort": True, "task": {"histograms"}},
}


def wire(message: BaseModel, version: int) -> bytes:
    """The JSON of a message, without the fields that a peer of ``version`` would refuse."""
    unknown = _UNKNOWN_TO_1.get(type(message)) if version < CURRENT else None
    return message.model_dump_json(exclude=unknown).encode()


def understands(version: int, spec: RunSpec) -> bool:
    """Whether a peer of ``version`` knows all that a specification uses."""
    rules = spec.evaluation
    newer = (
        rules.divergence
        or rules.budget_seconds
        or spec.model.start is not None
        or spec.training.balance
        or spec.data.histograms
    )
    return version >= CURRENT or not newer
