"""``fdd families``: the catalogue of model families, and the card of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fdd.cli.commands import Commands
from fdd.cli.output import print_json, say
from fdd.language import Language, padded, speaking, told

if TYPE_CHECKING:
    from fdd.models.catalogue import CataloguedFamily, Words

__all__ = ["families"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

families = Commands(name="families", help="Model families: what each needs, costs and begins with.")


@families.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """List the families with megabytes a round and milliseconds a molecule and epoch.

    Example: fdd families list
    """
    from fdd.models.catalogue import catalogue

    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in catalogue()]})
        return
    for one in catalogue():
        moved = f"{(one.traffic.up + one.traffic.down) / 1e6:.1f} MB" if one.traffic else "–"
        spent = f"{one.costs.cpu_ms:g} ms" if one.costs else "–"
        say(f"{one.name:12} {moved:>8} {spent:>9}  {_said(one.purpose)}")


@families.command()
def show(name: Annotated[str, typer.Argument(help="The family.")], as_json: AsJson = False) -> None:
    """Show the card of a family.

    Example: fdd families show dmpnn
    """
    from fdd.models.catalogue import family_card

    card = family_card(name)
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    say(f"{card.name}: {_said(card.purpose)}")
    for label, text in _facts(card):
        say(f"  {padded(told(label), 14)} {text}")
    if card.options:
        say("  Options")
    for option in card.options:
        bounds = f"{option.default:g} ({option.least:g}–{option.most:g})"
        say(f"    {option.name:12} {bounds:16} {_said(option.meaning)}")


def _facts(card: CataloguedFamily) -> list[tuple[str, str]]:
    from fdd.models.catalogue import measured_costs

    read = ", ".join(card.featurizers)
    graph = f"; {told('sees graphs, from which structures can be drawn')}" if card.graph else ""
    facts = [("Featurisers", f"{read}{graph}")]
    if card.simulation_only:
        facts.insert(0, ("", told("a strategy, in simulations only")))
    if card.minimum_rows is not None:
        facts.append(("Rows at least", str(card.minimum_rows)))
    if card.recipe is not None:
        recipe = card.recipe
        text = told(
            f"{recipe.rounds} rounds × {recipe.local_epochs} epochs, batch {recipe.batch_size}, "
            f"rate {recipe.learning_rate:g}, {recipe.schedule}"
        )
        facts.append(("Recipe", text))
    if card.traffic is not None:
        up, down = card.traffic.up / 1e6, card.traffic.down / 1e6
        packed = up * (card.costs.packed if card.costs is not None else 1)
        facts.append(("Parameters", f"{card.traffic.parameters:,}"))
        text = told(f"{up:.2f} MB up ({packed:.2f} MB packed on a slow line), {down:.2f} MB down")
        facts.append(("A round", text))
    if card.costs is not None:
        made = measured_costs()
        text = told(
            f"{card.costs.cpu_ms:g} ms a molecule and epoch ({made.machine}, {made.measured})"
        )
        facts.append(("CPU", text))
    return facts


def _said(words: Words) -> str:
    return words.ko if speaking() is Language.KO else words.en
