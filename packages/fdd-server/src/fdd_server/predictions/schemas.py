"""Released models as the interface shows them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from fdd.core.ids import BlobId, Name, RunId
from fdd.protocol.predictions import MOST_STRUCTURES, MoleculeAnswer
from fdd_server.kernel.views import View

__all__ = ["Ask", "AskedBlock", "Release", "ReleasedEndpoint", "ReleasedModel"]


class Release(View):
    """How a run's model is released; ``budget`` counts molecules of one account, in all."""

    licence: str = Field(min_length=1, max_length=64)
    terms: str = Field(default="", max_length=4000)
    budget: int = Field(default=300, ge=1, le=1_000_000)


class CalibratedTogether(View):
    """Validation molecules that intervals or classes rest on, and of how many sites they are."""

    molecules: int
    sites: int


class ReleasedEndpoint(View):
    """An endpoint of a released model; ``scale`` and ``unit`` are its own; ``pooled`` is None where
    it has neither intervals nor classes."""

    endpoint: Name
    name_ko: str
    name_en: str
    unit: str
    scale: str
    binary: bool
    pooled: CalibratedTogether | None


class ReleasedModel(View):
    """A released model; ``left`` is what the caller may still ask for."""

    run_id: RunId
    name: str
    digest: BlobId
    family: Name
    licence: str
    terms: str
    budget: int
    left: int
    released_at: datetime
    endpoints: tuple[ReleasedEndpoint, ...]


class Ask(View):
    """Structures to predict.

    ``licence`` is the name of the licence that the caller accepts; ``units`` says how an endpoint's
    numbers shall be written.
    """

    licence: str = Field(max_length=64)
    structures: tuple[str, ...] = Field(min_length=1, max_length=MOST_STRUCTURES)
    endpoints: tuple[Name, ...] = ()
    units: dict[Name, str] = Field(default_factory=dict)


class AskedBlock(View):
    """One line of an answer: the next molecules, in order.

    ``digest`` is the model's, ``seconds`` the processor's time for this block, ``left`` what may
    still be asked for after the last.
    """

    digest: BlobId
    molecules: tuple[MoleculeAnswer, ...]
    seconds: float
    left: int
