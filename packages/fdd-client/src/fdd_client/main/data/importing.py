"""``fdd-client data assays``, ``add`` and ``fix``: what a file holds, files into the vault, and
their corrections."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.core.errors import ExitCode, InvalidInputError
from fdd.language import Language, padded, speaking, told
from fdd_client.main.data.group import HERE, AsJson, Folder, data
from fdd_client.main.output import emit, preparing, say
from fdd_client.settings import SiteFolder

if TYPE_CHECKING:
    from fdd.data.mapping import ColumnMapping
    from fdd_client.vault.files import GivenFile
    from fdd_client.vault.importing import Imported

__all__ = ["add", "assays", "fix"]


@data.command()
def add(
    files: Annotated[
        list[Path],
        typer.Argument(help="CSV, TSV, SDF, Parquet or XLSX; several = splits; or a query, .sql."),
    ],
    folder: Folder = HERE,
    name: Annotated[str, typer.Option(help="Name of the dataset.")] = "main",
    endpoint: Annotated[str, typer.Option(help="Endpoint of the values.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the values.")] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help="Column mapping, JSON.")] = None,
    database: Annotated[
        Path | None,
        typer.Option(help="Address of the database, a file; else database.address."),
    ] = None,
    reference: Annotated[
        bool,
        typer.Option("--reference", help="Public molecules to judge models on, never trained."),
    ] = False,
    corrections: Annotated[
        Path | None, typer.Option(help="List of corrections, made by 'fdd data fix'.")
    ] = None,
    keep_days: Annotated[
        float | None, typer.Option(min=0, help="Delete the version after so many days.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a file: prepare, check, certify, keep. Exit status 1 when a finding blocks it.

    Several files are declared splits of one dataset. A file that ends in .sql is a query; another
    process asks the database whose address --database FILE, or database.address in the site's
    folder, holds.

    Example: fdd-client data add assays.csv --endpoint lipophilicity.logd74 --folder site
    """
    from fdd.data.checks import worded
    from fdd.data.corrections import read_corrections
    from fdd_client.vault.importing import import_file, import_reference

    site = SiteFolder(folder)
    chosen = _mapping(mapping)
    if reference:
        if len(files) > 1:
            raise InvalidInputError("The reference is one file", hint="Join the files first")
        molecules = import_reference(site, files[0], chosen, endpoint=endpoint, unit=unit)
        emit(as_json, {"reference_molecules": molecules})
        if not as_json:
            say(f"{molecules} reference molecules kept")
        return
    with _without_queries(site, files, database) as tables, preparing() as progress:
        done = import_file(
            site,
            tables,
            name,
            mapping=chosen,
            endpoint=endpoint,
            unit=unit,
            corrections=read_corrections(corrections) if corrections else (),
            keep_days=keep_days,
            dry_run=dry_run,
            progress=progress,
        )
    passes = done.certificate.passes
    emit(
        as_json,
        {
            "name": done.name,
            "version": done.version,
            "rows": done.rows,
            "molecules": done.molecules,
            "rejected": done.rejected,
            "kept": done.kept,
            "passes": passes,
            "admitted": list(done.certificate.admitted_endpoints),
            "findings": [finding.model_dump(mode="json") for finding in done.findings],
        },
    )
    if not as_json:
        counts = f"{done.rows} rows → {done.molecules} molecules, {done.rejected} kept aside"
        say(counts)
        for finding in done.findings:
            severity = padded(told(finding.severity.value), 5)
            title = worded(finding, speaking().value).title
            say(f"  {severity} {title}  ({finding.code})")
        say("; ".join(told(part) for part in _outcome(done)))
    if not passes:
        raise typer.Exit(ExitCode.NO)


@data.command()
def assays(
    file: Annotated[Path, typer.Argument(help="A table with a column that names the assay.")],
    column: Annotated[str, typer.Option(help="Header of that column.")],
    write: Annotated[
        Path | None, typer.Option(help="Write a mapping that follows them, for add --map.")
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Consent in it that assays of an endpoint share a head.")
    ] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Propose an endpoint for each assay of a file, with the words that it rests on.

    Example: fdd-client data assays assays.csv --column Assay --write map.json --folder site
    """
    from fdd.data.assays import mapping_of, propose
    from fdd.data.readers import read_table

    table = read_table(file)
    proposals = propose(table, column)
    if write is not None:
        mapping = mapping_of(table, column, proposals, merge=merge)
        SiteFolder(folder).write_private(write, mapping.model_dump_json(indent=1).encode())
    emit(as_json, {"items": [one.model_dump(mode="json") for one in proposals]})
    if as_json:
        return
    for one in proposals:
        say(one.line())
    if write is not None:
        say(f"{write} is written")


@data.command()
def fix(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    finding: Annotated[str, typer.Option(help="CODE or CODE:ENDPOINT to correct.")] = "",
    undo: Annotated[int, typer.Option(help="Take this correction, from 1, off again.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Really make a new version.")] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what the correction of a finding would change; with --yes make a new version.

    The imported file and earlier versions stay as they are. Without --finding, list both the
    corrections in use and the findings that have one.

    Example: fdd-client data fix main --finding piled_up_extremes --yes --folder site
    """
    from fdd_client.vault.correcting import Correcting

    correcting = Correcting(SiteFolder(folder), name)
    if not finding and not undo:
        found = correcting.choices()
        emit(as_json, found.model_dump(mode="json"))
        if not as_json:
            for number, one in enumerate(found.corrections, start=1):
                say(f"in use        {number}  {one.finding}  {one.kind}")
            for code in found.offered:
                say(f"can be fixed  {code}")
        return
    changed = correcting.without(undo) if undo else correcting.with_finding(finding)
    shown = correcting.make(changed) if yes else correcting.preview(changed)
    emit(as_json, shown.model_dump(mode="json"))
    if as_json:
        return
    for endpoint, (old, new) in shown.molecules.items():
        say(f"{endpoint}: {old} → {new} molecules")
    for sign, findings in (("-", shown.gone), ("+", shown.new)):
        for each in findings:
            say(f"{sign} {each.title_ko if speaking() is Language.KO else each.title_en}")
    last = f"new version {shown.version}" if yes else "Nothing is changed yet. Add --yes."
    say(last)


@contextmanager
def _without_queries(
    site: SiteFolder, files: list[Path], database: Path | None
) -> Iterator[list[GivenFile]]:
    """The files, with what a query answers in place of each query."""
    from fdd_client.database import query
    from fdd_client.vault.files import GivenFile
    from fdd_client.vault.memory import memory_folder

    with tempfile.TemporaryDirectory(dir=memory_folder(site)) as place:
        tables = []
        for number, file in enumerate(files):
            if file.suffix.lower() != ".sql":
                tables.append(GivenFile(file, file.name))
                continue
            target = Path(place) / f"{number}.parquet"
            query(file, database or site.database, target)
            tables.append(GivenFile(target, f"{file.stem}.parquet"))
        yield tables


def _outcome(done: Imported) -> list[str]:
    admitted = ", ".join(done.certificate.admitted_endpoints)
    blocked = sorted(set(done.certificate.molecules) - set(done.certificate.admitted_endpoints))
    also = [f"blocked: {', '.join(blocked)}"] if admitted and blocked else []
    if not done.kept:
        would = f"would be certified for {admitted}" if admitted else "would be blocked"
        return [f"dry run, nothing is kept: {would}", *also]
    if admitted:
        return [f"certified for {admitted}", *also]
    return ["kept, but blocked: no run may use it until the findings marked block are mended"]


def _mapping(path: Path | None) -> ColumnMapping | None:
    if path is None:
        return None
    from pydantic import ValidationError

    from fdd.core.explain import explained
    from fdd.data.mapping import ColumnMapping
    from fdd.data.names import shown_name

    name = shown_name(path)
    try:
        return ColumnMapping.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInputError(
            f"{name} cannot be read: {error.strerror}", hint="Check the path, and who may read it"
        ) from error
    except ValidationError as error:
        found = explained(error, ColumnMapping)
        raise InvalidInputError(
            found.sentence(name),
            hint=found.advice or "Compare with the manual on importing data",
            field=found.field,
        ) from None
