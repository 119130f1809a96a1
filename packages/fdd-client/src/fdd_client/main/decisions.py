"""``fdd-client policy`` and ``fdd-client journal``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from fdd.cli.commands import Commands
from fdd.core.errors import InvalidInputError
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

__all__ = ["journal", "policy"]

policy = Commands(help="What this site allows.", no_args_is_help=True, rich_markup_mode=None)
journal = Commands(help="What has left this site.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
HERE = Path()


@policy.command()
def init(
    project: Annotated[str, typer.Argument(help="The project.")],
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("policy.toml"),
) -> None:
    """Write a policy for one project with every rule explained; edit it, then set it.

    Example: fdd-client policy init adme policy.toml
    """
    from fdd_client.policy import template

    text = template(project)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be written: {error.strerror}", hint="Give the name of a new file"
        ) from error
    say(f"Edit {file}, then: fdd-client policy set {file}")


@policy.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="The policy, TOML.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Sign a policy with this site's key and put it in force.

    Example: fdd-client policy set policy.toml --folder site
    """
    from fdd_client.policy import Policy, sign_policy

    try:
        wanted = Policy.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError(f"{file.name} cannot be read", hint="Give a TOML file") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(
            f"{file.name}: {where}: {first['msg']}", hint="Compare with examples/policy.toml"
        ) from None
    sign_policy(SiteFolder(folder), wanted)
    emit(as_json, {"digest": wanted.digest()})
    if not as_json:
        say(f"Signed and in force: {wanted.digest()[:16]}")


@policy.command()
def show(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show the policy in force.

    Example: fdd-client policy show --folder site
    """
    from fdd_client.policy import load_policy

    current = load_policy(SiteFolder(folder))
    emit(as_json, current.model_dump(mode="json"))
    if not as_json:
        say(current.model_dump_json(indent=2))


@journal.command("list")
def list_(
    folder: Folder = HERE,
    after: Annotated[int, typer.Option(help="Entries above this number.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List everything that left, oldest first.

    Example: fdd-client journal list --folder site
    """
    from fdd_client.journal import Journal

    entries = list(Journal(SiteFolder(folder).journal).entries(after))
    emit(as_json, {"items": [entry.model_dump(mode="json") for entry in entries]})
    if not as_json:
        for e in entries:
            where = f"{e.run_id or '–'} {e.round if e.round is not None else ''} {e.phase or ''}"
            say(f"{e.seq:>6} {e.kind:12} {e.bytes:>10} B → {e.recipient}  {where}")


@journal.command()
def verify(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Check that no entry was changed, removed or moved.

    Example: fdd-client journal verify --folder site
    """
    from fdd_client.journal import Journal

    count = Journal(SiteFolder(folder).journal).verify()
    emit(as_json, {"entries": count, "intact": True})
    if not as_json:
        say(f"{count} entries, chain intact")
