"""What a site asks its prediction process and what that answers: one JSON object a line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from fdd.prediction.predictor import Label
from fdd.training import Way
from fdd.training.served import Verdict

__all__ = [
    "MOST_EXPLAINED",
    "MOST_STRUCTURES",
    "EndpointAnswer",
    "FileAnswer",
    "MoleculeAnswer",
    "NeighbourAnswer",
    "PredictJob",
    "PredictQuestion",
    "StructuresAnswer",
]

MOST_STRUCTURES = 500
MOST_EXPLAINED = 20
"""Structures of one question up to which each prediction comes with its picture of atoms."""


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


class EndpointAnswer(_Line):
    """One endpoint of one molecule; None where there is no molecule or no calibration.

    Attributes:
        atoms: The molecule as SVG, marked by what each atom brings to the value; None where many
            structures were asked for.
    """

    way: Way
    binary: bool
    unit: str
    value: float | None
    low: float | None
    high: float | None
    label: Label
    verdict: Verdict
    atoms: str | None = None


class NeighbourAnswer(_Line):
    """An own training molecule near the asked one; ``picture`` is an SVG."""

    name: str
    similarity: float
    picture: str | None
    values: dict[str, float]


class MoleculeAnswer(_Line):
    """One structure; ``problem`` says why there is no prediction."""

    problem: str | None
    picture: str | None
    endpoints: dict[str, EndpointAnswer]
    nearest: tuple[NeighbourAnswer, ...]


class StructuresAnswer(_Line):
    """One molecule for each structure, in order; ``seconds`` it took."""

    molecules: tuple[MoleculeAnswer, ...]
    seconds: float


class FileAnswer(_Line):
    """What was made of a file; ``outside`` counts rows outside an endpoint's domain."""

    rows: int
    failed: int
    outside: dict[str, int]
    seconds: float
