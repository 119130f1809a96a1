"""``fdd-server pipeline``: versions of the pipeline that the consortium's sites may accept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.cli.commands import Commands
from fdd_server.app.output import reports_errors, tell

if TYPE_CHECKING:
    from fdd.data.bundle import PipelineBundle

__all__ = ["pipeline"]

pipeline = Commands(
    no_args_is_help=True, help="Pipeline versions, signed for the sites of this consortium."
)

_KEY_ID = "hub"


@pipeline.callback()
def _group() -> None:
    """Keep the name of the only command."""


@pipeline.command("sign", epilog="Example: fdd-server pipeline sign DIR 2026.2 --out pipeline.json")
@reports_errors
def sign(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the server.")],
    name: Annotated[str, typer.Argument(help="Name of the version.")],
    out: Annotated[Path, typer.Option(help="File for the sites.")],
    bundle: Annotated[
        Path | None,
        typer.Option(help="A version made by 'fdd data reference --json'; else the installed one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Sign a version with the hub's key. Each site then takes it only if it computes the same.

    Nothing is signed that this installation itself computes differently.
    """
    from fdd.core.errors import InvalidInputError
    from fdd.core.ids import is_name
    from fdd.data.bundle import bundle_of
    from fdd.protocol.statements import sign_statement
    from fdd_server.app.opened import opened

    if not is_name(name):
        raise InvalidInputError(
            "The name of a version has lower-case letters, digits, '.', '_' and '-'",
            hint="Name it like a release, such as 2026.2",
        )
    version = bundle_of(name) if bundle is None else _given(bundle, name)
    with opened(folder) as hub, hub.database.write() as work:
        signed = sign_statement("pipeline", version, hub.keys.signing, _KEY_ID)
        out.write_text(signed.model_dump_json(indent=1), "utf-8")
        hub.audit.record(
            work, actor="operator", action="pipeline.signed", subject=version.name,
            reference=version.reference_hash,
        )  # fmt: skip
    tell(
        as_json,
        {"name": version.name, "reference": version.reference_hash, "file": str(out)},
        f"{version.name}  {version.reference_hash}  {out}",
        "Each site accepts it with: fdd-client data pipeline --accept FILE",
    )


def _given(path: Path, name: str) -> PipelineBundle:
    from pydantic import ValidationError

    from fdd.core.errors import InvalidInputError
    from fdd.core.explain import explained
    from fdd.data.bundle import PipelineBundle

    try:
        given = PipelineBundle.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInputError(
            f"The file cannot be read: {error.strerror}", hint="Check the path, and who may read it"
        ) from error
    except ValidationError as error:
        found = explained(error, PipelineBundle)
        made = "Make it with: fdd data reference --name NAME --json"
        raise InvalidInputError(found.sentence(path.name), hint=found.advice or made) from None
    version = given.model_copy(update={"name": name})
    steps = version.differences()
    if steps:
        raise InvalidInputError(
            f"This installation computes something else in: {', '.join(steps)}",
            hint="Sign it where the release that it was made with is installed",
            steps=", ".join(steps),
        )
    return version
