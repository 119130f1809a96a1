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
from fdd.core.spec import OptionValue, RunSpec
from fdd.evaluation import IntervalCalibration, Pooled, ProbabilityCalibration
from fdd.protocol.predictions import Verdict
from fdd.training.personalize import Way

__all__ = [
    "VERDICTS",
    "Domain",
    "Provenance",
    "ServedCard",
    "ServedEndpoint",
    "disagreement",
    "fingerprint_bits",
]

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

    A molecule is *inside* when it is at least as like the training molecules, in structure and
    where the federated model puts it, and the local and the federated model agree on it at least as
    well, as for nine in ten held-out molecules; *outside* when it is farther from them, or the
    models further apart, than for 99 in 100; *edge* between.

    Attributes:
        molecules: Held-out molecules that the limits come from.
        similarity: (inside from, outside below) Tanimoto to the nearest training molecule.
        disagreement: (inside to, outside above) of the absolute difference of the two models.
        latent: (inside to, outside above) of ``LatentDistance``; None where it is not asked, as in
            cards made before it was.
    """

    molecules: int = Field(ge=0)
    similarity: tuple[float, float] | None
    disagreement: tuple[float, float]
    latent: tuple[float, float] | None = None

    def verdicts(
        self,
        similarity: NDArray[np.float64] | None,
        disagreement: NDArray[np.float64],
        latent: NDArray[np.float64] | None,
    ) -> NDArray[np.intp]:
        """``(rows,)`` positions in inside, edge, outside."""
        verdict = _beyond(disagreement, self.disagreement)
        if self.similarity is not None and similarity is not None:
            close, low = self.similarity
            verdict = np.maximum(verdict, _beyond(-similarity, (-close, -low)))
        if self.latent is not None and latent is not None:
            verdict = np.maximum(verdict, _beyond(latent, self.latent))
        return verdict.astype(np.intp)


def _beyond(values: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.intp]:
    """``(rows,)`` how many of the two limits are passed."""
    near, far = limits
    return (values > near).astype(np.intp) + (values > far)


class Provenance(_Part):
    """How a model came about: enough to repeat it with the same sites.

    Attributes:
        spec: Digest of the specification that the sites signed.
        options: Of the family, as far as the specification names them.
        start: Checkpoint or trunk that it started from; None = new weights.
    """

    spec: Digest
    seed: int
    rounds: int
    local_epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    balance: bool
    strategy: str
    weights: str
    privacy: str
    options: dict[str, OptionValue] = {}
    start: Digest | None = None

    @classmethod
    def of(cls, spec: RunSpec) -> Provenance:
        """Of a run."""
        training = spec.training
        return cls(
            spec=spec.digest(),
            seed=spec.seed,
            rounds=training.rounds,
            local_epochs=training.local_epochs,
            batch_size=training.batch_size,
            learning_rate=training.learning_rate,
            schedule=training.schedule,
            balance=training.balance,
            strategy=spec.strategy.name,
            weights=spec.strategy.weights,
            privacy=spec.privacy.mode,
            options=spec.model.options,
            start=spec.model.start or spec.model.trunk,
        )


class ServedEndpoint(_Part):
    """One endpoint of a served model.

    Attributes:
        way: The way whose model is served.
        training_rows: Own labelled molecules that the site trained it on.
        intervals: Of a number; None where held-out molecules were too few.
        probabilities: Of a yes/no; None where they were too few.
        pooled: Of the federated model over all sites, which the site's own is never narrower than;
            None where sites keep the head, where they were too few, or where another way is served.
        domain: None where there were no held-out molecules.
    """

    endpoint: Name
    way: Way
    binary: bool
    training_rows: int
    intervals: IntervalCalibration | None = None
    probabilities: ProbabilityCalibration | None = None
    pooled: Pooled | None = None
    domain: Domain | None = None


class ServedCard(_Part):
    """What stands beside the weights.

    Attributes:
        model: The federated model that the run ended with.
        pipeline: Identity of the pipeline that prepared the training molecules.
        ways: The weight files, by way.
        provenance: None in cards made before it was kept.
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
    provenance: Provenance | None = None

    def get(self, endpoint: str) -> ServedEndpoint | None:
        """The endpoint called ``endpoint``, if it is served."""
        return next((e for e in self.endpoints if e.endpoint == endpoint), None)
