"""Answers that come in parts, one JSON object a line, while the work for them goes on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Protocol

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import iterate_in_threadpool

from fdd.core.errors import FddError
from fdd_client.console.problems import ProblemFound, problem_of

__all__ = ["in_parts"]


class Closable(Protocol):
    """Work that ends when it is closed."""

    def close(self) -> None:
        """End it."""


def in_parts(parts: Iterator[BaseModel], work: Closable) -> StreamingResponse:
    """Parts as they come; the work ends with whoever listens. What fails before the first one is an
    answer of its own."""
    first = next(parts)
    return StreamingResponse(_sent(_lines(first, parts), work), media_type="application/x-ndjson")


async def _sent(lines: Iterator[str], work: Closable) -> AsyncIterator[str]:
    try:
        async for line in iterate_in_threadpool(lines):
            yield line
    finally:
        work.close()


def _lines(first: BaseModel, rest: Iterator[BaseModel]) -> Generator[str]:
    yield first.model_dump_json(exclude_none=True) + "\n"
    try:
        for part in rest:
            yield part.model_dump_json(exclude_none=True) + "\n"
    except (FddError, ProblemFound) as error:
        problem = error.problem if isinstance(error, ProblemFound) else problem_of(error)
        yield json.dumps({"failed": problem.model_dump(mode="json")}) + "\n"
