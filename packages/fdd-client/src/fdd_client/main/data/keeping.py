"""``fdd-client data list``, ``rejected``, ``remove``, ``expire``, ``access``: the vault's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fdd.language import padded, speaking, told
from fdd_client.main.data.group import HERE, AsJson, Folder, data
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

if TYPE_CHECKING:
    from fdd_client.vault.entry import VaultEntry

__all__ = ["access", "expire", "list_", "rejected", "remove"]

_PURPOSES: Final = {
    "import": "opened for import",
    "training": "opened for training",
    "prediction": "opened for prediction",
    "correction": "opened for correction",
    "card": "opened for card",
    "overlap": "opened for overlap",
    "rejected": "opened for rejected",
    "removal": "opened for removal",
    "expiry": "opened for expiry",
}


@data.command("list")
def list_(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the datasets, each opened once to see that nothing of it is damaged.

    Example: fdd-client data list --folder site
    """
    from fdd_client.agent.cards import card_wishes
    from fdd_client.vault.vault import Vault

    entries, damaged = Vault(SiteFolder(folder)).verified()
    cards = card_wishes(SiteFolder(folder))
    emit(
        as_json,
        {
            "items": [
                {
                    "name": entry.name,
                    "version": entry.version,
                    "rows": entry.rows,
                    "rejected": entry.about.rejected,
                    "molecules": entry.certificate.molecules,
                    "admitted": list(entry.certificate.admitted_endpoints),
                    "passes": entry.certificate.passes,
                    "expired": entry.expired,
                    "of_this_membership": entry.of_this_membership,
                    "card": cards[entry.name].wanted if entry.name in cards else None,
                }
                for entry in entries
            ],
            "damaged": [error.params["dataset"] for error in damaged],
        },
    )
    if as_json:
        return
    if not entries and not damaged:
        say("The vault is empty. Import a file: fdd-client data add FILE")
    for error in damaged:
        say(error.detail)
        say(f"  → {told(error.hint)}")
    for entry in entries:
        shown = entry.name in cards and cards[entry.name].wanted == "shared"
        parts = [
            _counts(entry),
            _state(entry),
            *(["card shown to the consortium"] if shown else []),
        ]
        said = (told(part) for part in parts)
        say("  ".join((entry.name, entry.version, *said)))
        for endpoint, count in entry.certificate.molecules.items():
            codes = _blocking(entry, endpoint)
            parts = [f"{count} molecules", *([f"blocked by {codes}"] if codes else [])]
            said = (told(part) for part in parts)
            say("  ".join(("", endpoint, *said)))


def _counts(entry: VaultEntry) -> str:
    aside = entry.about.rejected
    return f"{entry.rows} rows, {aside} kept aside" if aside else f"{entry.rows} rows"


@data.command()
def rejected(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write them to this file as CSV.")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show the rows that were kept aside, each with its reason; no cell of them is shown.

    Example: fdd-client data rejected main --out rejected.csv --folder site
    """
    import csv
    import io

    from fdd.data.rejected import why
    from fdd_client.vault.vault import Vault

    site = SiteFolder(folder)
    vault = Vault(site)
    text = vault.rejected(vault.entry(name))
    rows = list(csv.DictReader(io.StringIO(text)))
    if out is not None:
        site.write_private(out, text.encode("utf-8-sig"))
    emit(as_json, {"items": rows})
    if as_json:
        return
    if out is not None:
        say(f"{len(rows)} rows or cells kept aside, in {out}")
        return
    for row in rows:
        reason = why(row["reason"], row["detail"], speaking())
        say("  ".join(filter(None, (row["row"], row["column"], reason))))
    say(f"{len(rows)} rows or cells kept aside")


def _blocking(entry: VaultEntry, endpoint: str) -> str:
    """Codes of the findings that keep an endpoint out of every run."""
    found = entry.certificate.findings
    blocking = [f.code for f in found if f.severity == "block" and f.endpoint in ("", endpoint)]
    return ", ".join(dict.fromkeys(blocking))


def _state(entry: VaultEntry) -> str:
    if not entry.of_this_membership:
        return "of a former membership: to look at, not to train on"
    if entry.expired:
        return "expired: fdd-client data expire"
    return "certified" if entry.certificate.passes else "BLOCKED: no run may use it"


@data.command()
def remove(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete.")] = False,
) -> None:
    """Delete a dataset with all its versions. Without --yes, say what would be deleted.

    Example: fdd-client data remove main --yes --folder site
    """
    from fdd_client.vault.deletion import remove as delete
    from fdd_client.vault.vault import Vault

    site = SiteFolder(folder)
    if not yes:
        versions = Vault(site).versions(name) or [Vault(site).entry(name).version]
        would = f"Would delete {name} {versions[-1]} and its earlier versions. Add --yes."
        say(would)
        return
    versions = Vault(site).versions(name)
    delete(site, name)
    for version in versions:
        certificate = f"vault/.deleted/{name}-{version}.json"
        say(f"deleted {name} {version}; certificate: {certificate}")


@data.command()
def expire(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Delete the versions whose time of keeping is over, and certify it.

    Example: fdd-client data expire --folder site
    """
    from fdd_client.vault.deletion import expire as delete

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

    from fdd_client.vault.vault import Vault

    entries = Vault(SiteFolder(folder)).access.entries()
    emit(as_json, {"items": [entry.model_dump(mode="json") for entry in entries]})
    if as_json:
        return
    for entry in entries:
        moment = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds")
        purpose = told(_PURPOSES.get(entry.purpose, entry.purpose))
        say(f"{moment}  {padded(purpose, 21)}  {entry.dataset}  {entry.version}  {entry.user}")
    say(f"{len(entries)} accesses; the chain is intact")
