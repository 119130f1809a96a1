"""Series and the live stream over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from fdd.core.ids import RunId
from fdd_server.kernel import Database, Notifier
from fdd_server.kernel.identity import requires
from fdd_server.monitoring.feed import FEED, Feed, FeedItem
from fdd_server.monitoring.permissions import WATCH
from fdd_server.monitoring.schemas import SeriesList
from fdd_server.monitoring.tracker import SqlTracker

__all__ = ["monitoring_routes"]

_BATCH: Final = 500
_LOOK: Final = 1.0
_PING: Final = 15.0


def monitoring_routes(
    database: Database, notifier: Notifier, feed: Feed, tracker: SqlTracker
) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["monitoring"])

    @router.get("/runs/{run_id}/series", dependencies=[requires(WATCH)])
    def list_series(run_id: RunId) -> SeriesList:
        with database.read() as work:
            return SeriesList(series=tuple(tracker.series(work, run_id)))

    @router.get(
        "/stream",
        dependencies=[requires(WATCH)],
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def stream(
        request: Request,
        run: RunId | None = None,
        after: Annotated[int | None, Query(ge=0)] = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit():
            after = int(last_event_id[:18])
        return StreamingResponse(
            _follow(database, notifier, feed, run, after, request),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def _follow(
    database: Database,
    notifier: Notifier,
    feed: Feed,
    run: RunId | None,
    after: int | None,
    request: Request,
) -> AsyncIterator[str]:
    def start() -> int:
        with database.read() as work:
            newest = feed.newest(work)
        # A number from the future is of another database: go on from here.
        return newest if after is None or after > newest else after

    def look(number: int) -> list[FeedItem]:
        with database.read() as work:
            return list(feed.after(work, number, run, _BATCH))

    loop = asyncio.get_running_loop()
    number = await to_thread.run_sync(start)
    yield f"retry: 1000\nid: {number}\n: following\n\n"
    quiet_since = loop.time()
    while True:
        seen = notifier.seen(FEED)
        items = await to_thread.run_sync(look, number)
        for item in items:
            number = item.id
            yield f"id: {item.id}\nevent: {item.event}\ndata: {item.data}\n\n"
        if notifier.closed or await request.is_disconnected():
            return
        if items:
            quiet_since = loop.time()
        elif loop.time() - quiet_since > _PING:
            quiet_since = loop.time()
            yield ": quiet\n\n"
        else:
            await notifier.wait_async(FEED, seen, _LOOK)
