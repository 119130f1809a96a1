"""``fdd data endpoints``, ``assays`` and ``reference``: what the library knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.cli.data.group import AsJson, data
from fdd.cli.data.look import read_document
from fdd.cli.output import console, print_json, say
from fdd.core.errors import ExitCode
from fdd.language import padded, told

if TYPE_CHECKING:
    from fdd.data.endpoints import Endpoint

__all__ = ["assays", "endpoints", "reference"]


@data.command()
def endpoints(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only endpoints that these words may mean.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the endpoints of the catalogue: id, unit and name.

    Example: fdd data endpoints hERG
    """
    from fdd.data.endpoints import catalogue

    known = catalogue()
    asked = " ".join(words or [])
    ids = known.near(asked, most=20) if asked else known.ids()
    found = [known.get(name) for name in ids]
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found]})
        return
    for one in found:
        measure = padded(told(_measure(one)), 26)
        typer.echo(f"{one.id:34}  {measure}  {one.name_en} · {one.name_ko}")
    if not found:
        say("No endpoint is like that. All of them: fdd data endpoints")


def _measure(endpoint: Endpoint) -> str:
    return "0 or 1" if endpoint.kind == "binary" else endpoint.written_unit or "a number"


@data.command()
def reference(
    against: Annotated[Path | None, typer.Option(help="A bundle to compare with.")] = None,
    name: Annotated[str, typer.Option(help="Name of the version.")] = "installed",
    as_json: AsJson = False,
) -> None:
    """Compute the public reference set: equal hashes mean equal pipelines, step by step.

    With --json this is the bundle that a consortium signs. Exit status 1 when a step differs.

    Example: fdd data reference --name 2026.2 --json > bundle.json
    """
    from fdd.data.bundle import PipelineBundle, bundle_of

    mine = bundle_of(name)
    if as_json:
        print_json(mine.model_dump(mode="json"))
    else:
        for step, digest in mine.reference.model_dump().items():
            typer.echo(f"{step:12} {digest}")
        typer.echo(f"{'reference':12} {mine.reference_hash}")
    if against is None:
        return
    steps = read_document(against, PipelineBundle).differences()
    differs = f"differs in: {', '.join(steps)}"
    console().print(told(differs if steps else "the same pipeline"))
    if steps:
        raise typer.Exit(ExitCode.NO)


@data.command()
def assays(
    file: Annotated[Path, typer.Argument(help="A table with a column that names the assay.")],
    column: Annotated[str, typer.Option(help="Header of that column.")],
    write: Annotated[Path | None, typer.Option(help="Write a mapping that follows them.")] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Consent in it that assays of an endpoint share a head.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose an endpoint for each assay of a file, with the words that it rests on.

    Example: fdd data assays assays.csv --column "Assay Description" --write map.json
    """
    from fdd.data.assays import mapping_of, propose
    from fdd.data.readers import read_table

    table = read_table(file)
    proposals = propose(table, column)
    if write is not None:
        mapping = mapping_of(table, column, proposals, merge=merge)
        write.write_text(mapping.model_dump_json(indent=1), "utf-8")
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in proposals]})
        return
    for one in proposals:
        typer.echo(one.line())
    if write is not None:
        say(f"{write} is written")
