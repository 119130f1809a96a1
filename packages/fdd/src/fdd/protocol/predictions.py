"""Predictions as one process tells them to another, and to a page: JSON, a molecule a row."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.ids import BlobId, Name, RunId
from fdd.core.spec import RunSpec
from fdd.protocol.messages import SummedScores

__all__ = [
    "JOB",
    "MODEL",
    "MOST_EXPLAINED",
    "MOST_STRUCTURES",
    "EndpointAnswer",
    "Label",
    "MoleculeAnswer",
    "NeighbourAnswer",
    "ReleasedJob",
    "ReleasedQuestion",
    "StructuresAnswer",
    "Verdict",
]

Label = Literal["yes", "no", "either", "neither", ""]
Verdict = Literal["inside", "edge", "outside", "unknown"]

MOST_STRUCTURES: Final = 500
MOST_EXPLAINED: Final = 20
"""Structures of one question up to which each prediction comes with its picture of atoms."""
JOB: Final = "job.json"
MODEL: Final = "model.safetensors"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EndpointAnswer(_Part):
    """One endpoint of one molecule; None where there is no molecule or no calibration.

    Attributes:
        atoms: The molecule as SVG, marked by what each atom brings to the value; None where many
            structures were asked for.
    """

    way: Name
    binary: bool
    unit: str
    value: float | None
    low: float | None
    high: float | None
    label: Label
    verdict: Verdict
    atoms: str | None = None


class NeighbourAnswer(_Part):
    """An own training molecule near the asked one; ``picture`` is an SVG."""

    name: str
    similarity: float
    picture: str | None
    values: dict[str, float]


class MoleculeAnswer(_Part):
    """One structure; ``problem`` says why there is no prediction."""

    problem: str | None
    picture: str | None
    endpoints: dict[Name, EndpointAnswer]
    nearest: tuple[NeighbourAnswer, ...]


class StructuresAnswer(_Part):
    """One molecule for each structure, in order; ``seconds`` it took."""

    molecules: tuple[MoleculeAnswer, ...]
    seconds: float


class ReleasedJob(_Part):
    """``job.json`` beside a released model, ``model.safetensors``: which it is, and how far it was
    from the truth over the sites of its run."""

    run_id: RunId
    spec: RunSpec
    model: BlobId
    scores: tuple[SummedScores, ...] = ()


class ReleasedQuestion(_Part):
    """What a released model is asked.

    Attributes:
        endpoints: Which of those it predicts; all when empty.
        units: Endpoint → how its numbers shall be written.
        explained: Mark in pictures what each atom brings.
    """

    structures: tuple[str, ...] = Field(max_length=MOST_STRUCTURES)
    endpoints: tuple[str, ...] = ()
    units: dict[str, str] = {}
    explained: bool = False
