"""The private value report: what a site gained, with intervals and tests, near and far from its
own chemistry.

It stays at the site; ``run_report`` makes the figures that may leave where the policy allows it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import BlobId, Name, RunId
from fdd.evaluation import Reliability
from fdd.evaluation.comparison import Verdict
from fdd.protocol.messages import ReportRow, RunReport, Scores
from fdd.training.personalize import Way

__all__ = [
    "Advice",
    "Against",
    "Boosted",
    "EndpointValue",
    "Part",
    "SimilarityBand",
    "ValueReport",
    "WayScore",
]

Advice = Literal["alone", "worse", "none", "abroad"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WayScore(_Part):
    """A way's score with its 95 % bootstrap interval, and what its 90 % intervals are worth.

    Attributes:
        coverage: Share of held-out values inside the interval, or of classes inside the prediction
            set; None without a calibration.
        width: Mean half width of the intervals in the endpoint's scale, or the share of molecules
            whose prediction set holds one class.
    """

    way: Way
    value: float | None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    width: float | None = None


class Against(_Part):
    """A way against training alone, on the same molecules."""

    way: Way
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: Verdict


class Boosted(_Part):
    """Gradient boosting on the site's own molecules, as a reference that is never served.

    Attributes:
        served: The served way against it: ``better`` where federation beats the best that the site
            could do alone.
    """

    value: float | None
    low: float | None
    high: float | None
    served: Verdict


class SimilarityBand(_Part):
    """Held-out molecules of one band of Tanimoto similarity to the site's training molecules."""

    low: float
    high: float
    n: int
    scores: tuple[WayScore, ...]


class Part(_Part):
    """Figures on one set of held-out molecules.

    Attributes:
        enough: Whether they reach the quorum below which nothing is claimed and nothing may leave.
        reliability: Of a yes/no: whether the served probabilities mean what they say.
        boosted: Where the site asked for the reference and has rows enough.
    """

    n: int
    enough: bool
    scores: tuple[WayScore, ...]
    against_local: tuple[Against, ...]
    bands: tuple[SimilarityBand, ...] = ()
    reliability: Reliability | None = None
    boosted: Boosted | None = None

    def score(self, way: Way) -> float | None:
        """The score of a way."""
        return next((s.value for s in self.scores if s.way == way), None)

    def verdict(self, way: Way) -> Verdict | None:
        """How a way compares with local; None of local itself."""
        return next((a.verdict for a in self.against_local if a.way == way), None)


class EndpointValue(_Part):
    """One endpoint.

    Attributes:
        molecules: Labelled molecules of the site: training, validation and test.
        validation: Way → error on the validation molecules.
        chosen: The way that is served: a mean of two models (of which two: docs, value report),
            unless those molecules say clearly that another is better.
        personalised: The adapted way that is served, or would be.
    """

    endpoint: Name
    metric: str
    better: Literal["lower", "higher"]
    binary: bool
    molecules: tuple[int, int, int]
    validation: dict[Way, float]
    chosen: Way
    personalised: Way
    own: Part
    others: Part | None = None

    @property
    def advice(self) -> Advice | None:
        """What the site is told about federation here, beyond the figures.

        ``alone``: its own model is served; ``worse``: its own is clearly better at home all the
        same; ``none``: no gain at home can be shown; ``abroad``: none at home, but one on others'
        chemistry. None where any way of serving is clearly better at home, or too few molecules
        can tell.
        """
        if self.chosen == "local":
            return "alone"
        home = self.own.verdict(self.chosen)
        if home == "worse":
            return "worse"
        if home != "noise" or any(a.verdict == "better" for a in self.own.against_local):
            return None
        abroad = self.others is not None and self.others.verdict(self.chosen) == "better"
        return "abroad" if abroad else "none"


class ValueReport(_Part):
    """All endpoints of one run at one site."""

    run_id: RunId
    model: BlobId
    level: float
    rows: tuple[EndpointValue, ...]

    def run_report(self, *, to_share: bool) -> RunReport:
        """The figures of three ways: local, federated, and the best of the adapted ones.

        Args:
            to_share: Leave out what does not reach the quorum.
        """
        rows = tuple(
            ReportRow(
                endpoint=row.endpoint,
                metric=row.metric,
                better=row.better,
                molecules=sum(row.molecules),
                own=_scores(row, row.own, to_share),
                others=None if row.others is None else _scores(row, row.others, to_share),
                chosen="local"
                if row.chosen == "local"
                else ("federated" if row.chosen == "federated" else "personalised"),
            )
            for row in self.rows
        )
        return RunReport(run_id=self.run_id, model=self.model, rows=rows)


def _scores(row: EndpointValue, part: Part, to_share: bool) -> Scores:
    if to_share and not part.enough:
        return Scores(n=0)
    verdicts = {against.way: against.verdict for against in part.against_local}
    ways = {"federated": verdicts.get("federated"), "personalised": verdicts.get(row.personalised)}
    return Scores.model_validate(
        {
            "local": part.score("local"),
            "federated": part.score("federated"),
            "personalised": part.score(row.personalised),
            "n": part.n,
            "clear": {way: said for way, said in ways.items() if said in {"better", "worse"}},
        }
    )
