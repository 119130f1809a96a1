"""``fdd-client data card``, ``overlap``, ``statistics`` and ``pipeline``: what members tell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fdd_client.main.data.group import HERE, AsJson, Folder, data
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

__all__ = ["card", "overlap", "pipeline", "statistics"]


@data.command()
def card(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show the data card as others see it: bands, noisy histograms, no small groups.

    Example: fdd-client data card main --folder site
    """
    from fdd_client.vault.vault import Vault

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
