"""Released models over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from fdd.core.errors import FddError, described
from fdd.core.ids import RunId
from fdd.protocol.predictions import MOST_EXPLAINED, ReleasedQuestion
from fdd_server.kernel import Database
from fdd_server.kernel.identity import Caller, requires
from fdd_server.kernel.views import Items
from fdd_server.predictions.permissions import ASK, RELEASE
from fdd_server.predictions.process import Predictors
from fdd_server.predictions.schemas import Ask, AskedBlock, Release, ReleasedModel
from fdd_server.predictions.service import Asked, ReleaseDesk

__all__ = ["prediction_routes"]

_BLOCK: Final = 50


def prediction_routes(database: Database, desk: ReleaseDesk, predictors: Predictors) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["predictions"])

    @router.get("/released-models", dependencies=[requires(ASK)])
    def list_released_models(request: Request) -> Items[ReleasedModel]:
        with database.read() as work:
            return Items(items=tuple(desk.releases(work, request.state.caller)))

    @router.put("/runs/{run_id}/release", dependencies=[requires(RELEASE)])
    def release_model(run_id: RunId, release: Release, request: Request) -> ReleasedModel:
        with database.write() as work:
            return desk.release(work, request.state.caller, run_id, release)

    @router.delete("/runs/{run_id}/release", status_code=204, dependencies=[requires(RELEASE)])
    def withdraw_model(run_id: RunId, request: Request) -> None:
        with database.write() as work:
            desk.withdraw(work, request.state.caller, run_id)

    @router.post(
        "/released-models/{run_id}/predictions",
        dependencies=[requires(ASK)],
        response_class=StreamingResponse,
        responses={200: {"model": AskedBlock, "description": "A block of molecules a line"}},
    )
    def ask_released_model(run_id: RunId, ask: Ask, request: Request) -> StreamingResponse:
        caller: Caller = request.state.caller
        with database.write() as work:
            asked = desk.ask(work, caller, run_id, ask)
        blocks = answers(caller, asked, ask)
        first = next(blocks)  # what fails at once is an answer of its own
        return StreamingResponse(_lines(first, blocks), media_type="application/x-ndjson")

    def answers(caller: Caller, asked: Asked, ask: Ask) -> Iterator[AskedBlock]:
        left, unanswered = asked.left, len(ask.structures)
        try:
            for start in range(0, len(ask.structures), _BLOCK):
                question = ReleasedQuestion(
                    structures=ask.structures[start : start + _BLOCK],
                    endpoints=ask.endpoints,
                    units=ask.units,
                    explained=len(ask.structures) <= MOST_EXPLAINED,
                )
                found = predictors.ask(asked.job, question)
                predicted = sum(each.problem is None for each in found.molecules)
                unanswered -= predicted
                yield AskedBlock(
                    digest=asked.job.model,
                    molecules=found.molecules,
                    seconds=found.seconds,
                    left=left + unanswered,
                )
        finally:
            # Also where the caller has gone: nobody pays for what was not predicted.
            if unanswered:
                with database.write() as work:
                    desk.give_back(work, caller, asked.job.run_id, unanswered)

    return router


def _lines(first: AskedBlock, rest: Iterator[AskedBlock]) -> Iterator[str]:
    yield first.model_dump_json() + "\n"
    try:
        for block in rest:
            yield block.model_dump_json() + "\n"
    except FddError as error:
        yield json.dumps({"failed": described(error)}) + "\n"
