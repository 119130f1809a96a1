"""What a page shows of predictions: one molecule a row, with pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fdd.prediction.pictures import attributed, picture
from fdd.prediction.predictor import EndpointPrediction, Predictions, Predictor
from fdd.protocol.predictions import EndpointAnswer, MoleculeAnswer, NeighbourAnswer

__all__ = ["answer"]


def answer(
    predictor: Predictor,
    made: Predictions,
    structures: Sequence[str],
    *,
    explained: bool,
) -> tuple[MoleculeAnswer, ...]:
    """What a page shows of predictions.

    Args:
        predictor: That made them.
        made: A row for each structure.
        structures: As they were asked.
        explained: Mark in pictures what each atom brings, which takes a prediction for each atom.
    """
    rows = enumerate(structures)
    return tuple(_molecule(predictor, made, n, text, explained=explained) for n, text in rows)


def _molecule(
    predictor: Predictor, made: Predictions, row: int, smiles: str, *, explained: bool
) -> MoleculeAnswer:
    failure = made.failures[row]
    if failure is not None:
        return MoleculeAnswer(problem=failure.value, picture=None, endpoints={}, nearest=())
    atoms: dict[str, str] = {}
    brought = predictor.attribute(smiles, list(made.endpoints)) if explained else None
    if brought is not None:
        atoms = {n: attributed(brought.mol, each) for n, each in brought.weights.items()}
    return MoleculeAnswer(
        problem=None,
        picture=picture(smiles),
        endpoints={n: _endpoint(e, row, atoms.get(n)) for n, e in made.endpoints.items()},
        nearest=_nearest(predictor, made, row),
    )


def _nearest(predictor: Predictor, made: Predictions, row: int) -> tuple[NeighbourAnswer, ...]:
    own = predictor.own
    if own is None or made.nearest is None:
        return ()
    found = []
    for position, similarity in zip(
        made.nearest.position[row].tolist(), made.nearest.similarity[row].tolist(), strict=True
    ):
        molecule = own.molecule(position)
        served = {n: v for n, v in molecule.values.items() if predictor.card.get(n)}
        found.append(
            NeighbourAnswer(
                name=molecule.name or molecule.key,
                similarity=similarity,
                picture=picture(molecule.smiles) if molecule.smiles else None,
                values=served,
            )
        )
    return tuple(found)


def _endpoint(found: EndpointPrediction, row: int, atoms: str | None) -> EndpointAnswer:
    return EndpointAnswer(
        way=found.way,
        binary=found.binary,
        unit=found.unit,
        value=_finite(found.value[row]),
        low=_finite(found.low[row]),
        high=_finite(found.high[row]),
        label=found.label[row],
        verdict=found.verdict[row],
        atoms=atoms,
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
