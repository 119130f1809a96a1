"""``fdd model``: released models of the hub at which a person has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdd.cli.commands import Commands
from fdd.cli.login import at_the_hub
from fdd.cli.output import asking, print_json, say
from fdd.core.errors import ExitCode
from fdd.language import Language, speaking, told

if TYPE_CHECKING:
    from fdd.sdk.released import ReleasedModel

__all__ = ["released"]

released = Commands(
    name="model", help="Released models of the hub at which you have signed in.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

RunName = Annotated[str, typer.Argument(metavar="RUN", help="The run that made the model.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@released.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the models, and how many molecules you may still ask each for.

    Example: fdd model list
    """
    with at_the_hub() as hub:
        found = hub.released_models()
    if as_json:
        print_json({"items": found})
        return
    for model in found:
        left = told(f"{model['left']} of {model['budget']} molecules left")
        say(f"{model['run_id']}  {left}  {model['licence']}  {model['name']}")
    if not found:
        say("No model is released yet.")


@released.command()
def show(run_id: RunName, as_json: AsJson = False) -> None:
    """Show what a model predicts, what its intervals rest on, and its licence and terms.

    Example: fdd model show run-0k3…
    """
    with at_the_hub() as hub:
        found = hub.released_model(run_id)
    if as_json:
        print_json(found)
    else:
        _show(found)


@released.command()
def predict(
    run_id: RunName,
    file: Annotated[
        Path | None, typer.Argument(help="Molecules; without it, SMILES from standard input.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV, TSV, SDF or Parquet to write.")
    ] = None,
    licence: Annotated[
        str, typer.Option(help="The model's licence, which you accept by naming it.")
    ] = "",
    column: Annotated[str, typer.Option(help="Column of structures.")] = "",
    endpoint: Annotated[list[str] | None, typer.Option(help="Only this endpoint.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="ENDPOINT=UNIT of the answer.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; say what would be counted.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over the output.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a model of the hub; the structures leave this machine, each distinct one once.

    Example: fdd model predict run-0k3… molecules.csv --licence CC-BY-NC-4.0 -o predicted.csv
    """
    from fdd.cli.answering import answer_file, answer_lines, asked_lines
    from fdd.prediction.asked import place_for, units_of
    from fdd.prediction.files import structures_in
    from fdd.sdk.released import ReleasedModel

    units, endpoints = units_of(unit or []), endpoint or []
    target = None if file is None else place_for(file, output, force=force)
    lines = structures_in(file, column) if file is not None else asked_lines()
    with at_the_hub() as hub, asking() as bar:
        model = ReleasedModel(hub, run_id, licence, bar.advance)
        if dry_run:
            _would(model, lines, as_json)
            return
        before = model.left
        bar.begin(model.require(lines))
        if not as_json:
            say(f"{before} of {model.facts['budget']} molecules left")

        def counted() -> Mapping[str, object]:
            return {"counted": before - model.left, "left": model.left}

        if file is None or target is None:
            answer_lines(model(lines, endpoints, units=units), lines, as_json, counted)
        else:
            answer_file(model, file, target, column, endpoints, units, as_json, counted)
        if not as_json:
            say(f"{before - model.left} molecules counted, {model.left} left")


def _would(model: ReleasedModel, lines: list[str], as_json: bool) -> None:
    """What a question would count for."""
    asked = len({line for line in lines if line})
    enough = asked <= model.left
    if as_json:
        print_json({"molecules": asked, "left": model.left, "enough": enough})
    else:
        say(f"Would ask for {asked} distinct molecules at most; {model.left} are left.")
    if not enough:
        raise typer.Exit(ExitCode.NO)


def _show(model: Mapping[str, Any]) -> None:
    korean = speaking() is Language.KO
    say(f"{model['name']} ({model['run_id']})")
    say(f"licence    {model['licence']}")
    if model["terms"]:
        say(f"terms      {model['terms']}")
    say(f"left       {model['left']} of {model['budget']} molecules")
    say(f"released   {model['released_at']}")
    say(f"family     {model['family']}")
    say(f"digest     {model['digest']}")
    for each in model["endpoints"]:
        pooled = each["pooled"]
        if pooled is None:
            rests = told("no intervals: too few molecules of the sites")
        else:
            rests = told(
                f"intervals rest on {pooled['molecules']} molecules of {pooled['sites']} sites"
            )
        unit = told("yes or no") if each["binary"] else each["unit"]
        facts = (each["name_ko" if korean else "name_en"], unit, rests)
        say(f"  {each['endpoint']:32} {' · '.join(filter(None, facts))}")
