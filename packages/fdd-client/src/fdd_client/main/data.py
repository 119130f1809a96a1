"""``fdd-client data``: the vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.core.errors import ExitCode, InvalidInputError
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

if TYPE_CHECKING:
    from fdd.data.mapping import ColumnMapping

__all__ = ["data"]

data = typer.Typer(
    help="The site's data: import, check, list, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
HERE = Path()


@data.command()
def add(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, SDF, Parquet or XLSX.")],
    folder: Folder = HERE,
    name: Annotated[str, typer.Option(help="Name of the dataset.")] = "main",
    endpoint: Annotated[str, typer.Option(help="Endpoint of the values.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the values.")] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help="Column mapping, JSON.")] = None,
    reference: Annotated[
        bool,
        typer.Option("--reference", help="Public molecules to judge models on, never trained."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a file: prepare, check, certify, keep. Exit status 1 when a finding blocks it.

    Example: fdd-client data add assays.csv --endpoint lipophilicity.logd74 --folder site
    """
    from fdd_client.vault import import_file, import_reference

    site = SiteFolder(folder)
    chosen = _mapping(mapping)
    if reference:
        molecules = import_reference(site, file, chosen, endpoint=endpoint, unit=unit)
        emit(as_json, {"reference_molecules": molecules})
        if not as_json:
            say(f"{molecules} reference molecules kept")
        return
    done = import_file(
        site, file, name, mapping=chosen, endpoint=endpoint, unit=unit, dry_run=dry_run
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
        say(f"{done.rows} rows → {done.molecules} molecules, {done.rejected} kept aside")
        for finding in done.findings:
            say(f"  {finding.severity.value:5} {finding.code} {finding.endpoint} ×{finding.count}")
        say("certified" if passes else "not certified: a finding blocks every endpoint")
    if not passes:
        raise typer.Exit(ExitCode.NO)


@data.command("list")
def list_(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the datasets.

    Example: fdd-client data list --folder site
    """
    from fdd_client.vault import Vault

    entries = Vault(SiteFolder(folder)).entries()
    emit(
        as_json,
        {
            "items": [
                {
                    "name": entry.name,
                    "version": entry.version,
                    "molecules": entry.certificate.molecules,
                    "admitted": list(entry.certificate.admitted_endpoints),
                }
                for entry in entries
            ]
        },
    )
    if as_json:
        return
    if not entries:
        say("The vault is empty. Import a file: fdd-client data add FILE")
    for entry in entries:
        counts = ", ".join(f"{name} {n}" for name, n in entry.certificate.molecules.items())
        say(f"{entry.name}  {entry.version}  {counts}")


@data.command()
def remove(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete.")] = False,
) -> None:
    """Delete a dataset with all its versions. Without --yes, say what would be deleted.

    Example: fdd-client data remove main --yes --folder site
    """
    from fdd_client.vault import Vault

    vault = Vault(SiteFolder(folder))
    if not yes:
        entry = vault.entry(name)
        say(f"Would delete {entry.name} {entry.version} and its earlier versions. Add --yes.")
        return
    for version in vault.remove(name):
        say(f"deleted {name} {version}")


def _mapping(path: Path | None) -> ColumnMapping | None:
    if path is None:
        return None
    from pydantic import ValidationError

    from fdd.data.mapping import ColumnMapping

    try:
        return ColumnMapping.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path.name} is not a column mapping", hint="Compare with the reference of mappings"
        ) from error
