"""What a site serves after a run: which model for which endpoint, how far to trust it, and where.

A card stands beside the weights. It holds no structure and no measured value, but it is made from
the site's data and stays there.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.core.ids import BlobId, Digest, Name, RunId, SiteId
from fdd.evaluation import IntervalCalibration, ProbabilityCalibration
from fdd.training.personalize import Way

__all__ = [
    "VERDICTS",
    "Domain",
    "ServedCard",
    "ServedEndpoint",
    "Verdict",
    "disagreement",
    "fingerprint_bits",
]

Verdict = Literal["inside", "edge", "outside", "unknown"]
VERDICTS: Final[tuple[Verdict, ...]] = ("inside", "edge", "outside", "unknown")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def fingerprint_bits(featurizer: str) -> int:
    """How many leading feature columns are a fingerprint; 0 for a featuriser without one."""
    from fdd.chem.featurizers.ecfp4_counts import Ecfp4Counts

    return Ecfp4Counts.width if featurizer.startswith(Ecfp4Counts.name) else 0


def disagreement(local: NDArray[np.float32], federated: NDArray[np.float32]) -> NDArray[np.float64]:
    """``(rows,)`` how far two models are apart: what intervals and verdicts rest on."""
    return np.abs(local.astype(np.float64) - federated.astype(np.float64))


class Domain(_Part):
    """Where the site has seen that the model holds: its own held-out molecules.

    A molecule is *inside* when it is at least as like the training molecules, and the local and the
    federated model agree on it at least as well, as for nine in ten held-out molecules; *outside*
    when it is farther from them, or the models further apart, than for 99 in 100; *edge* between.

    Attributes:
        molecules: Held-out molecules that the limits come from.
        similarity: (inside from, outside below) Tanimoto to the nearest training molecule.
        disagreement: (inside to, outside above) of the absolute difference of the two models.
    """

    molecules: int = Field(ge=0)
    similarity: tuple[float, float] | None
    disagreement: tuple[float, float]

    def verdicts(
        self, similarity: NDArray[np.float64] | None, disagreement: NDArray[np.float64]
    ) -> NDArray[np.intp]:
        """``(rows,)`` positions in inside, edge, outside."""
        near, far = self.disagreement
        verdict = np.where(disagreement > far, 2, np.where(disagreement > near, 1, 0))
        if self.similarity is not None and similarity is not None:
            close, low = self.similarity
            by_likeness = np.where(similarity < low, 2, np.where(similarity < close, 1, 0))
            verdict = np.maximum(verdict, by_likeness)
        return verdict.astype(np.intp)


class ServedEndpoint(_Part):
    """One endpoint of a served model.

    Attributes:
        way: The way whose model is served.
        training_rows: Own labelled molecules that the site trained it on.
        intervals: Of a number; None where held-out molecules were too few.
        probabilities: Of a yes/no; None where they were too few.
        domain: None where there were no held-out molecules.
    """

    endpoint: Name
    way: Way
    binary: bool
    training_rows: int
    intervals: IntervalCalibration | None = None
    probabilities: ProbabilityCalibration | None = None
    domain: Domain | None = None


class ServedCard(_Part):
    """What stands beside the weights.

    Attributes:
        model: The federated model that the run ended with.
        pipeline: Identity of the pipeline that prepared the training molecules.
        ways: The weight files, by way.
    """

    format: Literal[1] = 1
    run_id: RunId
    run: str
    site: SiteId
    family: Name
    featurizer: str
    pipeline: Digest | None
    catalogue: str
    model: BlobId
    ways: tuple[Way, ...]
    endpoints: tuple[ServedEndpoint, ...]

    def get(self, endpoint: str) -> ServedEndpoint | None:
        """The endpoint called ``endpoint``, if it is served."""
        return next((e for e in self.endpoints if e.endpoint == endpoint), None)
