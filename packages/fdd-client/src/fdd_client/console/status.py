"""What the site is doing, and the three things that a person can tell it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd_client import __version__
from fdd_client.agent import Status, StatusFile, abort_run, read_control, set_paused
from fdd_client.console.errors import NothingRunningError
from fdd_client.settings import SiteFolder, load_settings

__all__ = ["SiteStatus", "site_status", "status_routes"]

State = Literal[
    "starting", "idle", "waiting", "training", "sending", "paused", "unreachable", "stopped"
]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Me(_Answer):
    """Who is signed in: somebody at this machine."""

    site_id: str


class InstitutionName(_Answer):
    """An institution's name in both languages."""

    name_ko: str
    name_en: str


class Site(_Answer):
    """Who this site is."""

    site_id: str
    name: str
    institution: InstitutionName


class Hub(_Answer):
    """The hub as the agent last met it; ``reason`` is a code."""

    url: str
    reachable: bool
    reason: str | None


class Current(_Answer):
    """The task at hand."""

    run_id: str
    round: int
    phase: str
    progress: float | None


class SiteStatus(_Answer):
    """The first page. ``why`` and ``next`` are codes."""

    site: Site
    server: Hub
    state: State
    why: str | None
    current: Current | None
    next: str | None
    sandbox_level: Literal["A", "B", "C", "none"] | None
    client_version: str


def status_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the status page."""
    router = APIRouter()

    @router.get("/me")
    def read_me() -> Me:
        return Me(site_id=folder.identity().site_id)

    @router.get("/status")
    def read_status() -> SiteStatus:
        return site_status(folder)

    @router.post("/actions/pause", status_code=204)
    def pause() -> None:
        set_paused(folder, paused=True)

    @router.post("/actions/resume", status_code=204)
    def resume() -> None:
        set_paused(folder, paused=False)

    @router.post("/actions/abort", status_code=204)
    def abort() -> None:
        now = StatusFile.read(folder)
        if now is None or not now.alive or now.task is None:
            raise NothingRunningError(hint="Object to a run instead, before its first task")
        abort_run(folder, now.task.run_id)

    return router


def site_status(folder: SiteFolder) -> SiteStatus:
    """What the agent and its wishes say, as one picture."""
    identity = folder.identity()
    now = StatusFile.read(folder)
    paused = read_control(folder).paused
    state, why, then = _state(now, paused)
    alive = now is not None and now.alive
    task = now.task if now is not None and alive else None
    url = load_settings(folder.root).server_url
    return SiteStatus.model_validate(
        {
            "site": Site(
                site_id=identity.site_id,
                name=identity.site_name,
                institution=InstitutionName(
                    name_ko=identity.institution_ko, name_en=identity.institution_en
                ),
            ),
            "server": Hub(
                url=url,
                reachable=alive and now is not None and now.hub_reachable,
                reason=now.why if now is not None and now.state == "unreachable" else None,
            ),
            "state": state,
            "why": why,
            "current": Current(
                run_id=task.run_id,
                round=task.round,
                phase=task.phase.value,
                progress=now.progress if now is not None and now.state == "working" else None,
            )
            if task is not None
            else None,
            "next": then,
            "sandbox_level": now.sandbox_level if now is not None else None,
            "client_version": __version__,
        }
    )


def _state(now: Status | None, paused: bool) -> tuple[State, str | None, str | None]:
    """State, why, and what comes next."""
    if now is None or not now.alive:
        return "stopped", (now.why if now else None) or "agent_not_running", "start_agent"
    if now.state == "working":
        return "training", "pauses_after_task" if paused else None, "send_answer"
    if now.state == "sending":
        return "sending", "pauses_after_task" if paused else None, "ask_for_work"
    if paused and now.state in {"idle", "paused"}:
        return "paused", "paused_by_site", None
    if now.state == "idle" and now.why is not None:
        return "waiting", now.why, None
    return now.state, now.why, "ask_for_work" if now.state == "idle" else None
