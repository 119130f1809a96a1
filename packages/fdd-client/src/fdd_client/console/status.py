"""What the site is doing, and the three things that a person can tell it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd_client import __version__
from fdd_client.agent.control import abort_run, set_paused
from fdd_client.agent.status import situation
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
    """The first page. ``why`` and ``next`` are codes; ``paused`` outlives the agent."""

    site: Site
    server: Hub
    state: State
    paused: bool
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
        found = situation(folder)
        if found.status is None or not found.alive or found.status.task is None:
            raise NothingRunningError(hint="Object to a run instead, before its first task")
        abort_run(folder, found.status.task.run_id)

    return router


def site_status(folder: SiteFolder) -> SiteStatus:
    """What the agent and its wishes say, as one picture."""
    identity = folder.identity()
    found = situation(folder)
    now = found.status if found.alive else None
    task = now.task if now is not None else None
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
                reachable=now is not None and now.hub_reachable,
                reason=now.why if now is not None and now.state == "unreachable" else None,
            ),
            "state": found.state,
            "paused": found.paused,
            "why": found.why,
            "current": Current(
                run_id=task.run_id,
                round=task.round,
                phase=task.phase.value,
                progress=now.progress if now is not None and now.state == "working" else None,
            )
            if task is not None
            else None,
            "next": found.next,
            "sandbox_level": found.status.sandbox_level if found.status is not None else None,
            "client_version": __version__,
        }
    )
