"""The shape of a list in an answer."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

__all__ = ["Items", "View"]

T = TypeVar("T")


class View(BaseModel):
    """A part of an answer: fixed fields, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Items(View, Generic[T]):
    """A list; an object, so that fields can be added later."""

    items: tuple[T, ...]
