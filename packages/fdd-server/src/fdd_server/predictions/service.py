"""Releasing models, and counting what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass

from fdd.core.ids import BlobId, RunId
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.protocol.messages import SummedScores
from fdd.protocol.predictions import ReleasedJob
from fdd.rounds.state import RunState
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, UnitOfWork, utc
from fdd_server.kernel.identity import Caller
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.predictions import repository
from fdd_server.predictions.errors import (
    LicenceNotAcceptedError,
    NotReleasedError,
    QueryBudgetError,
)
from fdd_server.predictions.models import ReleaseRow
from fdd_server.predictions.schemas import (
    Ask,
    CalibratedTogether,
    Release,
    ReleasedEndpoint,
    ReleasedModel,
)
from fdd_server.registry import ModelRegistry
from fdd_server.runs.errors import NoModelError
from fdd_server.runs.states import SqlRunStates

__all__ = ["Asked", "ReleaseDesk"]


@dataclass(frozen=True)
class Asked:
    """A question that was let through: the model, and what is left to the account."""

    job: ReleasedJob
    left: int


class ReleaseDesk:
    """Which models people without own data may ask."""

    def __init__(
        self, clock: Clock, audit: AuditLog, states: SqlRunStates, registry: ModelRegistry
    ) -> None:
        self._clock = clock
        self._audit = audit
        self._states = states
        self._registry = registry

    def release(
        self, work: UnitOfWork, caller: Caller, run_id: RunId, how: Release
    ) -> ReleasedModel:
        """Release the best model of a run, or change how it is released.

        What accounts have asked so far stays counted.

        Raises:
            UnknownRunError: if there is no such run.
            NoModelError: if it has no model.
            ModelInputError: if the sites keep all its heads.
        """
        state = self._states.read(work, run_id)
        blob = state.best.model if state.best is not None else state.model
        if blob is None:
            raise NoModelError(run=run_id)
        self._endpoints(state.spec, blob)
        insert_or_replace(
            work,
            ReleaseRow,
            run_id=run_id,
            blob=blob,
            licence=how.licence,
            terms=how.terms,
            budget=how.budget,
            released_at=utc(self._clock()),
            withdrawn_at=None,
        )
        self._audit.record(
            work,
            actor=caller.actor,
            action="model.released",
            subject=run_id,
            model=blob,
            licence=how.licence,
            budget=how.budget,
        )
        return self._shown(work, self._row(work, run_id), caller)

    def withdraw(self, work: UnitOfWork, caller: Caller, run_id: RunId) -> None:
        """Take a release back; the next question is refused.

        Raises:
            NotReleasedError: if there is none.
        """
        self._row(work, run_id).withdrawn_at = utc(self._clock())
        self._audit.record(work, actor=caller.actor, action="model.withdrawn", subject=run_id)

    def releases(self, work: UnitOfWork, caller: Caller) -> list[ReleasedModel]:
        """Released models, newest first."""
        return [self._shown(work, row, caller) for row in repository.releases(work)]

    def ask(self, work: UnitOfWork, caller: Caller, run_id: RunId, ask: Ask) -> Asked:
        """Let a question through and count its molecules.

        Raises:
            NotReleasedError: if the model is not released.
            LicenceNotAcceptedError: if the question does not name its licence.
            QueryBudgetError: if it goes beyond what is left.
        """
        row = self._row(work, run_id)
        if ask.licence != row.licence:
            raise LicenceNotAcceptedError(
                f"The model is released under {row.licence}",
                hint="Read licence and terms, then name the licence in the question",
                licence=row.licence,
            )
        if not repository.take(work, run_id, caller.account_id, len(ask.structures), row.budget):
            left = row.budget - repository.used(work, run_id, caller.account_id)
            raise QueryBudgetError(
                f"{len(ask.structures)} molecules are asked for, {left} are left",
                hint="Ask for fewer, or an administrator of the consortium for a larger budget",
                asked=len(ask.structures),
                left=left,
            )
        self._audit.record(
            work,
            actor=caller.actor,
            action="model.asked",
            subject=run_id,
            model=row.blob,
            molecules=len(ask.structures),
        )
        left = row.budget - repository.used(work, run_id, caller.account_id)
        state = self._states.read(work, run_id)
        job = ReleasedJob(
            run_id=run_id, spec=state.spec, model=row.blob, scores=_scores(state, row.blob)
        )
        return Asked(job, left)

    def give_back(self, work: UnitOfWork, caller: Caller, run_id: RunId, molecules: int) -> None:
        """Uncount molecules that got no prediction."""
        repository.give_back(work, run_id, caller.account_id, molecules)

    def _row(self, work: UnitOfWork, run_id: RunId) -> ReleaseRow:
        row = repository.release(work, run_id)
        if row is None or row.withdrawn_at is not None:
            raise NotReleasedError(
                hint="The page Models and GET /api/v1/released-models list what is released",
                run=run_id[:64],
            )
        return row

    def _endpoints(self, spec: RunSpec, blob: BlobId) -> tuple[str, ...]:
        from fdd.prediction.released import shared_endpoints  # loads chemistry

        return shared_endpoints(spec, (name for name, *_ in self._registry.layout(blob)))

    def _shown(self, work: UnitOfWork, row: ReleaseRow, caller: Caller) -> ReleasedModel:
        from fdd.prediction.released import calibrated_together  # loads chemistry

        state = self._states.read(work, row.run_id)
        spec = state.spec
        pooled = calibrated_together(spec, _scores(state, row.blob))
        known = [catalogue().get(name) for name in self._endpoints(spec, row.blob)]
        return ReleasedModel(
            run_id=row.run_id,
            name=spec.name,
            digest=row.blob,
            family=spec.model.family,
            licence=row.licence,
            terms=row.terms,
            budget=row.budget,
            left=row.budget - repository.used(work, row.run_id, caller.account_id),
            released_at=row.released_at,
            endpoints=tuple(
                ReleasedEndpoint(
                    endpoint=each.id,
                    name_ko=each.name_ko,
                    name_en=each.name_en,
                    unit=each.unit,
                    scale=each.scale,
                    binary=each.kind == "binary",
                    pooled=_pooled(pooled.get(each.id)),
                )
                for each in known
            ),
        )


def _scores(state: RunState, blob: BlobId) -> tuple[SummedScores, ...]:
    """How far a model of a run was from the truth; empty where that is not known of it."""
    best = state.best
    return best.scores if best is not None and best.model == blob else ()


def _pooled(found: tuple[int, int] | None) -> CalibratedTogether | None:
    return None if found is None else CalibratedTogether(molecules=found[0], sites=found[1])
