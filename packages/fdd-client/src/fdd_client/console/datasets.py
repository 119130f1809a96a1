"""The vault as a page: datasets with their findings, a look at a new file, an import."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from fdd.core.errors import InvalidInputError
from fdd.core.explain import explained
from fdd.data.checks import Finding, Severity, worded
from fdd.data.endpoints import catalogue
from fdd.data.fixes import FIXABLE
from fdd.data.mapping import ColumnMapping
from fdd_client.console.mending import Request
from fdd_client.console.parts import in_parts
from fdd_client.console.uploads import Uploads
from fdd_client.sandbox.preview import Preview
from fdd_client.settings import SiteFolder
from fdd_client.vault.correcting import Change
from fdd_client.vault.entry import VaultEntry
from fdd_client.vault.vault import Vault

__all__ = ["dataset_routes"]

Language = Literal["ko", "en"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EndpointCount(_Answer):
    """One endpoint of a dataset and its labelled molecules."""

    id: str
    name_ko: str
    name_en: str
    rows: int


class FindingWords(_Answer):
    """A finding in words; ``rows`` is how many rows it concerns."""

    code: str
    endpoint: str
    fixable: bool
    severity: Severity
    title_ko: str
    title_en: str
    explanation_ko: str
    explanation_en: str
    rows: int


class CorrectionWords(_Answer):
    """A correction in use; ``rows`` is how many rows it concerns, 0 for the whole column."""

    finding: str
    kind: str
    rows: int


class CertificateState(_Answer):
    """What the site vouches for."""

    passes: bool
    issued_at: AwareDatetime


class SiteDataset(_Answer):
    """The current version of one dataset; ``rejected`` is None where it was not counted."""

    name: str
    version: str
    rows: int
    rejected: int | None
    endpoints: tuple[EndpointCount, ...]
    findings: tuple[FindingWords, ...]
    corrections: tuple[CorrectionWords, ...]
    certificate: CertificateState
    created_at: datetime


class SiteDatasets(_Answer):
    """By name; of the ``damaged`` ones, whose certificates do not hold, only that is known."""

    items: tuple[SiteDataset, ...]
    damaged: tuple[str, ...] = ()


class CorrectionAsked(_Answer):
    """The finding to correct, ``code:endpoint``, or the number of a correction to take off.

    Attributes:
        make: Whether a new version is made, not only shown.
    """

    finding: str = ""
    undo: int = Field(default=0, ge=0)
    make: bool = False


class Preparing(_Answer):
    """How many distinct structures of a file are prepared."""

    done: int
    of: int


class Added(_Answer):
    """What an import made; ``rejected`` rows were kept aside."""

    name: str
    version: str
    passes: bool
    molecules: int
    rejected: int


class ImportPart(_Answer):
    """One line of an import's answer: how far it is, or what it made."""

    progress: Preparing | None = None
    done: Added | None = None


def dataset_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the dataset page."""
    router = APIRouter()
    uploads = Uploads(folder)

    @router.get("/datasets")
    def read_datasets() -> SiteDatasets:
        vault = Vault(folder)
        return SiteDatasets(
            items=tuple(_describe(entry) for entry in vault.entries()),
            damaged=tuple(str(error.params["dataset"]) for error in vault.damaged()),
        )

    @router.post("/datasets/preview")
    def preview(file: UploadFile) -> Preview:
        return uploads.preview(file.filename or "", file.file)

    @router.post(
        "/datasets",
        response_class=StreamingResponse,
        responses={200: {"model": ImportPart, "description": "One part a line"}},
    )
    def add(
        file: list[UploadFile], name: Annotated[str, Form()], mapping: Annotated[str, Form()]
    ) -> StreamingResponse:
        files = [(one.filename or "", one.file) for one in file]
        work = uploads.add(files, name, _mapping(mapping))
        return in_parts(map(ImportPart.model_validate, work), work)

    @router.post("/datasets/{name}/corrections")
    def correct(name: str, body: CorrectionAsked) -> Change:
        asked = Request(name=name, finding=body.finding, undo=body.undo, make=body.make)
        return Change.model_validate(uploads.mend(asked))

    @router.get("/datasets/{name}/report", response_class=HTMLResponse)
    def report(name: str, language: Language) -> HTMLResponse:
        return HTMLResponse(str(uploads.mend(Request(name=name, report=language))))

    @router.get("/datasets/{name}/rejected", response_class=PlainTextResponse)
    def rejected(name: str) -> PlainTextResponse:
        vault = Vault(folder)
        text = vault.rejected(vault.entry(name))
        save = {"Content-Disposition": f'attachment; filename="{name}-rejected.csv"'}
        # With the mark a spreadsheet reads the Korean reasons as UTF-8.
        return PlainTextResponse(text.encode("utf-8-sig"), media_type="text/csv", headers=save)

    return router


def _mapping(text: str) -> ColumnMapping:
    try:
        return ColumnMapping.model_validate_json(text)
    except ValidationError as error:
        found = explained(error, ColumnMapping)
        raise InvalidInputError(
            found.sentence("The meaning of the columns"),
            hint=found.advice or "Name the structure column, and an endpoint for each value column",
            field=found.field,
        ) from None


def _describe(entry: VaultEntry) -> SiteDataset:
    certificate = entry.certificate
    return SiteDataset(
        name=entry.name,
        version=entry.version,
        rows=entry.rows,
        rejected=entry.about.rejected,
        endpoints=tuple(_endpoint(name, rows) for name, rows in certificate.molecules.items()),
        findings=tuple(_words(finding) for finding in entry.findings()),
        corrections=tuple(
            CorrectionWords(finding=one.finding, kind=one.kind, rows=len(getattr(one, "rows", ())))
            for one in entry.corrections()
        ),
        certificate=CertificateState(passes=certificate.passes, issued_at=certificate.issued_at),
        created_at=datetime.fromtimestamp(entry.created_at, UTC),
    )


def _endpoint(name: str, rows: int) -> EndpointCount:
    known = catalogue().get(name)
    return EndpointCount(id=name, name_ko=known.name_ko, name_en=known.name_en, rows=rows)


def _words(finding: Finding) -> FindingWords:
    title_ko, explanation_ko = _in("ko", finding)
    title_en, explanation_en = _in("en", finding)
    return FindingWords(
        code=finding.code,
        endpoint=finding.endpoint,
        fixable=finding.code in FIXABLE,
        severity=finding.severity,
        title_ko=title_ko,
        title_en=title_en,
        explanation_ko=explanation_ko,
        explanation_en=explanation_en,
        rows=len(finding.rows),
    )


def _in(language: Language, finding: Finding) -> tuple[str, str]:
    """Title and explanation of a finding in a language."""
    text = worded(finding, language)
    return text.title, f"{text.why} {text.fix}"
