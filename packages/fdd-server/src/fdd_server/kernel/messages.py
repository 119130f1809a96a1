"""Reading JSON bodies into models without repeating what the sender wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fdd_server.kernel.errors import RequestError

__all__ = ["first_problem", "parse_message", "validated"]

M = TypeVar("M", bound=BaseModel)


def parse_message(model: type[M], body: bytes) -> M:
    """The message in a JSON body.

    Raises:
        RequestError: naming the field and the kind of problem, never the value.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        field, problem = first_problem(model, error)
        raise RequestError(
            f"{field}: {problem}",
            hint="Both sides must follow the same protocol version",
            field=field,
            problem=problem,
        ) from None


def validated(model: type[M], values: Mapping[str, object]) -> M:
    """A model from values that a person typed.

    Raises:
        RequestError: naming the field and the kind of problem.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        field, problem = first_problem(model, error)
        raise RequestError(f"{field}: {problem}", field=field, problem=problem) from None


def first_problem(model: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    """Where the first problem is, and its kind.

    A key that is not a field of ours may be anything, a structure included, so it is not repeated.
    """
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    known = _fields(model)
    parts = [str(part) if isinstance(part, int) or part in known else "?" for part in first["loc"]]
    return ".".join(parts) or "the whole", str(first["type"])


@lru_cache(maxsize=64)
def _fields(model: type[BaseModel]) -> frozenset[str]:
    found: set[str] = set()
    pending: list[object] = [model.model_json_schema()]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                found.update(properties)
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
    return frozenset(found)
