"""Predictions of a served model: value, interval or probability, and where it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.masking import without_each_atom
from fdd.chem.mass import molar_mass
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.similarity import Nearest
from fdd.chem.standardize import Failure, Mol, Standardizer
from fdd.core.arrays import Arrays
from fdd.core.errors import InvalidInputError
from fdd.data.endpoints import catalogue
from fdd.data.units import convert, measure_of, parse_measure, reverses
from fdd.evaluation.pooled import half_widths, prediction_sets
from fdd.models import FAMILIES, ModelInputError
from fdd.models.base import FloatMatrix
from fdd.prediction.own import OwnMolecules
from fdd.protocol.predictions import Label, Verdict
from fdd.training import Candidates, ServedCard, ServedEndpoint, Way
from fdd.training.latent import LatentDistance, reference_rows
from fdd.training.served import VERDICTS, disagreement

__all__ = ["Attribution", "EndpointPrediction", "Predictions", "Predictor"]

Vector = NDArray[np.float64]

_BLOCK: Final = 1024
_FEWEST: Final = 15
"""Held-out molecules behind a domain, as behind an interval: fewer know no tenth nor hundredth."""
_PAIR: Final[tuple[Way, Way]] = ("local", "federated")
_LABELS: Final[tuple[Label, ...]] = ("neither", "yes", "no", "either")


@dataclass(frozen=True, repr=False)
class EndpointPrediction:
    """One endpoint; every vector has a value per row, NaN or empty for a row without molecule.

    Attributes:
        way: The model that is served.
        unit: How numbers are written; empty for the endpoint's own way and for a yes/no.
        value: The number, or the probability of a yes.
        low: Lower end of the interval, or of the probability; NaN without a calibration.
        high: Upper end.
        label: For a yes/no, which classes the prediction set holds; empty without a calibration.
        verdict: Whether the molecule is where the model was seen to hold.
    """

    endpoint: str
    way: Way
    binary: bool
    unit: str
    value: Vector
    low: Vector
    high: Vector
    label: tuple[Label, ...]
    verdict: tuple[Verdict, ...]

    def written_in(self, unit: str, molar_mass: Vector) -> EndpointPrediction:
        """The same prediction in another unit or scale.

        Args:
            unit: As people write it: ``nM``, ``log10(uM)``, ``pIC50``, ``%``, …
            molar_mass: ``(rows,)`` g/mol.

        Raises:
            UnitError: if it is not known or measures something else.
        """
        if self.binary:
            raise ModelInputError(
                f"{self.endpoint} is a yes/no question and has no unit",
                hint="Ask for a unit only where the endpoint is a number",
                endpoint=self.endpoint,
            )
        source, target = measure_of(catalogue().get(self.endpoint)), parse_measure(unit)
        value, low, high = (
            convert(numbers, source, target, molar_mass=molar_mass)
            for numbers in (self.value, self.low, self.high)
        )
        if reverses(source, target):
            low, high = high, low
        return EndpointPrediction(
            self.endpoint, self.way, self.binary, unit, value, low, high, self.label, self.verdict
        )


@dataclass(frozen=True, repr=False)
class Attribution:
    """What atoms bring to predictions.

    Attributes:
        mol: The molecule as the model saw it: neutral, without counter-ions.
        weights: Endpoint → ``(atoms,)`` in the endpoint's own scale, or of the model's probability.
    """

    mol: Mol
    weights: Mapping[str, Vector]


@dataclass(frozen=True, repr=False)
class Predictions:
    """Predictions of several molecules, one row per structure given.

    Attributes:
        failures: Why a row has no prediction; None for a good row.
        molar_mass: ``(rows,)`` g/mol of the parent; NaN for a failed row.
        endpoints: By endpoint.
        nearest: The most similar own training molecules; None where these are not at hand.
    """

    failures: tuple[Failure | None, ...]
    molar_mass: Vector
    endpoints: Mapping[str, EndpointPrediction]
    nearest: Nearest | None

    def __len__(self) -> int:
        return len(self.failures)


class Predictor:
    """A served model, ready to predict.

    Args:
        card: What is served.
        models: Weights by way.
        own: The site's training molecules, for similarity; without them no verdict is given where
            the calibration knows similarity.

    Raises:
        ModelInputError: if this installation prepares molecules otherwise than the model learned.
    """

    def __init__(
        self, card: ServedCard, models: Mapping[Way, Arrays], own: OwnMolecules | None = None
    ) -> None:
        options = PipelineOptions(featurizer=card.featurizer)
        if card.pipeline is not None and Pipeline(options).identity() != card.pipeline:
            raise ModelInputError(
                "The model learned from molecules that were prepared in another way",
                hint="Install the release of FDD that made the model, or take part in a new run",
                model=card.pipeline[:16],
            )
        self.card = card
        # Alone or released, a model has nothing to disagree with.
        self._pair: tuple[Way, ...] = _PAIR if set(_PAIR) <= set(models) else ()
        self._candidates = Candidates(FAMILIES.get(card.family), models)
        self._standardize = Standardizer(options.standardizer)
        self._featurize = FEATURIZERS.get(card.featurizer)()
        self.own = own
        self._distance = self._latent_distance(models) if own is not None else None

    def __call__(
        self,
        smiles: Sequence[str | None],
        endpoints: Sequence[str] = (),
        *,
        units: Mapping[str, str] | None = None,
        neighbours: int = 1,
    ) -> Predictions:
        """Predict; a structure that cannot be used is a failed row, and the rest goes on.

        Args:
            smiles: Structures; None = an empty cell.
            endpoints: Which of the served endpoints; all when empty.
            units: Endpoint → how its numbers shall be written.
            neighbours: How many own training molecules to find for each row.

        Raises:
            InvalidInputError: if it is one text, whose letters would be taken for structures.
            ModelInputError: if an endpoint is not served.
            UnitError: if a unit does not fit.
        """
        if isinstance(smiles, str):
            raise InvalidInputError(
                "Structures are given as a list", hint='For one structure: predictor(["CCO"])'
            )
        served = [self._served(name) for name in endpoints or self.served]
        for name in units or {}:
            self._served(name)
        parents = [self._standardize(text or "") for text in smiles]
        good = [None if isinstance(parent, Failure) else parent for parent in parents]
        features = self._featurize(good)
        mass = np.array([np.nan if p is None else molar_mass(p.mol) for p in good])
        nearest = None if self.own is None else self.own.nearest(features, neighbours)
        dense = features.dense()
        latent = None if self._distance is None else self._distance(dense)
        outputs = {
            way: self._outputs(way, dense, served)
            for way in dict.fromkeys([*(e.way for e in served), *self._pair])
        }
        found = {}
        for t, endpoint in enumerate(served):
            made = self._endpoint(endpoint, t, outputs, features.ok, nearest, latent)
            unit = (units or {}).get(endpoint.endpoint, "")
            found[endpoint.endpoint] = made.written_in(unit, mass) if unit else made
        failures = tuple(p if isinstance(p, Failure) else None for p in parents)
        return Predictions(failures, mass, found, nearest)

    @property
    def served(self) -> tuple[str, ...]:
        """The endpoints that it predicts."""
        return tuple(endpoint.endpoint for endpoint in self.card.endpoints)

    def attribute(self, smiles: str, endpoints: Sequence[str] = ()) -> Attribution | None:
        """What each atom brings to the predictions of one molecule: how far they fall without it.

        A look at the model, not at nature: it says which parts the model goes by.

        Args:
            smiles: The structure.
            endpoints: Which of the served endpoints; all when empty.

        Returns:
            None for a structure that cannot be used.

        Raises:
            ModelInputError: if an endpoint is not served.
        """
        served = [self._served(name) for name in endpoints or self.served]
        parent = self._standardize(smiles)
        if isinstance(parent, Failure):
            return None
        rows = without_each_atom(parent, self.card.featurizer)
        ways = {e.way: self._outputs(e.way, rows, served) for e in served}
        weights = {}
        for t, endpoint in enumerate(served):
            said = ways[endpoint.way][:, t].astype(np.float64)
            weights[endpoint.endpoint] = said[0] - said[1:]
        return Attribution(parent.mol, weights)

    def _latent_distance(self, models: Mapping[Way, Arrays]) -> LatentDistance | None:
        """From the site's training molecules, where a domain asks for it."""
        asked = any(e.domain is not None and e.domain.latent for e in self.card.endpoints)
        if self.own is None or not asked or not len(self.own):
            return None
        known = self.own.features(reference_rows(len(self.own)))
        return LatentDistance.of(self._candidates.family, models["federated"], known)

    def _served(self, name: str) -> ServedEndpoint:
        found = self.card.get(name)
        if found is None:
            raise ModelInputError(
                f"The model does not serve endpoint '{name[:64]}'",
                hint=f"It serves: {', '.join(self.served)}",
                endpoint=name[:64],
            )
        return found

    def _outputs(self, way: Way, dense: FloatMatrix, served: list[ServedEndpoint]) -> FloatMatrix:
        names = tuple(endpoint.endpoint for endpoint in served)
        binary = tuple(endpoint.binary for endpoint in served)
        blocks = [
            self._candidates.predict_features(way, dense[start : start + _BLOCK], names, binary)
            for start in range(0, len(dense), _BLOCK)
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, len(names)), np.float32)

    def _endpoint(
        self,
        endpoint: ServedEndpoint,
        t: int,
        outputs: Mapping[Way, FloatMatrix],
        ok: NDArray[np.bool_],
        nearest: Nearest | None,
        latent: Vector | None,
    ) -> EndpointPrediction:
        score = outputs[endpoint.way][:, t]
        rows = len(score)
        likeness = None
        if nearest is not None and nearest.similarity.shape[1]:
            likeness = nearest.similarity[:, 0]
        value = score.astype(np.float64)
        low, high = np.full(rows, np.nan), np.full(rows, np.nan)
        labels: list[Label] = [""] * rows
        apart = np.zeros(rows)
        if self._pair:
            apart = disagreement(*(outputs[way][:, t] for way in self._pair))
        if endpoint.binary:
            if endpoint.probabilities is not None:
                value, low, high = endpoint.probabilities.probabilities(score)
            sets = prediction_sets(endpoint.probabilities, endpoint.pooled, score)
            labels = labels if sets is None else _labels(*sets, ok)
        elif (widths := half_widths(endpoint.intervals, endpoint.pooled, apart)) is not None:
            low, high = value - widths, value + widths
        bad = ~ok
        for vector in (value, low, high):
            vector[bad] = np.nan
        return EndpointPrediction(
            endpoint.endpoint,
            endpoint.way,
            endpoint.binary,
            "",
            value,
            low,
            high,
            tuple(labels),
            _verdicts(endpoint, likeness, apart, latent, ok),
        )


def _labels(yes: NDArray[np.bool_], no: NDArray[np.bool_], ok: NDArray[np.bool_]) -> list[Label]:
    codes = yes.astype(np.intp) + 2 * no.astype(np.intp)
    names: list[Label] = [_LABELS[code] for code in codes]
    return [name if fine else "" for name, fine in zip(names, ok, strict=True)]


def _verdicts(
    endpoint: ServedEndpoint,
    likeness: Vector | None,
    apart: Vector,
    latent: Vector | None,
    ok: NDArray[np.bool_],
) -> tuple[Verdict, ...]:
    domain, unknown = endpoint.domain, VERDICTS.index("unknown")
    codes = np.full(len(ok), unknown)
    if (
        domain is not None
        and domain.molecules >= _FEWEST
        and (domain.similarity is None or likeness is not None)
        and (domain.latent is None or latent is not None)
    ):
        codes = np.where(ok, domain.verdicts(likeness, apart, latent), unknown)
    found: list[Verdict] = [VERDICTS[code] for code in codes]
    return tuple(found)
