"""The catalogue of families, the form's schema and the check over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import JsonValue

from fdd_server.drafts.documents import Document, read_document
from fdd_server.drafts.schema import spec_schema
from fdd_server.drafts.schemas import CheckedDraft, FamilyCatalogue
from fdd_server.drafts.service import DraftDesk
from fdd_server.kernel import Database
from fdd_server.kernel.identity import requires
from fdd_server.kernel.link import MESSAGE_BYTES, read_body
from fdd_server.runs.permissions import CONTROL, READ

__all__ = ["draft_routes"]


async def _document_in_body(request: Request) -> Document:
    body = await read_body(request, MESSAGE_BYTES)
    return read_document(body, request.headers.get("content-type", ""))


def draft_routes(database: Database, desk: DraftDesk) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["drafts"])

    @router.get("/families", dependencies=[requires(READ)])
    def list_families() -> FamilyCatalogue:
        from fdd.models.catalogue import catalogue, measured_costs

        costs = measured_costs()
        return FamilyCatalogue(items=catalogue(), machine=costs.machine, measured=costs.measured)

    @router.get("/run-spec/schema", dependencies=[requires(READ)])
    def read_run_spec_schema() -> dict[str, JsonValue]:
        return spec_schema()

    @router.post(
        "/run-spec/check",
        dependencies=[requires(CONTROL)],
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"type": "object"}},
                    "application/toml": {"schema": {"type": "string"}},
                },
            }
        },
    )
    def check_run_spec(document: Annotated[Document, Depends(_document_in_body)]) -> CheckedDraft:
        with database.read() as work:
            return desk.check(work, document)

    return router
