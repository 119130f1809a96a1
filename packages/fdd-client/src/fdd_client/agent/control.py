"""What a person at the site told the agent: a small file that the agent looks at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.errors import InvalidInputError
from fdd.core.ids import RunId, is_name
from fdd_client.agent.proposals import read_proposals
from fdd_client.settings import SiteFolder, SiteFolderError

__all__ = [
    "Control",
    "LocalDecision",
    "abort_run",
    "read_control",
    "record_decision",
    "set_paused",
]


class LocalDecision(BaseModel):
    """A person's decision about one run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["approved", "objected"]
    reason: str = Field(default="by_person", pattern=r"^[a-z0-9_.-]{1,64}$")
    decided_at: float


class Control(BaseModel):
    """Wishes of the site's people; they survive restarts.

    Attributes:
        paused: Take no new task.
        aborted: Runs in which this site takes no further part.
        decisions: Decisions about runs for which the policy asks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = False
    aborted: tuple[RunId, ...] = ()
    decisions: dict[RunId, LocalDecision] = Field(default_factory=dict)


def read_control(folder: SiteFolder) -> Control:
    """The current wishes.

    Raises:
        SiteFolderError: if the file is damaged.
    """
    try:
        return Control.model_validate_json(folder.control.read_bytes())
    except FileNotFoundError:
        return Control()
    except ValidationError as error:
        raise SiteFolderError(
            "control.json is damaged", hint="Delete it to start afresh"
        ) from error


def set_paused(folder: SiteFolder, paused: bool) -> None:
    """Take no new task from now on, or take tasks again."""
    folder.identity()
    _change(folder, lambda _: {"paused": paused})


def abort_run(folder: SiteFolder, run_id: str) -> None:
    """Take no further part in a run.

    Raises:
        InvalidInputError: if that is not a run that this site has heard of.
    """
    known = _run(folder, run_id)
    _change(folder, lambda control: {"aborted": tuple(sorted({*control.aborted, known}))})


def record_decision(
    folder: SiteFolder,
    run_id: str,
    decision: Literal["approved", "objected"],
    reason: str = "by_person",
) -> None:
    """Store a person's decision; the agent signs it and tells the hub.

    Raises:
        InvalidInputError: if this site has not heard of the run, or the reason is not a code.
    """
    known = _run(folder, run_id)
    try:
        made = LocalDecision(decision=decision, reason=reason, decided_at=time.time())
    except ValidationError as error:
        raise InvalidInputError(
            "A reason is a code of lower-case letters, digits, '.', '_' and '-'",
            hint="It travels to the hub, so it is no free text",
        ) from error
    _change(folder, lambda control: {"decisions": {**control.decisions, known: made}})


def _run(folder: SiteFolder, run_id: str) -> RunId:
    folder.identity()
    if not is_name(run_id):
        raise InvalidInputError("That is not the name of a run", hint="See: fdd-client status")
    proposed = [proposal.run_id for proposal in read_proposals(folder).items]
    if run_id not in proposed and not (folder.runs / run_id).is_dir():
        known = f"Proposed now: {', '.join(proposed[-3:])}. " if proposed else ""
        raise InvalidInputError(
            f"This site has not heard of {run_id[:64]}",
            hint=f"{known}The agent hears of a new run when it reaches the hub: fdd-client status",
        )
    return run_id


def _change(folder: SiteFolder, changes: Callable[[Control], dict[str, object]]) -> None:
    with folder.changing(folder.control):
        control = read_control(folder)
        changed = control.model_copy(update=changes(control))
        folder.write_private(folder.control, changed.model_dump_json(indent=1).encode())
