"""What a person at the site told the agent: a small file that the agent looks at."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.ids import RunId
from fdd_client.settings import SiteFolder, SiteFolderError

__all__ = ["Control", "LocalDecision", "read_control", "write_control"]


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


def write_control(folder: SiteFolder, control: Control) -> None:
    """Store new wishes."""
    folder.write_private(folder.control, control.model_dump_json(indent=1).encode())
