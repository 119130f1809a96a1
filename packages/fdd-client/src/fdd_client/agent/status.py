"""What the agent is doing, for ``fdd-client status`` and the console."""

from __future__ import annotations

import os
import threading
import time
from typing import Literal, NamedTuple

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.ids import RunId
from fdd.protocol.messages import TaskKey
from fdd_client.agent.control import read_control
from fdd_client.agent.proposals import read_proposals
from fdd_client.agent.room import DISK_FULL, is_full
from fdd_client.agent.runs import RunFolder
from fdd_client.settings import SiteFolder, SiteFolderError

__all__ = ["Situation", "Status", "StatusFile", "situation"]

_log = structlog.get_logger()

State = Literal["starting", "idle", "working", "sending", "paused", "unreachable", "stopped"]


class Status(BaseModel):
    """A snapshot.

    Attributes:
        why: A code for what it waits for or why it stands still.
        waits: Why each proposed run waits for this site, by run.
        process: The agent's process id.
        sent_bytes: Bytes sent since the agent started.
        cordoned: Why the hub's administrator gives this site no new task; None when it gets tasks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State = "starting"
    why: str | None = None
    waits: dict[RunId, str] = Field(default_factory=dict)
    hub: str = ""
    hub_reachable: bool = False
    task: TaskKey | None = None
    progress: float = 0.0
    last_task: TaskKey | None = None
    last_sent_at: float | None = None
    sent_bytes: int = 0
    sandbox_level: str | None = None
    cordoned: str | None = None
    process: int = Field(default_factory=os.getpid)
    updated_at: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether the agent's process still exists."""
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return self.state != "stopped"


class StatusFile:
    """Keeps the snapshot in memory and on disk."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._status = Status()
        self._stored = False
        self._refused = False

    @property
    def current(self) -> Status:
        """The snapshot now."""
        return self._status

    def update(self, **changes: object) -> None:
        """Change fields and write the file, if that changes anything.

        A full disk leaves an old file behind, which nobody may stumble over: work goes on.
        """
        with self._lock:
            now = self._status
            same = all(getattr(now, name) == value for name, value in changes.items())
            if same and self._stored:
                return
            if changes.get("why", now.why) != now.why:
                _log.info("situation", state=changes.get("state", now.state), why=changes["why"])
            merged = {**now.model_dump(), **changes, "updated_at": time.time()}
            self._status = Status.model_validate(merged)
            text = self._status.model_dump_json().encode()
            try:
                self._folder.write_private(self._folder.status, text, durable=False)
                self._stored = True
                if self._refused:
                    self._refused = False
                    _log.info("status_written_again")
            except SiteFolderError as error:
                self._stored = False
                if not self._refused:  # once, not with every sign of life
                    self._refused = True
                    _log.warning("status_not_written", code=error.code)

    @staticmethod
    def read(folder: SiteFolder) -> Status | None:
        """The last snapshot on disk; None when the agent never ran."""
        try:
            return Status.model_validate_json(folder.status.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None


class Situation(NamedTuple):
    """What a site is doing, as a person would put it.

    Attributes:
        status: The last snapshot; None when the agent never ran. A full disk keeps an old one.
        alive: Whether an agent works in the folder now.
        paused: Whether somebody here told it to take no new task; that outlives the agent.
        why: A code for what it waits for or why it stands still.
        next: A code for what comes next.
    """

    status: Status | None
    alive: bool
    paused: bool
    state: Literal[
        "starting", "idle", "waiting", "training", "sending", "paused", "unreachable", "stopped"
    ]
    why: str | None
    next: str | None


def situation(folder: SiteFolder) -> Situation:
    """The agent's snapshot and the wishes of the site's people, as one picture.

    Raises:
        SiteFolderError: if the file of wishes is damaged.
    """
    now, paused = StatusFile.read(folder), read_control(folder).paused
    full = is_full(folder)
    if now is None or not now.alive:
        why = DISK_FULL if full else (now.why if now else None) or "agent_not_running"
        return Situation(now, False, paused, "stopped", why, "start_agent")
    if now.state in {"working", "sending"}:
        state: Literal["training", "sending"] = "training" if now.state == "working" else "sending"
        after = "send_answer" if state == "training" else "ask_for_work"
        return Situation(now, True, paused, state, "pauses_after_task" if paused else None, after)
    if paused and now.state in {"idle", "paused"}:
        return Situation(now, True, True, "paused", "paused_by_site", "resume_agent")
    if full:
        return Situation(now, True, paused, "waiting", DISK_FULL, None)
    if now.state == "idle" and now.cordoned is not None:
        return Situation(now, True, paused, "waiting", "cordoned", None)
    if now.state == "idle" and now.why is not None:
        return Situation(now, True, paused, "waiting", now.why, None)
    if now.state == "idle" and _takes_part(folder):
        return Situation(now, True, paused, "waiting", "awaits_others", "ask_for_work")
    known = now.state if now.state in {"starting", "unreachable", "paused"} else "idle"
    following = {"idle": "ask_for_work", "unreachable": "ask_again"}.get(known)
    return Situation(now, True, paused, known, now.why, following)


def _takes_part(folder: SiteFolder) -> bool:
    """Whether a run that goes on has this site's approval: then the hub waits for others."""
    runs = (RunFolder(folder, proposed.run_id) for proposed in read_proposals(folder).items)
    decisions = (run.approval() for run in runs)
    return any(each is not None and each.decision == "approved" for each in decisions)
