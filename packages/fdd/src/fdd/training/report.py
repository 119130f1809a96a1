"""What a site does at the end of a run: choose, calibrate, judge, and say what it gained.

The order keeps it honest: the way of each endpoint is chosen and its intervals are calibrated on
validation molecules, then the test molecules are opened, once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fdd.core.arrays import Arrays
from fdd.core.ids import BlobId, RunId, SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.evaluation import (
    BANDS,
    SCORES,
    band_of,
    calibrate_intervals,
    calibrate_probabilities,
    compare,
    reaches_quorum,
)
from fdd.evaluation.intervals import LEVEL
from fdd.models.base import Examples, FloatMatrix, ModelFamily
from fdd.protocol.messages import SummedScores
from fdd.training.boosting import boosted
from fdd.training.choice import likely
from fdd.training.data import SiteData, quantities
from fdd.training.judge import validation_errors
from fdd.training.latent import LatentDistance, reference_rows
from fdd.training.personalize import PERSONALISED, WAYS, Candidates, Way, personalize, train_alone
from fdd.training.pooling import POOLED_WAYS, pooled_calibrations
from fdd.training.served import (
    Domain,
    Provenance,
    ServedCard,
    ServedEndpoint,
    disagreement,
    fingerprint_bits,
)
from fdd.training.value import (
    Against,
    EndpointValue,
    Part,
    SimilarityBand,
    ValueReport,
    WayScore,
)
from fdd.training.worth import Calibration, against_trees, coverage_and_width, reliability_of

__all__ = ["Finished", "finish"]

_NEAR, _FAR = 0.9, 0.99

Vector = NDArray[np.float64]
Trees = Callable[[FloatMatrix], NDArray[np.float32]] | None


class Finished(NamedTuple):
    """The figures, the models behind them by way, and what the site serves from now on."""

    value: ValueReport
    models: Mapping[Way, Arrays]
    card: ServedCard


def finish(
    spec: RunSpec,
    family: ModelFamily,
    data: SiteData,
    federated: Arrays,
    site: SiteId,
    model: BlobId,
    run_id: RunId,
    progress: Callable[[float], None],
    *,
    scores: Sequence[SummedScores] = (),
    reference: bool = False,
) -> Finished:
    """Train the other ways, choose per endpoint, calibrate, compare on test molecules.

    Args:
        spec: The run.
        family: Of the model.
        data: The site's rows.
        federated: The federated model with the site's private heads.
        site: The site, which enters seeds.
        model: The federated model's name.
        run_id: The run.
        progress: Told the share done.
        scores: How far the federated model was from the truth over all sites.
        reference: Whether gradient boosting is run beside.

    Raises:
        BoostingMissingError: if it is asked for and not installed.
    """
    alone = train_alone(spec, family, data, site)
    progress(0.6)
    models: dict[Way, Arrays] = {
        "local": alone,
        "federated": federated,
        "heads": personalize(spec, family, data, site, federated, heads_only=True),
        "finetuned": personalize(spec, family, data, site, federated),
    }
    progress(0.8)
    judged = _Judged(spec, Candidates(family, models), data, scores, reference=reference)
    names = [e for e in data.train.endpoints if data.train.labelled(e)]
    rows = tuple(judged.value(name) for name in names)
    progress(0.95)
    served = tuple(judged.serve(row) for row in rows)
    needed = {part for e in served for part in Candidates.parts(e.way)} | {"local", "federated"}
    card = ServedCard(
        run_id=run_id,
        run=spec.name,
        site=site,
        family=spec.model.family,
        featurizer=spec.data.featurizer,
        pipeline=data.pipeline,
        catalogue=catalogue().version,
        model=model,
        ways=tuple(way for way in models if way in needed),
        endpoints=served,
        provenance=Provenance.of(spec),
    )
    value = ValueReport(run_id=run_id, model=model, level=LEVEL, rows=rows)
    return Finished(value, {way: models[way] for way in card.ways}, card)


class _Seen(NamedTuple):
    """Molecules with what every way predicts for them."""

    examples: Examples
    predicted: Mapping[Way, FloatMatrix]
    similarity: Vector | None

    def apart(self, t: int) -> Vector:
        """``(rows,)`` how far the local and the federated model are apart."""
        return disagreement(self.predicted["local"][:, t], self.predicted["federated"][:, t])


class _Judged:
    """Predictions of every way on all held-out molecules, made once."""

    def __init__(
        self,
        spec: RunSpec,
        candidates: Candidates,
        data: SiteData,
        scores: Sequence[SummedScores],
        *,
        reference: bool,
    ) -> None:
        self._spec = spec
        self._pooled = pooled_calibrations(spec, candidates.models["federated"], scores)
        self._reference = reference
        self._candidates = candidates
        self._data = data
        bits = fingerprint_bits(spec.data.featurizer)
        self._bits = bits if bits <= data.train.features.shape[1] else 0
        self._validation = self._see(data.validation)
        self._test = self._see(data.test)
        self._others = None if data.others is None else self._see(data.others)
        self._latent = self._latent_of_validation()
        self._errors = {
            way: validation_errors(
                candidates.family,
                candidates.models[candidates.parts(way)[0]],  # its scaling is the unit of errors
                data.validation,
                predicted,
            )
            for way, predicted in self._validation.predicted.items()
        }

    def value(self, endpoint: str) -> EndpointValue:
        """The report's row of an endpoint."""
        known = catalogue().get(endpoint)
        chosen = self._choose(endpoint)
        calibrations = {way: self._calibrate(way, endpoint) for way in WAYS}
        data = self._data
        t = data.train.endpoints.index(endpoint)
        seed = derive_seed(self._spec.seed, "boosted", endpoint) % (1 << 31)
        _, columns = quantities(self._spec.data.featurizer)
        trees = boosted(data, t, seed, columns) if self._reference else None
        return EndpointValue(
            endpoint=endpoint,
            metric=known.metric,
            better=SCORES[known.metric].better,
            binary=known.kind == "binary",
            molecules=(
                data.train.labelled(endpoint),
                data.validation.labelled(endpoint),
                data.test.labelled(endpoint),
            ),
            validation={
                way: self._errors[way][endpoint][0] for way in WAYS if endpoint in self._errors[way]
            },
            chosen=chosen,
            personalised=chosen if chosen in PERSONALISED else likely(self._spec, endpoint),
            own=self._part(self._test, endpoint, calibrations, chosen, trees),
            others=None
            if self._others is None
            else self._part(self._others, endpoint, calibrations, chosen, trees),
        )

    def serve(self, row: EndpointValue) -> ServedEndpoint:
        """What is served for an endpoint."""
        made = self._calibrate(row.chosen, row.endpoint)
        return ServedEndpoint(
            endpoint=row.endpoint,
            way=row.chosen,
            binary=row.binary,
            training_rows=row.molecules[0],
            intervals=made.intervals,
            probabilities=made.probabilities,
            pooled=made.pooled,
            domain=self._domain(row.endpoint),
        )

    def _latent_of_validation(self) -> Vector | None:
        """``(rows,)`` how far validation molecules are from training molecules in the federated
        trunk; None where that cannot be asked again when the model is served."""
        train = self._data.train.features
        distance = LatentDistance.of(
            self._candidates.family,
            self._candidates.models["federated"],
            train[reference_rows(len(train))],
        )
        return None if distance is None else distance(self._data.validation.features)

    def _see(self, examples: Examples) -> _Seen:
        predicted = {way: self._candidates.predict(way, examples) for way in WAYS}
        similarity = None
        if self._bits:
            from fdd.chem.similarity import Neighbours

            known = Neighbours(self._data.train.features[:, : self._bits])
            similarity = known.nearest(examples.features[:, : self._bits]).similarity[:, 0]
        return _Seen(examples, predicted, similarity)

    def _choose(self, endpoint: str) -> Way:
        """The likely way, unless another is better on the validation molecules beyond noise.

        The way with the least validation error would do worse: a site with few validation molecules
        would follow their noise (20 sites, logD, tuning seed 100: MAE at home .713 against .665).
        """
        default = likely(self._spec, endpoint)
        if default == "blended" and self._error("local", endpoint) < self._error(default, endpoint):
            default = "local"  # see ``choice``
        seen = self._validation
        t = seen.examples.endpoints.index(endpoint)
        judged = compare(
            catalogue().get(endpoint).metric,
            seen.examples.values[:, t],
            {way: seen.predicted[way][:, t] for way in WAYS},
            seen.examples.qualifiers[:, t],
            baseline=default,
            binary=seen.examples.binary[t],
            seed=derive_seed(self._spec.seed, "choose", endpoint),
        )
        clear = [way for way in WAYS if way != default and judged.against[way].verdict == "better"]
        return min(clear, key=lambda way: self._error(way, endpoint), default=default)

    def _error(self, way: Way, endpoint: str) -> float:
        return self._errors[way].get(endpoint, (math.inf, 0))[0]

    def _calibrate(self, way: Way, endpoint: str) -> Calibration:
        seen = self._validation
        t = seen.examples.endpoints.index(endpoint)
        truth, predicted = seen.examples.values[:, t], seen.predicted[way][:, t]
        pooled = self._pooled.get(endpoint) if way in POOLED_WAYS else None
        if seen.examples.binary[t]:
            return Calibration(None, calibrate_probabilities(truth, predicted), pooled)
        signs = seen.examples.qualifiers[:, t]
        own = calibrate_intervals(truth, predicted, signs, seen.apart(t))
        return Calibration(own, None, pooled)

    def _domain(self, endpoint: str) -> Domain | None:
        seen = self._validation
        t = seen.examples.endpoints.index(endpoint)
        rows = np.flatnonzero(np.isfinite(seen.examples.values[:, t]))
        if not len(rows):
            return None
        apart = seen.apart(t)[rows]
        limits = None
        if seen.similarity is not None:
            close, low = np.quantile(seen.similarity[rows], [1 - _NEAR, 1 - _FAR])
            limits = (float(close), float(low))
        return Domain(
            molecules=len(rows),
            similarity=limits,
            disagreement=_limits(apart),
            latent=None if self._latent is None else _limits(self._latent[rows]),
        )

    def _part(
        self,
        seen: _Seen,
        endpoint: str,
        calibrations: Mapping[Way, Calibration],
        chosen: Way,
        trees: Trees,
    ) -> Part:
        t = seen.examples.endpoints.index(endpoint)
        truth, signs = seen.examples.values[:, t], seen.examples.qualifiers[:, t]
        binary = seen.examples.binary[t]
        metric = catalogue().get(endpoint).metric
        columns = {way: seen.predicted[way][:, t] for way in WAYS}
        seed = derive_seed(self._spec.seed, "report", endpoint)
        judged = compare(metric, truth, columns, signs, baseline="local", binary=binary, seed=seed)
        scores = []
        for way in WAYS:
            value, low, high = judged.scores[way]
            covered, width = coverage_and_width(
                calibrations[way], truth, columns[way], signs, seen.apart(t), binary=binary
            )
            scores.append(
                WayScore(way=way, value=value, low=low, high=high, coverage=covered, width=width)
            )
        against = tuple(
            Against(
                way=way,
                difference=found.difference.value,
                low=found.difference.low,
                high=found.difference.high,
                p=found.p,
                verdict=found.verdict,
            )
            for way in WAYS
            if (found := judged.against.get(way)) is not None
        )
        return Part(
            n=int(np.isfinite(truth).sum()),
            enough=reaches_quorum(truth, signs, binary=binary),
            scores=tuple(scores),
            against_local=against,
            bands=self._bands(seen, metric, t, columns, seed),
            reliability=reliability_of(calibrations[chosen], truth, columns[chosen]),
            boosted=None
            if trees is None or not len(truth)
            else against_trees(
                metric,
                truth,
                trees(seen.examples.features),
                columns[chosen],
                signs,
                binary=binary,
                seed=seed,
            ),
        )

    def _bands(
        self,
        seen: _Seen,
        metric: str,
        t: int,
        columns: Mapping[Way, NDArray[np.float32]],
        seed: int,
    ) -> tuple[SimilarityBand, ...]:
        if seen.similarity is None:
            return ()
        place = band_of(seen.similarity)
        found = []
        for number, (low, high) in enumerate(BANDS):
            rows = np.flatnonzero((place == number) & np.isfinite(seen.examples.values[:, t]))
            truth, signs = seen.examples.values[rows, t], seen.examples.qualifiers[rows, t]
            binary = seen.examples.binary[t]
            if not reaches_quorum(truth, signs, binary=binary):
                continue
            judged = compare(
                metric, truth, {way: c[rows] for way, c in columns.items()}, signs,
                baseline="local", binary=binary, seed=seed,
            )  # fmt: skip
            scores = tuple(
                WayScore(way=way, value=e.value, low=e.low, high=e.high)
                for way, e in judged.scores.items()
            )
            found.append(SimilarityBand(low=low, high=high, n=len(rows), scores=scores))
        return tuple(found)


def _limits(values: Vector) -> tuple[float, float]:
    near, far = np.quantile(values, [_NEAR, _FAR])
    return float(near), float(far)
