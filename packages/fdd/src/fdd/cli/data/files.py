"""``fdd data check``, ``prepare`` and ``fix``: files of assays, looked at alone."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdd.cli.data.group import AsJson, data
from fdd.cli.data.look import Look
from fdd.cli.output import print_json, say
from fdd.core.errors import ExitCode, InvalidInputError
from fdd.language import padded, speaking, told

if TYPE_CHECKING:
    from fdd.data.checks import Finding
    from fdd.data.corrections import Corrections
    from fdd.data.examination import Examination

__all__ = ["check", "fix", "prepare"]


class Splitting(StrEnum):
    """How molecules are divided into train, validation and test."""

    SCAFFOLD = "scaffold"
    CLUSTER = "cluster"
    TIME = "time"


Files = Annotated[
    list[Path], typer.Argument(help="CSV, TSV, SDF, Parquet or XLSX; several = splits.")
]
EndpointOption = Annotated[str, typer.Option(help="Endpoint of the values.")]
UnitOption = Annotated[str, typer.Option(help="Unit of the values.")]
CorrectionsOption = Annotated[
    Path | None, typer.Option(help="List of corrections, made by 'fdd data fix'.")
]
MapOption = Annotated[Path | None, typer.Option("--map", help="Column mapping, JSON.")]


@data.command()
def check(
    files: Files,
    endpoint: EndpointOption = "",
    unit: UnitOption = "",
    mapping: MapOption = None,
    corrections: CorrectionsOption = None,
    consortium: Annotated[
        Path | None, typer.Option(help="Statistics that the consortium made known, JSON.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page.")] = None,
    structures: Annotated[bool, typer.Option(help="Draw molecules in the report.")] = True,
    as_json: AsJson = False,
) -> None:
    """Look for everything that would make training on these files worthless.

    Several files are declared splits of one dataset. Exit status 1 when every endpoint is blocked.

    Example: fdd data check train.csv test.csv --endpoint lipophilicity.logd74 --html report.html
    """
    from fdd.data.checks import Severity, worded
    from fdd.data.report import validity_report

    # Descriptors cost four times as much as all the rest, and no check looks at them.
    look = Look(files, endpoint, unit, mapping, featurizer="ecfp4-counts")
    examined = look.examine(_listed(corrections), consortium)
    view, findings, certificate = examined.view, examined.findings, examined.certificate
    if html is not None:
        page = validity_report(view, certificate, findings, speaking().value, structures=structures)
        html.write_text(page, "utf-8")
    if as_json:
        print_json(
            {
                "rows": view.table.written,
                "molecules": len(view.dataset),
                "kept_aside": len(view.rejections),
                "passes": certificate.passes,
                "admitted": list(certificate.admitted_endpoints),
                "findings": [finding.model_dump(mode="json") for finding in findings],
                "certificate": certificate.model_dump(mode="json"),
            }
        )
    else:
        say(
            f"{view.table.written} rows → {len(view.dataset)} molecules, "
            f"{len(view.rejections)} kept aside"
        )
        for finding in findings:
            severity = told(finding.severity.value)
            text = worded(finding, speaking().value)
            typer.echo(f"{padded(severity, 5)}  {text.title}  ({_choice(finding)})")
            if finding.severity is not Severity.NOTE:
                typer.echo(f"{'':5}  → {text.fix}")
        say(_may_train(certificate.admitted_endpoints))
        if html is not None:
            say(f"report: {html}")
    if not certificate.passes:
        raise typer.Exit(ExitCode.NO)


@data.command()
def prepare(
    files: Files,
    out: Annotated[Path, typer.Option(help="Folder for the result; must not exist.")],
    endpoint: EndpointOption = "",
    unit: UnitOption = "",
    mapping: MapOption = None,
    corrections: CorrectionsOption = None,
    split: Annotated[
        Splitting, typer.Option(help="What stays together: scaffolds, clusters, or the past.")
    ] = Splitting.SCAFFOLD,
    as_json: AsJson = False,
) -> None:
    """Standardise, identify, split and featurise; keep what was rejected with its reasons.

    Example: fdd data prepare assays.csv --endpoint herg.pic50 --unit nM --out prepared
    """
    if out.exists():
        raise InvalidInputError(f"{out} exists already", hint="Name a new folder with --out")
    from fdd.chem.featurizers import DEFAULT
    from fdd.data.rejected import write_rejected

    look = Look(files, endpoint, unit, mapping, featurizer=DEFAULT)
    examined = look.examine(_listed(corrections))
    view, certificate = examined.view, examined.certificate
    dataset = look.split(view, split.value)
    certificate = certificate.model_copy(update={"dataset": dataset.digest()})
    with _whole(out):
        dataset.save(out / "dataset")
        (out / "certificate.json").write_text(certificate.model_dump_json(indent=1), "utf-8")
        write_rejected(out / "rejected.csv", view.rejections, view.table)
    splits = Counter(dataset.splits.tolist())
    done = {
        "folder": str(out), "molecules": len(dataset), "digest": dataset.digest(),
        "kept_aside": len(view.rejections), "splits": dict(splits),
    }  # fmt: skip
    if as_json:
        print_json(done)
    else:
        say(f"{len(dataset)} molecules in {out}, {len(view.rejections)} kept aside")
        typer.echo(", ".join(f"{name} {count}" for name, count in splits.items()))


@data.command()
def fix(
    files: Files,
    corrections: Annotated[Path, typer.Option(help="List of corrections; made if missing.")],
    finding: Annotated[str, typer.Option(help="CODE or CODE:ENDPOINT of the finding.")] = "",
    undo: Annotated[int, typer.Option(help="Take this one, from 1, off the list again.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Really change the list.")] = False,
    endpoint: EndpointOption = "",
    unit: UnitOption = "",
    mapping: MapOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what the correction of a finding would change; with --yes put it on the list.

    The files are never changed: check, prepare and fdd-client data add read the list. Without
    --finding, say which findings have a correction and what is on the list.

    Example: fdd data fix assays.csv --finding piled_up_extremes --corrections fixes.json --yes
    """
    from fdd.data.checks import worded
    from fdd.data.corrections import write_corrections
    from fdd.data.fixes import difference

    listed = _listed(corrections)
    look = Look(files, endpoint, unit, mapping, featurizer="ecfp4-counts")
    before = look.examine(listed)
    if not finding and not undo:
        _say_choices(before, listed, as_json)
        return
    changed = _without(listed, undo) if undo else (*listed, *_suggested(before, finding))
    found = difference(before, look.examine(changed))
    if yes:
        write_corrections(corrections, changed)
    if as_json:
        print_json(
            {
                "corrections": len(changed),
                "changed": yes,
                "rows": found.rows,
                "molecules": found.molecules,
                "gone": [f"{f.code}:{f.endpoint}" for f in found.gone],
                "new": [f"{f.code}:{f.endpoint}" for f in found.new],
                "admitted": found.admitted[1],
            }
        )
        return
    say(f"rows {found.rows[0]} → {found.rows[1]}")
    for name, (old, new) in found.molecules.items():
        say(f"{name}: {old} → {new} molecules")
    for sign, findings in (("-", found.gone), ("+", found.new)):
        for each in findings:
            typer.echo(f"{sign} {worded(each, speaking().value).title}")
    say(_may_train(found.admitted[1]))
    say(f"{corrections} is written" if yes else "Nothing is changed yet. Add --yes.")


def _may_train(admitted: tuple[str, ...]) -> str:
    return f"may be trained on: {', '.join(admitted) or 'nothing'}"


def _choice(finding: Finding) -> str:
    """What ``--finding`` takes, and the manual of findings is ordered by."""
    return f"{finding.code}:{finding.endpoint}" if finding.endpoint else finding.code


@contextlib.contextmanager
def _whole(out: Path) -> Iterator[None]:
    """A new folder that stays only if everything could be written into it."""
    try:
        out.mkdir(parents=True)
        yield
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _listed(path: Path | None) -> Corrections:
    from fdd.data.corrections import read_corrections

    return read_corrections(path) if path else ()


def _without(listed: Corrections, number: int) -> Corrections:
    if not 1 <= number <= len(listed):
        raise InvalidInputError(
            f"The list has {len(listed)} corrections, and no number {number}",
            hint="See the numbers: the same command without --undo",
        )
    return (*listed[: number - 1], *listed[number:])


def _suggested(examined: Examination, finding: str) -> Corrections:
    from fdd.data.fixes import suggest

    code, _, endpoint = finding.partition(":")
    named = [f for f in examined.findings if f.code == code and endpoint in ("", f.endpoint)]
    made = [one for one in (suggest(f, examined.view) for f in named) if one is not None]
    if not made:
        raise InvalidInputError(
            f"There is no correction for {finding[:64]} here",
            hint="See which findings have one: the same command without --finding",
        )
    return tuple(made)


def _say_choices(examined: Examination, listed: Corrections, as_json: bool) -> None:
    from fdd.data.fixes import suggest

    offered = [f for f in examined.findings if suggest(f, examined.view) is not None]
    if as_json:
        print_json(
            {
                "corrections": [one.model_dump(mode="json") for one in listed],
                "offered": list(dict.fromkeys(map(_choice, offered))),
            }
        )
        return
    for number, one in enumerate(listed, start=1):
        say(f"on the list  {number}  {one.finding}  {one.kind}")
    for choice in dict.fromkeys(map(_choice, offered)):
        say(f"can be fixed  {choice}")
