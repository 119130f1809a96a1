"""``fdd families``: the catalogue of model families, and the card of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from fdd.cli.data.group import AsJson, LanguageOption
from fdd.cli.output import print_json
from fdd.data.language import Language

if TYPE_CHECKING:
    from fdd.models.catalogue import CataloguedFamily, Words

__all__ = ["families"]

families = typer.Typer(
    name="families", help="Model families: what each needs, costs and begins with."
)

_WORDS: Final = {
    "strategy": ("a strategy, in simulations only", "집계 전략, 시뮬레이션에서만"),
    "featurizers": ("Featurisers", "특징 추출기"),
    "graph": (
        "sees graphs, from which structures can be drawn",
        "구조를 다시 그릴 수 있는 그래프를 봄",
    ),
    "rows": ("Rows at least", "최소 행 수"),
    "recipe": ("Recipe", "학습 방법"),
    "recipe_text": (
        "{rounds} rounds × {epochs} epochs, batch {batch}, rate {rate:g}, {schedule}",
        "{rounds}라운드 × {epochs}에폭, 배치 {batch}, 학습률 {rate:g}, {schedule}",
    ),
    "traffic": ("A round", "한 라운드"),
    "traffic_text": (
        "{up:.2f} MB up ({packed:.2f} MB packed on a slow line), {down:.2f} MB down",
        "보냄 {up:.2f} MB(느린 회선에서 압축하면 {packed:.2f} MB), 받음 {down:.2f} MB",
    ),
    "parameters": ("Parameters", "매개변수"),
    "cpu": ("CPU", "CPU"),
    "cpu_text": (
        "{ms:g} ms a molecule and epoch ({machine}, {measured})",
        "분자·에폭당 {ms:g} ms ({machine}, {measured})",
    ),
    "options": ("Options", "옵션"),
}


@families.callback(invoke_without_command=True)
def list_(
    context: typer.Context, language: LanguageOption = Language.EN, as_json: AsJson = False
) -> None:
    """List the families with megabytes a round and milliseconds a molecule and epoch.

    Example: fdd families
    """
    if context.invoked_subcommand is not None:
        return
    from fdd.models.catalogue import catalogue

    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in catalogue()]})
        return
    for one in catalogue():
        moved = f"{(one.traffic.up + one.traffic.down) / 1e6:.1f} MB" if one.traffic else "–"
        spent = f"{one.costs.cpu_ms:g} ms" if one.costs else "–"
        typer.echo(f"{one.name:12} {moved:>8} {spent:>9}  {_said(one.purpose, language)}")


@families.command()
def show(
    name: Annotated[str, typer.Argument(help="The family.")],
    language: LanguageOption = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Show the card of a family.

    Example: fdd families show dmpnn
    """
    from fdd.models.catalogue import family_card

    card = family_card(name)
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    typer.echo(f"{card.name}: {_said(card.purpose, language)}")
    for label, text in _facts(card, language):
        typer.echo(f"  {label:14} {text}")
    if card.options:
        typer.echo(f"  {_word('options', language)}")
    for option in card.options:
        bounds = f"{option.default:g} ({option.least:g}–{option.most:g})"
        typer.echo(f"    {option.name:12} {bounds:16} {_said(option.meaning, language)}")


def _facts(card: CataloguedFamily, language: Language) -> list[tuple[str, str]]:
    from fdd.models.catalogue import measured_costs

    def word(key: str, **values: object) -> str:
        return _word(key, language).format(**values)

    shown = [word("graph")] if card.graph else []
    facts = [(word("featurizers"), "; ".join([", ".join(card.featurizers), *shown]))]
    if card.simulation_only:
        facts.insert(0, ("", word("strategy")))
    if card.minimum_rows is not None:
        facts.append((word("rows"), str(card.minimum_rows)))
    if card.recipe is not None:
        recipe = {
            "rounds": card.recipe.rounds,
            "epochs": card.recipe.local_epochs,
            "batch": card.recipe.batch_size,
            "rate": card.recipe.learning_rate,
            "schedule": card.recipe.schedule,
        }
        facts.append((word("recipe"), word("recipe_text", **recipe)))
    if card.traffic is not None:
        up, down = card.traffic.up / 1e6, card.traffic.down / 1e6
        packed = up * (card.costs.packed if card.costs is not None else 1)
        facts.append((word("parameters"), f"{card.traffic.parameters:,}"))
        facts.append((word("traffic"), word("traffic_text", up=up, packed=packed, down=down)))
    if card.costs is not None:
        costs = measured_costs()
        made = {"machine": costs.machine, "measured": costs.measured}
        facts.append((word("cpu"), word("cpu_text", ms=card.costs.cpu_ms, **made)))
    return facts


def _said(words: Words, language: Language) -> str:
    return words.ko if language is Language.KO else words.en


def _word(key: str, language: Language) -> str:
    return _WORDS[key][language is Language.KO]
