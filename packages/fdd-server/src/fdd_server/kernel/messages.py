"""Reading JSON bodies into models without repeating what the sender wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from fdd.core.errors import Params
from fdd.core.explain import worded
from fdd.core.spec import BrokenRuleError
from fdd_server.kernel.errors import RequestError

__all__ = ["Misfit", "first_problem", "misfits", "parse_message", "validated"]

M = TypeVar("M", bound=BaseModel)


def parse_message(model: type[M], body: bytes) -> M:
    """The message in a JSON body.

    Raises:
        RequestError: naming the field and the kind of problem, never the value.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = first_problem(model, error)
        raise RequestError(
            found.sentence,
            hint=found.advice or "Both sides must follow the same protocol version",
            field=found.field,
            problem=found.kind,
        ) from None


def validated(model: type[M], values: Mapping[str, object]) -> M:
    """A model from values that a person typed.

    Raises:
        RequestError: naming the field and the kind of problem.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = first_problem(model, error)
        raise RequestError(
            found.sentence, hint=found.advice, field=found.field, problem=found.kind
        ) from None


class Misfit(NamedTuple):
    """Where something does not fit, how, in words, and what is allowed there (may be empty).

    Attributes:
        kind: Pydantic's type of the problem, or the name of the rule that is broken.
        bounds: The same facts as values, for a page to make words of.
    """

    field: str
    kind: str
    sentence: str
    advice: str
    bounds: Params


def first_problem(model: type[BaseModel], error: ValidationError) -> Misfit:
    """The first problem."""
    return misfits(model, error)[0]


def misfits(model: type[BaseModel], error: ValidationError) -> list[Misfit]:
    """All problems.

    A key that is not a field of ours may be anything, a structure included, so it is not repeated.
    """
    known = _fields(model)
    return [_misfit(known, found) for found in error.errors(include_input=False, include_url=False)]


def _misfit(known: frozenset[str], found: Mapping[str, Any]) -> Misfit:
    parts = [str(part) if isinstance(part, int) or part in known else "?" for part in found["loc"]]
    kind, context = str(found["type"]), found.get("ctx", {})
    field = ".".join(parts) or "the whole"
    problem, advice = worded(kind, context, kind)
    bounds: Params = {k: v for k, v in context.items() if isinstance(v, str | int | float)}
    broken = context.get("error")
    if isinstance(broken, BrokenRuleError):
        kind, bounds = broken.rule, {}
    return Misfit(field, kind, f"'{field}' {problem}", advice, bounds)


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
