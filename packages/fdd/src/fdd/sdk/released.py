"""A released model of a hub, asked as a model on this machine is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from fdd.chem.standardize import Failure
from fdd.core.errors import InvalidInputError
from fdd.core.ids import RunId
from fdd.prediction import EndpointPrediction, OwnMolecules, Predictions
from fdd.protocol.predictions import EndpointAnswer, MoleculeAnswer
from fdd.sdk.errors import OverBudgetError

if TYPE_CHECKING:
    from fdd.sdk.client import Json, Platform

__all__ = ["ReleasedModel"]


class ReleasedModel:
    """Does what ``fdd.prediction.Predictor`` does by asking the hub: structures leave the machine.

    Each distinct structure is sent once, however many rows hold it, for the hub counts what it
    answers.

    Args:
        hub: At which the user has signed in.
        run_id: The run whose model is released.
        licence: Its licence, which is accepted by naming it.
        moved: Told how many structures came back with each part of an answer.

    Attributes:
        facts: What the hub says of the model.
        left: Molecules that may still be asked for.

    Raises:
        InvalidInputError: if no model of the run is released.
        PlatformRefusedError: if the hub refuses.
    """

    own: OwnMolecules | None = None

    def __init__(
        self,
        hub: Platform,
        run_id: RunId,
        licence: str,
        moved: Callable[[int], None] = lambda _: None,
    ) -> None:
        released = {str(model["run_id"]): model for model in hub.released_models()}
        if run_id not in released:
            raise InvalidInputError(
                f"No model of {run_id[:64]} is released", hint="See which are: fdd model list"
            )
        self.facts: Json = released[run_id]
        self.left = int(str(self.facts["left"]))
        self._hub = hub
        self._licence = licence
        self._moved = moved
        self._answered: dict[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]], Json] = {}

    @property
    def served(self) -> tuple[str, ...]:
        """The endpoints that it predicts."""
        endpoints = cast("list[Json]", self.facts["endpoints"])
        return tuple(str(endpoint["endpoint"]) for endpoint in endpoints)

    def require(self, structures: Iterable[str | None]) -> int:
        """How many molecules a question counts for at most; a structure without a prediction costs
        nothing.

        Raises:
            OverBudgetError: if it is more than what is left.
        """
        count = len(_distinct(structures))
        if count > self.left:
            raise OverBudgetError(
                f"{count} molecules are asked for, {self.left} are left",
                asked=count,
                left=self.left,
            )
        return count

    def __call__(
        self,
        smiles: Sequence[str | None],
        endpoints: Sequence[str] = (),
        *,
        units: Mapping[str, str] | None = None,
    ) -> Predictions:
        """Ask for predictions; a structure that cannot be used is a failed row.

        Args:
            smiles: Structures; None or empty = no structure, which is not sent.
            endpoints: Which of the served endpoints; all when empty.
            units: Endpoint → how its numbers shall be written.

        Raises:
            OverBudgetError: if more is asked for than is left; nothing was sent then.
            PlatformRefusedError: if the hub refuses.
            PlatformUnreachableError: if it does not answer.
        """
        names = tuple(endpoints or self.served)
        how = (names, tuple(sorted((units or {}).items())))
        new = [text for text in _distinct(smiles) if (text, *how) not in self._answered]
        self.require(new)
        sent = iter(new)
        for block in self._hub.ask(str(self.facts["run_id"]), new, self._licence, names, units):
            molecules = cast("list[Json]", block["molecules"])
            for molecule in molecules:
                self._answered[next(sent), *how] = molecule
            self.left = int(str(block["left"]))
            self._moved(len(molecules))
        answers = [
            MoleculeAnswer.model_validate(self._answered[text, *how]) if text else None
            for text in smiles
        ]
        return Predictions(
            failures=tuple(_failure(answer) for answer in answers),
            molar_mass=np.full(len(answers), np.nan),  # the hub tells none
            endpoints={name: self._column(name, answers) for name in names},
            nearest=None,
        )

    def _column(self, name: str, answers: Sequence[MoleculeAnswer | None]) -> EndpointPrediction:
        """One endpoint of all answers."""
        known = {str(e["endpoint"]): e for e in cast("list[Json]", self.facts["endpoints"])}
        found = [None if answer is None else answer.endpoints.get(name) for answer in answers]
        first = next((each for each in found if each is not None), None)
        return EndpointPrediction(
            endpoint=name,
            way="federated",
            binary=bool(known.get(name, {}).get("binary")),
            unit="" if first is None else first.unit,
            value=_numbers(found, "value"),
            low=_numbers(found, "low"),
            high=_numbers(found, "high"),
            label=tuple("" if each is None else each.label for each in found),
            verdict=tuple("unknown" if each is None else each.verdict for each in found),
        )


def _distinct(structures: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in structures if text))


def _failure(answer: MoleculeAnswer | None) -> Failure | None:
    if answer is None:
        return Failure.EMPTY
    return None if answer.problem is None else Failure(answer.problem)


def _numbers(
    found: Sequence[EndpointAnswer | None], field: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A field of all rows; NaN where there is none."""
    values = [None if each is None else getattr(each, field) for each in found]
    return np.array([np.nan if value is None else value for value in values], np.float64)
