"""The pipeline that prepares this site's data, and accepting a version that the hub signed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import APIRouter, UploadFile
from pydantic import BaseModel, ConfigDict

from fdd.data.bundle import PipelineBundle, bundle_of
from fdd_client.settings import SiteFolder
from fdd_client.vault.pipelines import accept_pipeline, accepted_bundle

__all__ = ["pipeline_routes"]

_MOST_BYTES = 1 << 20


class Step(BaseModel):
    """A step and the digest of what it makes of the public reference set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digest: str


class SitePipeline(BaseModel):
    """What prepares data here; ``accepted`` is false while it is that of the installed release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    accepted: bool
    reference: str
    steps: tuple[Step, ...]


def pipeline_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the pipeline's panel."""
    router = APIRouter()

    @router.get("/pipeline")
    def read_pipeline() -> SitePipeline:
        accepted = accepted_bundle(folder)
        return _described(accepted or bundle_of("installed"), accepted=accepted is not None)

    @router.post("/pipeline")
    def accept(file: UploadFile) -> SitePipeline:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "pipeline.json"
            path.write_bytes(file.file.read(_MOST_BYTES))
            return _described(accept_pipeline(folder, path), accepted=True)

    return router


def _described(bundle: PipelineBundle, *, accepted: bool) -> SitePipeline:
    return SitePipeline(
        name=bundle.name,
        accepted=accepted,
        reference=bundle.reference_hash,
        steps=tuple(
            Step(name=name, digest=digest) for name, digest in bundle.reference.model_dump().items()
        ),
    )
