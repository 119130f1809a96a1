"""``fdd data``: check and prepare files, without a platform."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from fdd.cli.output import console, print_json
from fdd.core.errors import ExitCode, InvalidInputError

if TYPE_CHECKING:
    from fdd.data.examination import Examination
    from fdd.data.mapping import ColumnMapping

__all__ = ["data"]

data = typer.Typer(
    help="Check and prepare files of assays; nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_ALONE: Final = b"fdd data: folds of a file that is looked at alone"

Files = Annotated[
    list[Path], typer.Argument(help="CSV, TSV, SDF, Parquet or XLSX; several = splits.")
]
EndpointOption = Annotated[str, typer.Option(help="Endpoint of the values.")]
UnitOption = Annotated[str, typer.Option(help="Unit of the values.")]
MapOption = Annotated[Path | None, typer.Option("--map", help="Column mapping, JSON.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@data.command()
def check(
    files: Files,
    endpoint: EndpointOption = "",
    unit: UnitOption = "",
    mapping: MapOption = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page.")] = None,
    language: Annotated[str, typer.Option(help="Of the report: ko or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Look for everything that would make training on these files worthless.

    Several files are declared splits of one dataset. Exit status 1 when every endpoint is blocked.

    Example: fdd data check train.csv test.csv --endpoint lipophilicity.logd74 --html report.html
    """
    from fdd.data.checks import worded
    from fdd.data.report import validity_report

    spoken: Literal["ko", "en"] = "ko" if language == "ko" else "en"
    # Descriptors cost four times as much as all the rest, and no check looks at them.
    examined = _examine(files, endpoint, unit, mapping, featurizer="ecfp4-counts")
    view, findings, certificate = examined.view, examined.findings, examined.certificate
    if html is not None:
        html.write_text(validity_report(view, certificate, findings, spoken), "utf-8")
    if as_json:
        print_json(
            {
                "rows": len(view.table),
                "molecules": len(view.dataset),
                "kept_aside": len(view.rejections),
                "passes": certificate.passes,
                "admitted": list(certificate.admitted_endpoints),
                "findings": [finding.model_dump(mode="json") for finding in findings],
                "certificate": certificate.model_dump(mode="json"),
            }
        )
    else:
        counts = f"{len(view.table)} rows → {len(view.dataset)} molecules"
        typer.echo(f"{counts}, {len(view.rejections)} kept aside")
        for finding in findings:
            title = worded(finding, spoken).title
            typer.echo(f"{finding.severity.value:5}  {title}  {finding.endpoint}")
        typer.echo(f"may be trained on: {', '.join(certificate.admitted_endpoints) or 'nothing'}")
        if html is not None:
            typer.echo(f"report: {html}")
    if not certificate.passes:
        raise typer.Exit(ExitCode.NO)


@data.command()
def prepare(
    files: Files,
    out: Annotated[Path, typer.Option(help="Folder for the result; must not exist.")],
    endpoint: EndpointOption = "",
    unit: UnitOption = "",
    mapping: MapOption = None,
    as_json: AsJson = False,
) -> None:
    """Standardise, identify, split and featurise; keep what was rejected with its reasons.

    Example: fdd data prepare assays.csv --endpoint herg.pic50 --unit nM --out prepared
    """
    if out.exists():
        raise InvalidInputError(f"{out} exists already", hint="Name a new folder with --out")
    from fdd.chem.featurizers import DEFAULT

    examined = _examine(files, endpoint, unit, mapping, featurizer=DEFAULT)
    view, certificate = examined.view, examined.certificate
    out.mkdir(parents=True)
    view.dataset.save(out / "dataset")
    (out / "certificate.json").write_text(certificate.model_dump_json(indent=1), "utf-8")
    with (out / "rejected.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "reason", "detail"])
        writer.writerows([r.row, r.column, r.reason.value, r.detail] for r in view.rejections)
    done = {
        "folder": str(out), "molecules": len(view.dataset), "digest": view.dataset.digest(),
        "kept_aside": len(view.rejections),
    }  # fmt: skip
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{done['molecules']} molecules in {out}, {done['kept_aside']} kept aside")


def _examine(files: list[Path], endpoint: str, unit: str, mapping: Path | None, *,
             featurizer: str) -> Examination:  # fmt: skip
    from fdd.chem.pipeline import Pipeline, PipelineOptions
    from fdd.data.examination import declared, examine
    from fdd.data.mapping import guess
    from fdd.data.readers import read_table
    from fdd.data.table import joined

    tables = [read_table(path) for path in files]
    table = joined(" + ".join(path.name for path in files), tables)
    chosen = _mapping(mapping) or guess(table, endpoint, unit).mapping
    if chosen is None:
        raise InvalidInputError(
            "No column could be taken for a structure and a value of a known endpoint",
            hint=f"Use --endpoint or --map. Columns: {', '.join(list(table.columns)[:12])}",
        )
    pipeline = Pipeline(PipelineOptions(featurizer=featurizer))
    with console().status(f"preparing {len(table)} rows"):
        return examine(table, chosen, pipeline, _ALONE, splits=declared(tables))


def _mapping(path: Path | None) -> ColumnMapping | None:
    from pydantic import ValidationError

    from fdd.data.mapping import ColumnMapping

    if path is None:
        return None
    try:
        return ColumnMapping.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path} is not a column mapping", hint="Compare with the reference of mappings"
        ) from error
