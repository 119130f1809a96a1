"""Runs over HTTP."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from fdd.core.errors import SpecError
from fdd.core.ids import RunId
from fdd.core.spec import RunSpec
from fdd_server.kernel import Database
from fdd_server.kernel.identity import Caller, requires
from fdd_server.kernel.link import MESSAGE_BYTES, read_body
from fdd_server.kernel.messages import first_problem
from fdd_server.kernel.views import Items
from fdd_server.registry import ModelRegistry
from fdd_server.runs.errors import NoModelError
from fdd_server.runs.permissions import CONTROL, READ
from fdd_server.runs.reports import ReportDesk, RunValue, Yardstick
from fdd_server.runs.schemas import (
    Fork,
    KeptTrunk,
    RoundView,
    RunDetail,
    RunEvent,
    RunSummary,
    StopRequest,
    Trunk,
)
from fdd_server.runs.service import RunService
from fdd_server.runs.states import SqlRunStates
from fdd_server.runs.views import RunViews

__all__ = ["run_control_routes", "run_read_routes", "run_value_routes"]


_TRUNK_BYTES: Final = 256 << 20


async def _spec_in_body(request: Request) -> RunSpec:
    body = await read_body(request, MESSAGE_BYTES)
    try:
        if "toml" in request.headers.get("content-type", ""):
            return RunSpec.model_validate(tomllib.loads(body.decode()))
        return RunSpec.model_validate_json(body)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SpecError("The body is not TOML", hint="Send TOML in UTF-8, or JSON") from None
    except ValidationError as error:
        found = first_problem(RunSpec, error)
        raise SpecError(
            found.sentence,
            hint=found.advice,
            field=found.field,
            problem=found.kind,
            problems=error.error_count(),
        ) from None


async def _tensors_in_body(request: Request) -> bytes:
    return await read_body(request, _TRUNK_BYTES)


def run_control_routes(database: Database, service: RunService) -> APIRouter:
    """Submitting, pausing and stopping."""
    router = APIRouter(tags=["runs"])

    @router.post(
        "/runs",
        status_code=201,
        dependencies=[requires(CONTROL)],
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/RunSpec"}},
                    "application/toml": {"schema": {"type": "string"}},
                },
            }
        },
    )
    def submit_run(
        spec: Annotated[RunSpec, Depends(_spec_in_body)], request: Request
    ) -> RunSummary:
        caller: Caller = request.state.caller
        with database.write() as work:
            return service.submit(work, caller.actor, spec)

    @router.post(
        "/trunks",
        status_code=201,
        dependencies=[requires(CONTROL)],
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            }
        },
    )
    def add_trunk(file: Annotated[bytes, Depends(_tensors_in_body)], request: Request) -> Trunk:
        caller: Caller = request.state.caller
        with database.write() as work:
            return service.add_trunk(work, caller.actor, file)

    @router.post("/runs/{run_id}/fork", status_code=201, dependencies=[requires(CONTROL)])
    def fork_run(run_id: RunId, fork: Fork, request: Request) -> RunSummary:
        caller: Caller = request.state.caller
        with database.write() as work:
            return service.fork(work, caller.actor, run_id, fork.round, fork.changes)

    @router.post("/runs/{run_id}/pause", status_code=202, dependencies=[requires(CONTROL)])
    def pause_run(run_id: RunId, request: Request) -> RunSummary:
        return pause(request.state.caller, run_id, paused=True)

    @router.post("/runs/{run_id}/resume", status_code=202, dependencies=[requires(CONTROL)])
    def resume_run(run_id: RunId, request: Request) -> RunSummary:
        return pause(request.state.caller, run_id, paused=False)

    def pause(caller: Caller, run_id: RunId, *, paused: bool) -> RunSummary:
        with database.write() as work:
            service.pause(work, caller.actor, run_id, paused=paused)
            return service.summary(work, run_id)

    @router.post("/runs/{run_id}/stop", status_code=202, dependencies=[requires(CONTROL)])
    def stop_run(run_id: RunId, request: Request, asked: StopRequest | None = None) -> RunSummary:
        caller: Caller = request.state.caller
        with database.write() as work:
            service.stop(work, caller.actor, run_id, asked.reason if asked else None)
            return service.summary(work, run_id)

    return router


def run_read_routes(
    database: Database,
    service: RunService,
    states: SqlRunStates,
    views: RunViews,
    registry: ModelRegistry,
) -> APIRouter:
    """Lists and pages of runs."""
    router = APIRouter(tags=["runs"])

    @router.get("/runs", dependencies=[requires(READ)])
    def list_runs() -> Items[RunSummary]:
        with database.read() as work:
            return Items(items=tuple(service.runs(work)))

    @router.get("/trunks", dependencies=[requires(READ)])
    def list_trunks() -> Items[KeptTrunk]:
        with database.read() as work:
            return Items(items=tuple(service.trunks(work)))

    @router.get("/runs/{run_id}", dependencies=[requires(READ)])
    def read_run(run_id: RunId) -> RunDetail:
        with database.read() as work:
            return views.detail(work, states.read(work, run_id))

    @router.get("/runs/{run_id}/rounds", dependencies=[requires(READ)])
    def list_rounds(run_id: RunId) -> Items[RoundView]:
        with database.read() as work:
            return Items(items=tuple(service.rounds(work, run_id)))

    @router.get("/runs/{run_id}/events", dependencies=[requires(READ)])
    def list_run_events(
        run_id: RunId,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> Items[RunEvent]:
        with database.read() as work:
            return Items(items=tuple(service.events(work, run_id, after, limit)))

    @router.get(
        "/runs/{run_id}/model",
        dependencies=[requires(READ)],
        response_class=StreamingResponse,
        responses={200: {"content": {"application/octet-stream": {}}}},
    )
    def download_model(run_id: RunId) -> StreamingResponse:
        with database.read() as work:
            state = states.read(work, run_id)
        blob = state.best.model if state.best is not None else state.model
        if blob is None:
            raise NoModelError(run=run_id)
        manifest = registry.manifest(blob)

        def chunks() -> Iterator[bytes]:
            for index, _, _ in manifest.spans():
                yield registry.chunk(blob, index)

        return StreamingResponse(
            chunks(),
            media_type="application/octet-stream",
            headers={
                "Content-Length": str(manifest.size),
                "Content-Disposition": f'attachment; filename="{run_id}.safetensors"',
                "ETag": f'"{blob}"',
            },
        )

    return router


def run_value_routes(database: Database, reports: ReportDesk) -> APIRouter:
    """What institutions gained from a run."""
    router = APIRouter(tags=["runs"])

    @router.get("/runs/{run_id}/report", dependencies=[requires(READ)])
    def read_report(run_id: RunId) -> RunValue:
        with database.read() as work:
            return reports.value(work, run_id)

    @router.put("/runs/{run_id}/yardstick", status_code=204, dependencies=[requires(CONTROL)])
    def set_yardstick(run_id: RunId, yardstick: Yardstick, request: Request) -> None:
        caller: Caller = request.state.caller
        with database.write() as work:
            reports.set_yardstick(work, caller.actor, run_id, yardstick)

    return router
