"""The commands of ``fdd``. Each imports what it needs when it runs, so that help is instant."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fdd import __version__
from fdd.cli.commands import Commands
from fdd.cli.data import data
from fdd.cli.families import families
from fdd.cli.flare import flare
from fdd.cli.login import login, logout
from fdd.cli.output import complain, console, print_json, unexpected
from fdd.cli.released import released
from fdd.cli.roster import roster
from fdd.cli.runs import runs
from fdd.core.errors import ExitCode, FddError
from fdd.language import told

__all__ = ["app", "main"]

app = Commands(
    name="fdd",
    help="Federated ADMET models: simulate, demonstrate, check data, use the platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(data, name="data")
app.add_typer(roster, name="roster")
app.add_typer(flare, name="flare")
app.add_typer(runs, name="run")
app.add_typer(families, name="families")
app.add_typer(released, name="model")
app.command()(login)
app.command()(logout)


class Reach(StrEnum):
    """Where imaginary sites work."""

    SIMULATED = "simulated"
    RAY = "ray"


class Processor(StrEnum):
    """Where networks compute."""

    CPU = "cpu"
    CUDA = "cuda"
    AUTO = "auto"


class Carrier(StrEnum):
    """What carries the link between the demo's sites and its hub."""

    LINK = "link"
    FLARE = "flare"


AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"fdd {__version__}")
        raise typer.Exit


@app.command()
def simulate(
    spec: Annotated[Path, typer.Argument(help="Run specification, TOML or JSON.")],
    sites: Annotated[int, typer.Option(min=2, max=200, help="Imaginary institutions.")] = 4,
    limit: Annotated[int, typer.Option(min=0, help="Most molecules an endpoint; 0 = all.")] = 0,
    chance: Annotated[
        bool, typer.Option("--chance", help="Deal molecules, not chemistry.")
    ] = False,
    folder: Annotated[Path | None, typer.Option(help="Keep state here and resume.")] = None,
    trunk: Annotated[
        Path | None, typer.Option(help="Start from the trunk of this model, as safetensors.")
    ] = None,
    transfer: Annotated[
        Path | None, typer.Option(help="Public structures that the sites label, for distil.")
    ] = None,
    teachers: Annotated[
        str, typer.Option(help="For distil: boosting or families, with commas, dealt in turn.")
    ] = "",
    federation: Annotated[
        Reach, typer.Option(help="Where the sites work: this process, or a Ray cluster.")
    ] = Reach.SIMULATED,
    device: Annotated[
        Processor, typer.Option(help="Where networks train: cpu (the same bits), cuda, auto.")
    ] = Processor.CPU,
    ray_address: Annotated[
        str, typer.Option(help="A running Ray cluster; without it, one of this machine is started.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Run a specification with imaginary sites on public data.

    Example: fdd simulate examples/lipophilicity.toml
    """
    from fdd.cli.brought import Brought
    from fdd.cli.simulate import run

    ray = None if federation is Reach.SIMULATED else ray_address
    brought = Brought(trunk, transfer, tuple(name for name in teachers.split(",") if name))
    run(spec, sites, limit or None, not chance, folder, brought, ray, device, as_json)


@app.command()
def train(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, SDF, Parquet or XLSX of measurements.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the model.")],
    endpoint: Annotated[str, typer.Option(help="Endpoint of the values.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the values.")] = "",
    seed: Annotated[int, typer.Option(help="Of folds, weights and shuffling.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Train and calibrate a model on one file, alone, and write its card.

    Example: fdd train assays.csv --endpoint lipophilicity.logd74 -o model
    """
    from fdd.cli.learning import train as learn

    learn(file, output, endpoint, unit, seed, as_json)


@app.command()
def predict(
    model: Annotated[Path, typer.Option(help="Folder of a model: fdd train.")],
    file: Annotated[
        Path | None, typer.Argument(help="Molecules; without it, SMILES from standard input.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV, TSV, SDF or Parquet to write.")
    ] = None,
    column: Annotated[str, typer.Option(help="Column of structures.")] = "",
    endpoint: Annotated[list[str] | None, typer.Option(help="Only this endpoint.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="ENDPOINT=UNIT of the answer.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over the output.")] = False,
    as_json: AsJson = False,
) -> None:
    """Predict with intervals, domain and the nearest training molecule.

    Example: fdd predict molecules.csv --model model -o predicted.csv
    """
    from fdd.cli.learning import predict as answer
    from fdd.prediction.asked import units_of

    answer(model, file, output, force, column, endpoint or [], units_of(unit or []), as_json)


@app.command()
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="Leave after the table.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
    port: Annotated[int, typer.Option(help="Port of the hub; 0 = any free one.")] = 8443,
    page_port: Annotated[int, typer.Option(help="Port of the page; 0 = any free one.")] = 8080,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer molecules and rounds.")] = False,
    federation: Annotated[
        Carrier, typer.Option(help="How sites reach the hub: HTTPS, or a FLARE network.")
    ] = Carrier.LINK,
    as_json: AsJson = False,
) -> None:
    """Train one model with four institutions, as real processes over TLS on this machine.

    Example: fdd demo --exit
    """
    from fdd.cli.demo import run

    over_flare = federation is Carrier.FLARE
    raise typer.Exit(run(folder, leave, port, page_port, quick, as_json, over_flare))


@app.command()
def fetch(
    target: Annotated[Path, typer.Argument(help="Folder for the data.")] = Path("data"),
    as_json: AsJson = False,
) -> None:
    """Download the public data sets from their sources, with checksums and licences.

    Example: fdd fetch data && export FDD_DATA_DIR=data
    """
    from fdd.cli.fetch import run

    done = run(target)
    if as_json:
        print_json({"folder": str(target), "files": done})


def main() -> None:
    """Run a command; errors become one message and an exit code."""
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = len(arguments) != len(sys.argv) - 1
    try:
        app(args=arguments, prog_name="fdd", standalone_mode=True)
    except FddError as error:
        if debug:
            raise
        complain(error)
        sys.exit(getattr(error, "exit_status", error.exit_code))
    except KeyboardInterrupt:
        console().print(told("Stopped."))
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(ExitCode.DONE)
    except Exception as error:
        if debug:
            raise
        known = unexpected(error)
        complain(known)
        sys.exit(known.exit_code)
