"""``fdd-client report``: the site's private value report."""

from __future__ import annotations

from typing import Final

from fdd.core.errors import ExitCode, FddError
from fdd.language import columns, padded, told
from fdd.training.value import EndpointValue, Part, WayScore
from fdd_client.agent.runs import RunFolder
from fdd_client.main.output import emit, say
from fdd_client.settings import SiteFolder

__all__ = ["NoReportError", "show"]

_VERDICTS: Final = {
    "better": "better than local",
    "worse": "worse than local",
    "noise": "no clear difference from local",
    "too_few": "too few molecules to compare",
}


_BETTER: Final = {"lower": "lower is better", "higher": "higher is better"}
_AGAINST_TREES: Final = {
    "better": "the chosen model is better than local boosting",
    "worse": "the chosen model is worse than local boosting",
    "noise": "the chosen model is not clearly different from local boosting",
    "too_few": "compared with local boosting on too few molecules",
}

_ADVICE: Final = {
    "alone": "federation does not help here: on validation molecules your own model is better",
    "worse": "on your held-out molecules your own model is clearly better at home: stay with it",
    "none": "no gain at home can be shown: on your held-out molecules your own model does as well",
    "abroad": "no gain at home can be shown, but the served model is better on others' chemistry",
}


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
        NotJoinedError: if the folder has never been a site.
    """
    folder.own_keys()
    try:
        value = RunFolder(folder, run_id).value()
    except ValueError as error:
        raise NoReportError(hint="Give the name of a run") from error
    if value is None:
        raise NoReportError(hint="Wait until the run has ended: fdd-client status", run=run_id[:64])
    emit(as_json, value.model_dump(mode="json"))
    if not as_json:
        for row in value.rows:
            _endpoint(row)


def _endpoint(row: EndpointValue) -> None:
    train, validation, test = row.molecules
    say(f"{row.endpoint} · {row.metric}, {told(_BETTER[row.better])}")
    counts = told(f"{train} molecules trained, {validation} chose, {test} judged")
    say(f"  {counts} · {told('use')}: {told(row.chosen)}")
    if row.advice is not None:
        say(f"  {told(_ADVICE[row.advice])}")
    for title, part in (("own chemistry", row.own), ("others' chemistry", row.others)):
        if part is not None and part.n:
            _part(title, part, row.chosen)
    say("")


def _part(title: str, part: Part, chosen: str) -> None:
    verdicts = {against.way: told(_VERDICTS[against.verdict]) for against in part.against_local}
    quorum = "" if part.enough else f" ({told('below the quorum')})"
    say(f"  {told(title)}, {told(f'{part.n} molecules')}{quorum}")
    width = max(10, *(columns(told(score.way)) for score in part.scores))
    for score in part.scores:
        mark = "*" if score.way == chosen else " "
        held = "" if score.coverage is None else told(f"90 % intervals hold {score.coverage:.0%}")
        way, verdict = padded(told(score.way), width), padded(verdicts.get(score.way, ""), 32)
        say(f"   {mark}{way} {_figure(score):24}{verdict}  {held}".rstrip())
    if (trees := part.boosted) is not None:
        figure = f"{_number(trees.value)} [{_number(trees.low)}, {_number(trees.high)}]"
        against = told(_AGAINST_TREES[trees.served])
        say(f"    {padded(told('boosted'), width)} {figure:24}{against}")
    if (found := part.reliability) is not None:
        say(
            f"    probabilities of {told(chosen)}: calibration error {found.ece:.3f} "
            f"(before calibration {found.ece_before:.3f}), "
            f"Brier {found.brier:.3f} ({found.brier_before:.3f}), "
            f"MCC {_number(found.mcc)}, AUPRC at even classes {_number(found.auprc_even)}"
        )
        cells = "  ".join(f"{b.said:.0%}→{b.measured:.0%}" for b in found.bins)
        say(f"    said→measured: {cells}")
    for band in part.bands:
        cells = "  ".join(f"{told(s.way)} {_number(s.value)}" for s in band.scores)
        say(f"    similarity {band.low:.1f} to {band.high:.1f}, {band.n}: {cells}")


def _figure(score: WayScore) -> str:
    return f"{_number(score.value)} [{_number(score.low)}, {_number(score.high)}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
