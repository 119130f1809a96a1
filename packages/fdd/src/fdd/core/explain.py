"""What is wrong with a document that a person wrote: the field, what it allows, a near name.

Values of the document are never repeated; a structure may be among them.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from fdd.core.ids import DIGEST_PATTERN, NAME_PATTERN

__all__ = ["FieldProblem", "explained", "worded"]

_JSON: Final = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "names with values",
    "model": "names with values",
}
_BOUNDS: Final = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "at most {}"),
    "too_short": ("min_length", "at least {} of them"),
    "too_long": ("max_length", "at most {} of them"),
    "string_too_short": ("min_length", "text of at least {} letters"),
    "string_too_long": ("max_length", "text of at most {} letters"),
}

_WORD: Final = re.compile(r"[a-z][a-z_]{0,31}")
_FORMS: Final = {
    NAME_PATTERN: "lower-case letters, digits, '.', '_' and '-'",
    DIGEST_PATTERN: "64 hexadecimal digits",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """The first thing that is wrong with a document. It never repeats a value of it.

    Attributes:
        field: Where, such as ``values.1.endpoint``; empty for the document as a whole.
        problem: What is wrong, as the end of a sentence about the field.
        advice: What is allowed there, or the name that was probably meant; may be empty.
        count: How many things are wrong.
    """

    field: str
    problem: str
    advice: str
    count: int

    def sentence(self, document: str) -> str:
        """The problem as a sentence about ``document``."""
        where = f"'{self.field}' " if self.field else ""
        more = f" ({self.count - 1} more)" if self.count > 1 else ""
        return f"{document}: {where}{self.problem}{more}"


def explained(error: ValidationError, model: type[BaseModel]) -> FieldProblem:
    """Explain the first problem of a document that should be a ``model``."""
    first = error.errors(include_input=False, include_url=False)[0]
    kind, place = str(first["type"]), first["loc"]
    context: dict[str, Any] = first.get("ctx", {})
    problem, advice = worded(kind, context, str(first["msg"]))
    if kind in ("extra_forbidden", "missing"):
        problem, advice = _name(kind, place, model)
    return FieldProblem(_place(place, model), problem, advice, error.error_count())


def _place(place: Sequence[str | int], model: type[BaseModel]) -> str:
    """A key that is no plain word may be anything, a structure included, and is not repeated."""
    parts = []
    for depth, part in enumerate(place):
        known = _model_at(model, place[:depth]).model_fields
        shown = isinstance(part, int) or part in known or _WORD.fullmatch(part)
        parts.append(str(part)[:64] if shown else "?")
    return ".".join(parts)


def worded(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    """What pydantic found, and what is allowed there.

    Args:
        kind: Its type of the problem.
        context: Its bounds.
        message: Its own words, for a kind that is not known here.

    Returns:
        The end of a sentence about the field, and advice, which may be empty.
    """
    if kind == "missing":
        return "is missing", ""
    if kind == "extra_forbidden":
        return "is not a known name", ""
    if kind == "json_invalid":
        return f"is not JSON: {context.get('error', 'it ends too early')}", ""
    if kind in ("literal_error", "enum"):
        return "is none of the words allowed here", f"Allowed: {context.get('expected', '')}"
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return "is out of bounds", f"Allowed: {words.format(context.get(name, ''))}"
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        return "is not written as it must be", f"Its form: {_FORMS.get(pattern, pattern)}"
    if kind == "value_error":
        return f"does not fit: {context.get('error', message)}", ""
    wanted = _JSON.get(kind.partition("_")[0], "")
    if kind.endswith(("_type", "_parsing")) and wanted:
        return f"must be {wanted}", ""
    return f"does not fit: {message}", ""


def _name(kind: str, place: Sequence[str | int], model: type[BaseModel]) -> tuple[str, str]:
    """A field that is not known, or one that is missing."""
    if kind == "missing":
        return "is missing", ""
    fields = list(_model_at(model, place[:-1]).model_fields)
    near = get_close_matches(str(place[-1]), fields, n=1)
    known = f"Known here: {', '.join(fields)}"
    return "is not a known name", f"Did you mean '{near[0]}'? {known}" if near else known


def _model_at(model: type[BaseModel], place: Sequence[str | int]) -> type[BaseModel]:
    """The model that a place of the document is read as; the nearest one above it if unclear."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            found = _models(model.model_fields[part].annotation)
            model = found[0] if found else model
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Models in an annotation: of an optional, a union, a tuple or a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _models(get_args(annotation)[0])
    if origin in (Union, types.UnionType) or (origin is not None and origin is not typing.Literal):
        return [model for part in get_args(annotation) for model in _models(part)]
    return []
