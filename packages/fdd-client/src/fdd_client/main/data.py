"""``fdd-client data``: the vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.core.errors import ExitCode, InvalidInputError
from fdd_client.main.output import emit, preparing, say
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

    Example: fdd-client data add assays.csv --endpoint lipophilicity.logd74 --folder site
    """
    from fdd.data.corrections import read_corrections
    from fdd_client.vault import import_file, import_reference

    site = SiteFolder(folder)
    chosen = _mapping(mapping)
    if reference:
        molecules = import_reference(site, file, chosen, endpoint=endpoint, unit=unit)
        emit(as_json, {"reference_molecules": molecules})
        if not as_json:
            say(f"{molecules} reference molecules kept")
        return
    with preparing() as progress:
        done = import_file(
            site,
            file,
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
                    "of_this_membership": entry.of_this_membership,
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
        if not entry.of_this_membership:
            say("  of a former membership: to look at, not to train on")


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
    from fdd_client.vault import remove as delete

    site = SiteFolder(folder)
    if not yes:
        entry = Vault(site).entry(name)
        say(f"Would delete {entry.name} {entry.version} and its earlier versions. Add --yes.")
        return
    versions = Vault(site).versions(name)
    delete(site, name)
    for version in versions:
        say(f"deleted {name} {version}; certificate: vault/.deleted/{name}-{version}.json")


@data.command()
def pipeline(
    accept: Annotated[
        Path | None, typer.Option(help="A pipeline version that the consortium signed.")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what this installation computes on the public reference set; accept a signed version.

    Example: fdd-client data pipeline --accept pipeline-2026.2.json --folder site
    """
    from fdd.data.bundle import bundle_of
    from fdd_client.vault.pipelines import accept_pipeline, accepted_bundle

    site = SiteFolder(folder)
    bundle = accept_pipeline(site, accept) if accept else accepted_bundle(site)
    shown = bundle or bundle_of("installed")
    emit(as_json, {"accepted": bundle is not None, **shown.model_dump(mode="json")})
    if as_json:
        return
    say(f"pipeline {shown.name}{'' if bundle else ' (none accepted; that of this release)'}")
    for step, digest in shown.reference.model_dump().items():
        say(f"  {step:12} {digest}")
    say(f"  {'reference':12} {shown.reference_hash}")


@data.command()
def statistics(
    file: Annotated[Path, typer.Argument(help="Histograms and held-out set of the consortium.")],
    folder: Folder = HERE,
) -> None:
    """Take over what the consortium made known; imports are then compared with it.

    Example: fdd-client data statistics consortium.json --folder site
    """
    from fdd_client.vault.shared import keep_statistics

    known = keep_statistics(SiteFolder(folder), file)
    say(f"{len(known.histograms)} histograms, {len(known.held_out)} held-out molecules")


@data.command()
def overlap(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    key: Annotated[Path, typer.Option(help="Key that both sites hold and nobody else.")],
    out: Annotated[Path | None, typer.Option(help="Write fingerprints for the other site.")] = None,
    against: Annotated[Path | None, typer.Option(help="The other site's fingerprints.")] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Count what two consenting sites both hold; nothing but counts comes of it.

    Example: fdd-client data overlap main --key pair.key --against theirs.json --folder site
    """
    from fdd_client.vault.shared import compare, own_fingerprints

    site = SiteFolder(folder)
    secret = key.read_bytes() if key.is_file() else b""
    if out is not None:
        mine = own_fingerprints(site, name, secret)
        site.write_private(out, mine.model_dump_json().encode())
        say(f"{len(mine.molecules)} fingerprints in {out}; give them to the other site alone")
    if against is None:
        return
    found = compare(site, name, secret, against)
    emit(as_json, found.model_dump(mode="json"))
    if not as_json:
        say(
            f"with {found.site}: {found.molecules} of {found.mine} molecules, {found.scaffolds} "
            f"scaffolds, {found.same_values} equal values (under ten count as none)"
        )


@data.command()
def card(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show the data card as others see it: bands, noisy histograms, no small groups.

    Example: fdd-client data card main --folder site
    """
    from fdd_client.vault import Vault

    vault = Vault(SiteFolder(folder))
    shown = vault.card(vault.entry(name))
    emit(as_json, shown.model_dump(mode="json"))
    if as_json:
        return
    say(f"molecules {shown.molecules}, scaffolds {shown.scaffolds}")
    for one in shown.endpoints:
        positive = f", positive {one.positive}" if one.positive else ""
        say(f"{one.endpoint}: {one.molecules} molecules, limits {one.limits}{positive}")
        most = max(one.counts, default=0)
        for low, count in zip(one.edges, one.counts, strict=False):
            say(f"  {low:8.3g}  {'▇' * round(30 * count / max(most, 1))} {count}")
    for finding in shown.findings:
        say(f"  {finding}")


@data.command()
def expire(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Delete the versions whose time of keeping is over, and certify it.

    Example: fdd-client data expire --folder site
    """
    from fdd_client.vault import expire as delete

    signed = delete(SiteFolder(folder))
    emit(as_json, {"items": [one.model_dump(mode="json") for one in signed]})
    if not as_json:
        say(f"{len(signed)} versions deleted; certificates: vault/.deleted")


@data.command()
def access(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show who opened which dataset when and for what, once the chain is checked.

    Example: fdd-client data access --folder site
    """
    from datetime import UTC, datetime

    from fdd_client.vault import Vault

    entries = Vault(SiteFolder(folder)).access.entries()
    emit(as_json, {"items": [entry.model_dump(mode="json") for entry in entries]})
    if as_json:
        return
    for entry in entries:
        moment = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds")
        say(f"{moment}  {entry.purpose:10}  {entry.dataset}  {entry.version}  {entry.user}")
    say(f"{len(entries)} accesses; the chain is intact")


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
            say(f"{sign} {each.title_en}")
    say(f"new version {shown.version}" if yes else "Nothing is changed yet. Add --yes.")


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
