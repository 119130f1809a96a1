"""``fdd-client report``: the site's private value report."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError
from fdd_client.agent.runs import RunFolder
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

__all__ = ["NoReportError", "show"]


class NoReportError(FddError):
    """The run has not ended at this site."""

    code = "FDD-3602"
    status = 404
    exit_code = ExitCode.NO
    title = "There is no report of this run here"


def show(folder: SiteFolder, run_id: str, as_json: bool) -> None:
    """Print the report.

    Raises:
        NoReportError: if there is none.
    """
    folder.identity()
    try:
        report = RunFolder(folder, run_id).report()
    except ValueError as error:
        raise NoReportError(hint="Give the name of a run") from error
    if report is None:
        raise NoReportError(hint="Wait until the run has ended: fdd-client status", run=run_id[:64])
    emit(as_json, report.model_dump(mode="json"))
    if as_json:
        return
    say(f"{'endpoint':32} {'metric':8} {'n':>5} {'local':>8} {'feder.':>8} {'person.':>8}  use")
    for row in report.rows:
        for part, scores in (("own", row.own), ("others", row.others)):
            if scores is None:
                continue
            cells = (scores.local, scores.federated, scores.personalised)
            text = " ".join(f"{'–' if c is None else format(c, '.3f'):>8}" for c in cells)
            name = row.endpoint if part == "own" else "  on others' chemistry"
            chosen = row.chosen if part == "own" else ""
            say(f"{name:32} {row.metric:8} {scores.n:>5} {text}  {chosen}")
