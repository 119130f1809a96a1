"""``fdd-client data card``, ``overlap``, ``statistics`` and ``pipeline``: what members tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.core.errors import InvalidInputError
from fdd.language import told
from fdd_client.main.data.group import HERE, AsJson, Folder, data
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

if TYPE_CHECKING:
    from fdd.data.consortium import ConsortiumStatistics
    from fdd.protocol.cards import DataCard
    from fdd_client.agent.cards import CardWish, ShownCard

__all__ = ["card", "overlap", "pipeline", "statistics"]


@data.command()
def card(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    share: Annotated[
        str, typer.Option(metavar="DIGEST", help="Show the hub the card that had this digest.")
    ] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Let the hub delete it.")] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show the data card as others see it: bands, noisy histograms, no small groups.

    Nothing is sent by looking. --share with the digest that was printed lets the agent send exactly
    these bytes; --withdraw lets the hub delete them.

    Example: fdd-client data card main --folder site
    """
    from fdd_client.agent.cards import card_wishes, share_card, show_card, withdraw_card

    if share and withdraw:
        raise InvalidInputError("Either share the card or withdraw it", hint="Give one of the two")
    site = SiteFolder(folder)
    if withdraw:
        withdraw_card(site, name)
    elif share:
        share_card(site, name, share)
    shown = show_card(site, name)
    wish = card_wishes(site).get(name)
    emit(
        as_json,
        {
            **shown.shared.model_dump(mode="json"),
            "digest": shown.digest,
            "bytes": len(shown.payload),
            "shared": wish.model_dump(mode="json", exclude={"payload"}) if wish else None,
        },
    )
    if as_json:
        return
    _show(shown.shared.card)
    say("")
    for line in _standing(name, shown, wish):
        say(line)


def _show(shown: DataCard) -> None:
    say(f"molecules {shown.molecules}, scaffolds {shown.scaffolds}")
    for one in shown.endpoints:
        positive = f", positive {one.positive}" if one.positive else ""
        counts = f"{one.endpoint}: {one.molecules} molecules, limits {one.limits}{positive}"
        say(counts)
        most = max(one.counts, default=0)
        for low, count in zip(one.edges, one.counts, strict=False):
            say(f"  {low:8.3g}  {'▇' * round(30 * count / max(most, 1))} {count}")
    for finding in shown.findings:
        say(f"  {finding}")


def _standing(name: str, shown: ShownCard, wish: CardWish | None) -> Iterator[str]:
    """What the hub knows of a card, and what would be sent."""
    if wish is None or wish.wanted == "withdrawn":
        waits = wish is not None and wish.waits
        yield "The hub will be told to delete it." if waits else "The hub does not have this card."
    elif wish.refused is not None:
        yield f"The hub did not take it: {wish.refused}."
    else:
        yield "The agent will send it." if wish.waits else "The hub shows it to the members."
        if wish.digest == shown.digest:
            yield f"To take it back: fdd-client data card {name} --withdraw"
            return
        yield "That is the card of an earlier version."
    yield f"To share what is shown above, {len(shown.payload)} bytes and not the dataset's name:"
    yield f"  fdd-client data card {name} --share {shown.digest}"


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
        count = len(mine.molecules)
        say(f"{count} fingerprints in {out}; give them to the other site alone")
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
    file: Annotated[
        Path | None, typer.Argument(help="Histograms and held-out set of the consortium.")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what the consortium made known, with which imports are compared; FILE brings more.

    Runs bring it by themselves: mean and deviation of each endpoint, and histograms where a run
    asks for them.

    Example: fdd-client data statistics --folder site
    """
    from fdd_client.vault.shared import consortium_statistics, keep_statistics

    site = SiteFolder(folder)
    known = keep_statistics(site, file) if file else consortium_statistics(site)
    emit(as_json, known.model_dump(mode="json"))
    if not as_json:
        _known(known)


def _known(known: ConsortiumStatistics) -> None:
    for endpoint, centre in sorted(known.centres.items()):
        mean, deviation = f"{centre.mean:.3g}", f"{centre.deviation:.3g}"
        line = f"{endpoint}: mean {mean}, deviation {deviation}, {centre.sites} sites or more"
        say(line)
    for endpoint, histogram in sorted(known.histograms.items()):
        total, sites, median = histogram.total, histogram.sites, f"{histogram.median():.3g}"
        say(f"{endpoint}: {total} values of {sites} sites, median {median}")
        below = told(f"under {histogram.edges[0]:.3g}")
        lows = (below, *(f"{edge:.3g}" for edge in histogram.edges))
        for low, count in zip(lows, histogram.counts, strict=True):
            bar = "▇" * round(30 * count / max(histogram.total, 1))
            say(f"  {low:>12}  {bar} {count}")
    counted = f"{len(known.histograms)} histograms"
    say(f"{counted}, {len(known.held_out)} held-out molecules")


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
    whose = "" if bundle else " (none accepted; that of this release)"
    say(f"pipeline {shown.name}{whose}")
    for step, digest in shown.reference.model_dump().items():
        say(f"  {step:12} {digest}")
    say(f"  {'reference':12} {shown.reference_hash}")
