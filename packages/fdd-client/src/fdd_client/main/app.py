"""The commands of ``fdd-client``."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from fdd.cli.commands import Commands
from fdd.core.errors import ExitCode, FddError
from fdd_client import __version__
from fdd_client.main.data import data
from fdd_client.main.decisions import journal, policy
from fdd_client.main.membership import key, show_roster
from fdd_client.main.output import complain, emit, say, unexpected
from fdd_client.settings import SiteFolder

__all__ = ["app", "main"]

app = Commands(
    name="fdd-client",
    help="The F/L client of one site. Everything happens in its folder.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(data, name="data")
app.add_typer(policy, name="policy")
app.add_typer(journal, name="journal")
app.add_typer(key, name="key")

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
HERE = Path()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"fdd-client {__version__}")
        raise typer.Exit


@app.command()
def join(
    url: Annotated[str, typer.Argument(help="https://host:port of the hub.")],
    code: Annotated[str, typer.Argument(help="One-time code; - reads it from standard input.")],
    folder: Folder = HERE,
    ca: Annotated[Path | None, typer.Option(help="Certificate authority to pin.")] = None,
    roster: Annotated[
        str, typer.Option(help="Six words of the founding roster; another one is refused.")
    ] = "",
    flare: Annotated[
        Path | None, typer.Option(help="Socket of a FLARE client that carries the link.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Join a consortium. The private key is made here and never leaves.

    Example: fdd-client join https://hub.example:8443 - --folder site --ca hub-ca.pem
    """
    from fdd.protocol.signing import PublicKey
    from fdd_client.main.joining import join as register
    from fdd_client.roster import PinnedRoster
    from fdd_client.vault.vault import Vault

    secret = sys.stdin.readline().strip() if code == "-" else code
    site = SiteFolder(folder)
    reply = register(site, url, secret, ca, roster.split(), flare)
    pinned = PinnedRoster(site)
    ours, theirs = site.signing_key().public.words(), PublicKey(reply.hub_key).words()
    document = {
        "site_id": reply.site_id,
        "consortium": reply.consortium,
        "fingerprint": ours,
        "hub_fingerprint": theirs,
        "roster_version": pinned.version,
        "roster_founding": pinned.founding_words(),
    }
    emit(as_json, document)
    if not as_json:
        say(f"Joined {reply.consortium} as {reply.site_name} ({reply.site_id}).")
        say("Compare these lines with the administrator by telephone:")
        say(f"  this site's words  {' '.join(ours)}")
        say(f"  the hub's words    {' '.join(theirs)}")
        if pinned.current is not None:
            say("And this one with another member, not with the hub:")
            say(f"  founding roster    {' '.join(pinned.founding_words())}")
        for entry in Vault(site).entries():
            if not entry.of_this_membership:
                say(f"{entry.name} was prepared for another consortium and cannot be used here.")
                say(
                    f"Delete it, then add its file again: fdd-client data remove {entry.name} --yes"
                )
        here = "" if folder == HERE else f" --folder {shlex.quote(str(folder))}"
        say("Next, with the name of the project from the administrator:")
        say(f"  fdd-client data add FILE{here}")
        say("  fdd-client policy init PROJECT policy.toml")
        say(f"  fdd-client policy set policy.toml{here}")
        say(f"  fdd-client run{here}")


@app.command()
def run(folder: Folder = HERE) -> None:
    """Work for the consortium until stopped with Ctrl-C.

    Example: fdd-client run --folder site
    """
    from fdd_client.main.running import run as work

    work(SiteFolder(folder))


@app.command()
def status(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Say what is happening, what was sent, and why the site waits.

    Example: fdd-client status --folder site
    """
    from fdd_client.main.status import show

    show(SiteFolder(folder), as_json)


@app.command()
def doctor(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Examine key, hub, sandbox, policy, data, journal and disk.

    Example: fdd-client doctor --folder site
    """
    from fdd_client.main.doctor import examine

    found = examine(SiteFolder(folder))
    facts = ("check", "state", "detail", "hint")
    emit(as_json, {"findings": [{name: getattr(each, name) for name in facts} for each in found]})
    if not as_json:
        for finding in found:
            say(finding.line())
    if any(finding.state == "error" for finding in found):
        raise typer.Exit(ExitCode.NO)


@app.command("roster")
def roster_(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show whom this site works with: the roster that the members have signed.

    Example: fdd-client roster --folder site
    """
    show_roster(SiteFolder(folder), as_json)


@app.command()
def pause(folder: Folder = HERE) -> None:
    """Take no new task; what is being done is finished.

    Example: fdd-client pause --folder site
    """
    from fdd_client.agent.control import set_paused

    set_paused(SiteFolder(folder), paused=True)
    say("Paused. Go on with: fdd-client resume")


@app.command()
def resume(folder: Folder = HERE) -> None:
    """Take tasks again.

    Example: fdd-client resume --folder site
    """
    from fdd_client.agent.control import set_paused

    set_paused(SiteFolder(folder), paused=False)
    say("Resumed.")


@app.command()
def abort(run_id: Annotated[str, typer.Argument(help="The run.")], folder: Folder = HERE) -> None:
    """Take no further part in a run; the hub is told.

    Example: fdd-client abort run-0k3… --folder site
    """
    from fdd_client.agent.control import abort_run

    abort_run(SiteFolder(folder), run_id)
    say(f"This site takes no further part in {run_id}.")


@app.command()
def approve(run_id: Annotated[str, typer.Argument(help="The run.")], folder: Folder = HERE) -> None:
    """Approve a run for which the policy asks a person; the agent signs it and tells the hub.

    Example: fdd-client approve run-0k3… --folder site
    """
    from fdd_client.agent.control import record_decision

    record_decision(SiteFolder(folder), run_id, "approved")
    say(f"{run_id}: approved. The agent tells the hub.")


@app.command("object")
def object_(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    folder: Folder = HERE,
    reason: Annotated[str, typer.Option(help="A code that the hub is told.")] = "by_person",
) -> None:
    """Object to a run; the agent signs it and tells the hub. approve takes it back.

    Example: fdd-client object run-0k3… --reason purpose_unclear --folder site
    """
    from fdd_client.agent.control import record_decision

    record_decision(SiteFolder(folder), run_id, "objected", reason)
    say(f"{run_id}: objected. The agent tells the hub.")


@app.command()
def leave(
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete the key.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leave the consortium: this machine's key is deleted. Without --yes, say what would happen.

    Example: fdd-client leave --yes --folder site
    """
    from fdd_client.main.leaving import leave as go

    go(SiteFolder(folder), yes, as_json)


@app.command()
def report(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what this site gained from a run: local, federated and personalised models.

    Example: fdd-client report run-0k3… --folder site
    """
    from fdd_client.main.reporting import show

    show(SiteFolder(folder), run_id, as_json)


@app.command()
def predict(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="CSV, TSV, SDF, Parquet or XLSX; without it, structures are read from "
            "standard input, one a line."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV, TSV, SDF or Parquet to write.")
    ] = None,
    folder: Folder = HERE,
    run: Annotated[str | None, typer.Option(help="The run; the newest when not given.")] = None,
    endpoint: Annotated[list[str] | None, typer.Option(help="Only this endpoint.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="ENDPOINT=UNIT of the answer.")] = None,
    column: Annotated[str, typer.Option(help="Column of structures.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over the output.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Only list the models.")] = False,
    as_json: AsJson = False,
) -> None:
    """Predict with this site's own models: value, interval, domain, nearest own molecule.

    Example: fdd-client predict molecules.csv -o predicted.csv --folder site
    """
    from fdd.prediction.asked import place_for, structures_of, units_of
    from fdd_client.main.predicting import (
        list_models,
        predict_structures,
        predict_table,
    )

    site, units = SiteFolder(folder), units_of(unit or [])
    site.identity()  # a folder without a site has no models for another reason than no runs
    if list_:
        list_models(site, as_json)
    elif file is not None:
        target = place_for(file, output, force=force)
        predict_table(site, run, file, target, column, endpoint or [], units, as_json)
    else:
        structures = [structure for structure in structures_of(sys.stdin) if structure]
        predict_structures(site, run, structures, endpoint or [], units, as_json)


@app.command("model-card")
def model_card(
    folder: Folder = HERE,
    run: Annotated[str | None, typer.Option(help="The run; the newest when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the card of a model: what it is for, what it learned from, how good it was.

    Example: fdd-client model-card --language ko --folder site > card.md
    """
    from fdd_client.main.predicting import show_card

    site = SiteFolder(folder)
    site.identity()
    show_card(site, run, as_json)


@app.command()
def console(
    folder: Folder = HERE,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 = any free one.")] = 8090,
) -> None:
    """Open the site's own pages on this machine (extra fdd-client[console]).

    Example: fdd-client console --folder site
    """
    from fdd_client.main.console import start

    start(SiteFolder(folder), port)


@app.command()
def config(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show the settings in force.

    Example: fdd-client config --folder site
    """
    from fdd_client.settings import load_settings

    settings = load_settings(SiteFolder(folder).root)
    emit(as_json, settings.model_dump(mode="json"))
    if not as_json:
        for name, value in settings.model_dump(mode="json").items():
            say(f"{name} = {json.dumps(value)}")


def main() -> None:
    """Run a command; errors become one message and an exit code."""
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = len(arguments) != len(sys.argv) - 1
    try:
        app(args=arguments, prog_name="fdd-client", standalone_mode=True)
    except FddError as error:
        if debug:
            raise
        complain(error)
        sys.exit(getattr(error, "exit_status", error.exit_code))
    except Exception as error:
        if debug:
            raise
        known = unexpected(error)
        complain(known)
        sys.exit(known.exit_code)
