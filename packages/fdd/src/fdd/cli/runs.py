"""``fdd run``: the runs of a hub, for a person who has signed in with ``fdd login``."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from fdd.cli.commands import Commands
from fdd.cli.login import at_the_hub
from fdd.cli.output import print_json, say
from fdd.core.errors import ExitCode, InvalidInputError
from fdd.language import coded, padded, told

__all__ = ["runs"]

runs = Commands(
    name="run", help="Runs of the hub at which you have signed in.", no_args_is_help=True
)

RunName = Annotated[str, typer.Argument(help="The run.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
_PAUSE: Final = 2.0
_ENDED: Final = frozenset({"completed", "stopped", "failed"})


@runs.command()
def submit(
    spec: Annotated[Path, typer.Argument(help="Run specification, TOML or JSON.")],
    as_json: AsJson = False,
) -> None:
    """Propose a run to the sites of its project; each site decides.

    Example: fdd run submit run.toml
    """
    from fdd.core.spec import load_spec

    wanted = load_spec(spec)
    with at_the_hub() as hub:
        _name(hub.submit(wanted), as_json)


@runs.command()
def check(
    spec: Annotated[Path, typer.Argument(help="Run specification, TOML or JSON.")],
    as_json: AsJson = False,
) -> None:
    """Say what a specification would mean at the hub, or all that is wrong with it; no run is
    proposed.

    Exit status 1 if the hub would refuse it.

    Example: fdd run check run.toml
    """
    from fdd.core.spec import spec_document

    wanted = spec_document(spec)
    with at_the_hub() as hub:
        found: Mapping[str, Any] = hub.check(wanted)
    if as_json:
        print_json(found)
    elif found["plan"] is not None:
        _show_plan(found["plan"])
    for problem in found["problems"]:
        say(_at_field("draft_problems", problem["problem"], problem))
    if found["plan"] is None:
        raise typer.Exit(ExitCode.NO)


@runs.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all runs, newest first.

    Example: fdd run list
    """
    with at_the_hub() as hub:
        found = hub.runs()
    if as_json:
        print_json({"items": found})
        return
    for run in found:
        situation = padded(_situation(run), 24)
        say(f"{run['run_id']}  {situation}  {run['project_id']}  {run['name']}")
    if not found:
        say("There is no run yet: fdd run submit FILE")


@runs.command()
def trunks(as_json: AsJson = False) -> None:
    """List weights that runs may start from; a specification names one in model.trunk.

    Example: fdd run trunks
    """
    with at_the_hub() as hub:
        found = hub.trunks()
    if as_json:
        print_json({"items": found})
        return
    for kept in found:
        size = f"{int(str(kept['bytes'])) / 1e6:.1f} MB"
        say(f"{kept['digest']}  {size:>9}  {str(kept['added_at'])[:10]}  {kept['added_by']}")
    if not found:
        say("No weights have been uploaded yet")


@runs.command()
def show(run_id: RunName, as_json: AsJson = False) -> None:
    """Show a run, and what each site does in it and why.

    Example: fdd run show run-0k3…
    """
    with at_the_hub() as hub:
        found = hub.run(run_id)
    if as_json:
        print_json(found)
    else:
        _show(found)


@runs.command()
def watch(run_id: RunName, as_json: AsJson = False) -> None:
    """Follow a run until it ends: exit status 0 if it was completed, else 1.

    Example: fdd run watch run-0k3…
    """
    seen = 0
    with at_the_hub() as hub:
        while True:
            found = hub.run(run_id)  # before its events: none is missed that came before its end
            for event in hub.events(run_id, seen):
                seen = int(str(event["id"]))
                _tell(event)
            if found["status"] in _ENDED:
                break
            time.sleep(_PAUSE)
    if as_json:
        print_json(found)
    else:
        _show(found)
    if found["status"] != "completed":
        raise typer.Exit(ExitCode.NO)


@runs.command()
def pause(run_id: RunName) -> None:
    """Let a run begin no further round; the one under way is finished.

    Example: fdd run pause run-0k3…
    """
    with at_the_hub() as hub:
        hub.pause(run_id)
    say(f"{run_id} begins no further round. Go on with: fdd run resume {run_id}")


@runs.command()
def resume(run_id: RunName) -> None:
    """Let a paused run go on.

    Example: fdd run resume run-0k3…
    """
    with at_the_hub() as hub:
        hub.resume(run_id)
    say(f"{run_id} goes on.")


@runs.command()
def stop(run_id: RunName) -> None:
    """Ask a run to end, with the best model so far.

    Example: fdd run stop run-0k3…
    """
    with at_the_hub() as hub:
        hub.stop(run_id)
    say(f"{run_id} was asked to stop. See it end: fdd run watch {run_id}")


@runs.command()
def fork(
    run_id: RunName,
    number: Annotated[
        int | None, typer.Option("--round", min=1, help="Its round; without, the best one.")
    ] = None,
    changes: Annotated[
        Path | None, typer.Option(help="TOML or JSON with what is to be different.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a run that starts from a checkpoint of another; its sites decide anew.

    Example: fdd run fork run-0k3… --round 7 --changes changes.toml
    """
    from fdd.core.spec import load_changes

    different = load_changes(changes) if changes is not None else {}
    with at_the_hub() as hub:
        _name(hub.fork(run_id, number, different), as_json)


@runs.command()
def compare(
    run_ids: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help="Two runs or more.")],
    as_json: AsJson = False,
) -> None:
    """Set runs side by side: where their specifications differ, cost, scores and gains.

    Example: fdd run compare run-0k3… run-0k4…
    """
    from fdd.cli.comparing import compare as show

    if len(run_ids) < 2:
        raise InvalidInputError("One run is nothing to compare", hint="Name two runs or more")
    with at_the_hub() as hub:
        show(hub, run_ids, as_json)


def _name(run: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(run)
    else:
        typer.echo(run["run_id"])


def _situation(run: Mapping[str, Any]) -> str:
    held = f" ({told('paused')})" if run["paused"] else ""
    return f"{coded('status', run['status'])}{held} {run['round']}/{run['rounds']}"


def _show(run: Mapping[str, Any]) -> None:
    now = (_situation(run), coded("phases", run["phase"]), coded("reasons", run["stop_reason"]))
    say(f"{run['name']} ({run['run_id']}) in {run['project_id']}")
    say(" · ".join(filter(None, now)))
    for site in run["sites"]:
        why = site["approval_reason"] if site["approval"] == "objected" else site["state_reason"]
        reason = f" · {coded('reasons', why)}" if why else ""
        rounds = told(f"{site['rounds_done']} rounds")
        approval = padded(coded("approvals", site["approval"]), 20)
        state = padded(coded("site_states", site["state"]), 12)
        say(f"  {site['site_id']:24} {approval} {state} {rounds}{reason}")


def _show_plan(plan: Mapping[str, Any]) -> None:
    traffic = plan["traffic"]
    up, down, whole = traffic["up"] / 1e6, traffic["down"] / 1e6, traffic["all_rounds"]
    say(f"digest   {plan['digest']}")
    say(f"a round  {up:.2f} MB up, {down:.2f} MB down a site")
    if whole is not None:
        say(f"in all   {whole / 1e6:.1f} MB in {plan['spec']['training']['rounds']} rounds")
    for site in plan["sites"]:
        reasons = [coded("draft_reasons", reason) for reason in site["reasons"]]
        standing = " · ".join([coded("draft_standing", site["standing"]), *reasons])
        say(f"  {site['site_id']:24} {standing}")
    for found in plan["warnings"]:
        say(_at_field("draft_warnings", found["warning"], found))


def _at_field(kind: str, code: str, found: Mapping[str, Any]) -> str:
    return f"{found['field']}: {coded(kind, code, found['params'])}"


def _tell(event: Mapping[str, Any]) -> None:
    """One event on standard error, where progress goes."""
    words = coded("events", event["code"], event["params"])
    sys.stderr.write(f"{str(event['time'])[11:19]}  {words}\n")
