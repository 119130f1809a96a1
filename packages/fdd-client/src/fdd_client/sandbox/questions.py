"""What a site asks its prediction process and what that answers: one JSON object a line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from fdd.protocol.predictions import MOST_STRUCTURES

__all__ = ["FileAnswer", "PredictJob", "PredictQuestion"]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PredictJob(_Line):
    """``job.json``: paths of the model, its training data, and the structures of these."""

    model: str
    dataset: str
    structures: str


class PredictQuestion(_Line):
    """Structures to answer at once, or a file to answer with a file beside ``job.json``.

    Attributes:
        structures: Answered with pictures and neighbours.
        file: Input file; with it, ``structures`` is empty.
        target: Name of the output file.
        column: Of structures in the file; recognised when empty.
        endpoints: Which of the served endpoints; all when empty.
        units: Endpoint → how its numbers shall be written.
    """

    structures: tuple[str, ...] = Field(default=(), max_length=MOST_STRUCTURES)
    file: str | None = None
    target: str = ""
    column: str = ""
    endpoints: tuple[str, ...] = ()
    units: dict[str, str] = {}


class FileAnswer(_Line):
    """What was made of a file; ``problems`` counts the rows without a prediction by their reason,
    ``outside`` those outside an endpoint's domain."""

    rows: int
    failed: int
    problems: dict[str, int]
    outside: dict[str, int]
    seconds: float
