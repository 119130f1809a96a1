"""Commands of the operator that change what is in the database; the server may be running."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fdd.cli.commands import Commands
from fdd.core.errors import InvalidInputError
from fdd_server.app.membership import roster, site
from fdd_server.app.opened import OPERATOR, AsJson, Folder, opened
from fdd_server.app.output import reports_errors, tell

if TYPE_CHECKING:
    from fdd_server.app.hub import Hub
    from fdd_server.kernel import UnitOfWork

__all__ = ["admin"]

admin = Commands(
    no_args_is_help=True,
    help="Institutions, sites, the roster, join codes, page links, projects, runs, trunks.",
)
institution = Commands(no_args_is_help=True, help="Members of the consortium.")
project = Commands(no_args_is_help=True, help="Projects.")
run = Commands(no_args_is_help=True, help="Runs.")
trunk = Commands(no_args_is_help=True, help="Weights that runs start from.")
admin.add_typer(institution, name="institution")
admin.add_typer(site, name="site")
admin.add_typer(roster, name="roster")
admin.add_typer(project, name="project")
admin.add_typer(run, name="run")
admin.add_typer(trunk, name="trunk")


@institution.command("add", epilog="Example: fdd-server admin institution add DIR --name-ko …")
@reports_errors
def add_institution(
    folder: Folder,
    name_ko: Annotated[str, typer.Option(help="Korean name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    as_json: AsJson = False,
) -> None:
    """Make an institution a member."""
    from fdd_server.kernel.messages import validated
    from fdd_server.sites.schemas import InstitutionDraft

    draft = validated(InstitutionDraft, {"name_ko": name_ko, "name_en": name_en})
    with opened(folder) as hub, hub.database.write() as work:
        added = hub.sites.add_institution(work, OPERATOR, draft.name_ko, draft.name_en)
    tell(as_json, added.model_dump(), f"{added.id}  {added.name_ko} · {added.name_en}")


@institution.command("list", epilog="Example: fdd-server admin institution list DIR")
@reports_errors
def list_institutions(folder: Folder, as_json: AsJson = False) -> None:
    """List the members."""
    with opened(folder) as hub, hub.database.read() as work:
        found = hub.sites.institutions(work)
    tell(
        as_json,
        {"items": [each.model_dump() for each in found]},
        *(f"{each.id}  {each.name_ko} · {each.name_en}" for each in found),
    )


@project.command("add", epilog="Example: fdd-server admin project add DIR adme --name-ko …")
@reports_errors
def add_project(
    folder: Folder,
    project_id: Annotated[str, typer.Argument(help="Short name for specifications.")],
    name_ko: Annotated[str, typer.Option(help="Korean name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    purpose_ko: Annotated[str, typer.Option(help="Purpose in Korean.")] = "",
    purpose_en: Annotated[str, typer.Option(help="Purpose in English.")] = "",
    endpoint: Annotated[
        list[str] | None, typer.Option(help="An endpoint of the charter; none = any.")
    ] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="An institution; none = every institution.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start a project."""
    from fdd_server.kernel.messages import validated
    from fdd_server.projects.schemas import Charter

    charter = validated(
        Charter,
        {
            "project_id": project_id,
            "name_ko": name_ko,
            "name_en": name_en,
            "purpose_ko": purpose_ko,
            "purpose_en": purpose_en,
            "endpoints": tuple(endpoint or ()),
            "members": tuple(member or ()),
            "everyone": not member,
        },
    )
    with opened(folder) as hub, hub.database.write() as work:
        added = hub.projects.add(work, OPERATOR, charter)
    tell(as_json, added.model_dump(), f"{added.project_id}  {added.name_ko} · {added.name_en}")


@project.command("list", epilog="Example: fdd-server admin project list DIR")
@reports_errors
def list_projects(folder: Folder, as_json: AsJson = False) -> None:
    """List the projects."""
    with opened(folder) as hub, hub.database.read() as work:
        found = hub.projects.projects(work)
    tell(
        as_json,
        {"items": [each.model_dump(mode="json") for each in found]},
        *(f"{each.project_id}  {each.name_ko} · {each.name_en}" for each in found),
        *([] if found else ["There is no project yet: fdd-server admin project add"]),
    )


@admin.command("join-code", epilog="Example: fdd-server admin join-code DIR hospital-a 'Lab 1'")
@reports_errors
def make_join_code(
    folder: Folder,
    institution_id: Annotated[str, typer.Argument(help="Id of the institution.")],
    site_name: Annotated[str, typer.Argument(help="What people call the site.")],
    url: Annotated[str, typer.Option(help="Address of the hub, if not the configured one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a one-time join code for a site."""
    with opened(folder) as hub, hub.database.write() as work:
        address = url or hub.public_url
        made = hub.joining.invite(work, OPERATOR, institution_id, site_name, address)
        authority = str(hub.home.tls / "ca.pem")
    document = {**made.model_dump(mode="json"), "ca": authority}
    tell(
        as_json,
        document,
        f"Valid until {made.expires_at:%Y-%m-%d %H:%M} UTC, for one site:",
        f"  {made.command}",
        f"Send {authority} along as hub-ca.pem.",
    )


@admin.command("ticket", epilog="Example: fdd-server admin ticket DIR --page http://127.0.0.1:8000")
@reports_errors
def make_ticket(
    folder: Folder,
    role: Annotated[
        Literal["viewer", "administrator"], typer.Option(help="What the link allows.")
    ] = "viewer",
    page: Annotated[str, typer.Option(help="Address of the page, if not the hub's.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a page link that signs its first user in, once."""
    from fdd_server.kernel.identity import Role

    with opened(folder) as hub, hub.database.write() as work:
        token = hub.accounts.issue_ticket(work, OPERATOR, Role(role))
        link = f"{(page or hub.public_url).rstrip('/')}/enter?ticket={token}"
    tell(as_json, {"link": link, "role": role}, link)


RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run.")]


@run.command("fork", epilog="Example: fdd-server admin run fork /srv/fdd run-0k3… --round 7")
@reports_errors
def fork_run(
    folder: Folder,
    run_id: Annotated[str, typer.Argument(help="The run whose checkpoint is taken.")],
    number: Annotated[
        int | None, typer.Option("--round", min=1, help="The round; its best model if not given.")
    ] = None,
    changes: Annotated[
        Path | None, typer.Option(help="TOML or JSON with the parts that are to be different.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a run that starts from a checkpoint of another; its sites decide anew."""
    from fdd.core.spec import load_changes

    different = load_changes(changes) if changes is not None else {}
    with opened(folder) as hub, hub.database.write() as work:
        forked = hub.runs.fork(work, OPERATOR, run_id, number, different)
    tell(as_json, forked.model_dump(mode="json"), forked.run_id)


@trunk.command("add", epilog="Example: fdd-server admin trunk add /srv/fdd model.safetensors")
@reports_errors
def add_trunk(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="A model or its trunk, as safetensors.")],
    as_json: AsJson = False,
) -> None:
    """Keep weights that runs may start from; a specification names them in model.trunk."""
    try:
        tensors = file.read_bytes()
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be read: {error.strerror}", hint="Give a safetensors file"
        ) from error
    with opened(folder) as hub, hub.database.write() as work:
        added = hub.runs.add_trunk(work, OPERATOR, tensors)
    tell(as_json, added.model_dump(), added.digest)


@run.command("submit", epilog="Example: fdd-server admin run submit DIR spec.toml")
@reports_errors
def submit_run(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="Specification, TOML or JSON.")],
    as_json: AsJson = False,
) -> None:
    """Propose a run to the sites of its project."""
    from fdd.core.spec import load_spec

    spec = load_spec(file)
    with opened(folder) as hub, hub.database.write() as work:
        submitted = hub.runs.submit(work, OPERATOR, spec)
    tell(as_json, submitted.model_dump(mode="json"), submitted.run_id)


@run.command("pause", epilog="Example: fdd-server admin run pause /srv/fdd run-0k3…")
@reports_errors
def pause_run(folder: Folder, run_id: RunId, as_json: AsJson = False) -> None:
    """Begin no further round until the run is resumed; the round under way is finished."""
    said = f"{run_id} is paused after its present round"
    _change(folder, run_id, as_json, said, lambda hub, work: hub.runs.pause(
        work, OPERATOR, run_id, paused=True
    ))  # fmt: skip


@run.command("resume", epilog="Example: fdd-server admin run resume /srv/fdd run-0k3…")
@reports_errors
def resume_run(folder: Folder, run_id: RunId, as_json: AsJson = False) -> None:
    """Let a paused run go on."""
    _change(folder, run_id, as_json, f"{run_id} goes on", lambda hub, work: hub.runs.pause(
        work, OPERATOR, run_id, paused=False
    ))  # fmt: skip


@run.command("stop", epilog="Example: fdd-server admin run stop /srv/fdd run-0k3…")
@reports_errors
def stop_run(folder: Folder, run_id: RunId, as_json: AsJson = False) -> None:
    """End a run with the best model so far."""
    said = f"{run_id} ends with what it has"
    _change(folder, run_id, as_json, said, lambda hub, work: hub.runs.stop(
        work, OPERATOR, run_id, None
    ))  # fmt: skip


def _change(
    folder: Path,
    run_id: str,
    as_json: bool,
    said: str,
    change: Callable[[Hub, UnitOfWork], None],
) -> None:
    """Change a run, and tell how it stands then."""
    with opened(folder) as hub, hub.database.write() as work:
        change(hub, work)
        summary = hub.runs.summary(work, run_id)
    tell(as_json, summary.model_dump(mode="json"), said)
