"""Predictions as a page: the models of this site, structures that are pasted, files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from fdd.core.errors import InvalidInputError
from fdd.core.ids import Name, RunId
from fdd.data.endpoints import catalogue
from fdd.prediction.modelcard import ModelCard
from fdd.protocol.predictions import MOST_STRUCTURES, StructuresAnswer
from fdd.training import ServedCard, Way
from fdd_client.agent.served import ServedModels
from fdd_client.console.parts import in_parts
from fdd_client.console.predicted import FilePart, PredictedFiles
from fdd_client.prediction import WarmSession, card_of
from fdd_client.settings import SiteFolder

__all__ = ["prediction_routes"]

Format = Literal["csv", "sdf", "parquet"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CalibratedTogether(_Answer):
    """Validation molecules of all sites that intervals also rest on, and of how many sites."""

    molecules: int
    sites: int


class ModelEndpoint(_Answer):
    """One endpoint of a model; ``calibrated`` is how many held-out molecules its intervals rest
    on, None without any; ``pooled`` is what they share with all sites. ``scale`` and ``unit`` are
    the endpoint's own."""

    endpoint: Name
    name_ko: str
    name_en: str
    unit: str
    scale: str
    binary: bool
    way: Way
    training_rows: int
    calibrated: int | None
    pooled: CalibratedTogether | None


class SiteModel(_Answer):
    """A model that this site can serve."""

    run_id: RunId
    name: str
    endpoints: tuple[ModelEndpoint, ...]


class SiteModels(_Answer):
    """The newest first."""

    items: tuple[SiteModel, ...]


class Ask(_Answer):
    """Structures to predict; ``units`` says how an endpoint's numbers shall be written."""

    run_id: RunId
    structures: tuple[str, ...] = Field(min_length=1, max_length=MOST_STRUCTURES)
    units: dict[Name, str] = {}


class CardAnswer(_Answer):
    """A model's card, also as text to download."""

    card: ModelCard
    markdown_ko: str
    markdown_en: str


def prediction_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the prediction page."""
    router = APIRouter()
    warm = WarmSession(folder)
    files = PredictedFiles(folder, warm)

    @router.get("/models")
    def read_models() -> SiteModels:
        models = ServedModels(folder)
        return SiteModels(
            items=tuple(_describe(models.open(run_id).card) for run_id in models.runs())
        )

    @router.get("/models/{run_id}/card")
    def read_card(run_id: Name) -> CardAnswer:
        card = card_of(folder, run_id)
        return CardAnswer(
            card=card, markdown_ko=card.markdown("ko"), markdown_en=card.markdown("en")
        )

    @router.post("/predictions")
    def predict(ask: Ask) -> StructuresAnswer:
        with warm.use(ask.run_id) as session:
            return session.structures(ask.structures, (), ask.units)

    @router.post(
        "/predictions/file",
        response_class=StreamingResponse,
        responses={200: {"model": FilePart, "description": "One part a line"}},
    )
    def predict_file(
        file: UploadFile,
        run_id: Annotated[str, Form()],
        ending: Annotated[Format, Form()],
        units: Annotated[str, Form()] = "{}",
    ) -> StreamingResponse:
        # Only the ending of the name is the browser's.
        suffix = _ending(file.filename or "")
        parts = files.predict(file.file, suffix, run_id, ending, _units(units))
        return in_parts(parts, parts)

    @router.get("/predictions/file/{key}.{ending}", response_class=FileResponse)
    def read_predicted_file(key: str, ending: Format) -> FileResponse:
        made, place = files.take(key, ending)
        return FileResponse(
            made, filename=f"predicted.{ending}", background=BackgroundTask(place.cleanup)
        )

    return router


def _ending(name: str) -> str:
    suffixes = Path(name.lower()).suffixes
    return "".join(suffixes[-2:] if suffixes[-1:] == [".gz"] else suffixes[-1:])


def _units(text: str) -> dict[str, str]:
    try:
        units = json.loads(text)
    except ValueError:
        units = None
    if not isinstance(units, dict) or not all(isinstance(unit, str) for unit in units.values()):
        raise InvalidInputError("The units are not a mapping", hint="Endpoint to unit, as JSON")
    return units


def _describe(card: ServedCard) -> SiteModel:
    found = []
    for served in card.endpoints:
        known = catalogue().get(served.endpoint)
        calibrated = None
        if served.intervals is not None:
            calibrated = served.intervals.molecules
        elif served.probabilities is not None:
            calibrated = served.probabilities.positives + served.probabilities.negatives
        found.append(
            ModelEndpoint(
                endpoint=served.endpoint,
                name_ko=known.name_ko,
                name_en=known.name_en,
                unit=known.unit,
                scale=known.scale,
                binary=served.binary,
                way=served.way,
                training_rows=served.training_rows,
                calibrated=calibrated,
                pooled=None
                if served.pooled is None
                else CalibratedTogether(
                    molecules=served.pooled.molecules, sites=served.pooled.sites
                ),
            )
        )
    return SiteModel(run_id=card.run_id, name=card.run, endpoints=tuple(found))
