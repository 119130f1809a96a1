"""The stored state of a run: the only truth about it.

An engine merely advances this row. Each save names the version that it read, so that of two engines
which advance the same run only one succeeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.errors import ExitCode, FddError, Param
from fdd.core.ids import BlobId, Digest, RunId, SiteId
from fdd.core.record import RoundRecord
from fdd.core.spec import RunSpec
from fdd.protocol.messages import SummedHistogram, SummedScores

__all__ = [
    "MOST_BARREN_ROUNDS",
    "MOST_PAUSED_SECONDS",
    "TRANSITIONS",
    "Best",
    "Event",
    "RunConflictError",
    "RunPhase",
    "RunState",
    "RunStates",
    "RunStatus",
    "UnknownRunError",
]


class RunConflictError(FddError):
    """Another engine has advanced the run in between."""

    code = "FDD-1501"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The run was advanced by someone else"
    advice = "Look at the run again, then repeat what is still wanted"


class UnknownRunError(FddError):
    """No such run is stored."""

    code = "FDD-1502"
    status = 404
    exit_code = ExitCode.USAGE
    title = "There is no such run"
    advice = "fdd run list shows all, as do the page Runs and GET /api/v1/runs"


class RunStatus(StrEnum):
    """Where a run stands; the last three are terminal."""

    PROPOSED = "proposed"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def terminal(self) -> bool:
        """Whether nothing will happen any more."""
        return self in {RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.STOPPED}


class RunPhase(StrEnum):
    """What a run does next."""

    ADMIT = "admit"
    CONFIGURE = "configure"
    SELECT = "select"
    TRAIN = "train"
    AGGREGATE = "aggregate"
    EVALUATE = "evaluate"
    CHECKPOINT = "checkpoint"
    FINALIZE = "finalize"


MOST_PAUSED_SECONDS: Final = 30 * 86_400.0
"""How long a paused run waits for a person, before it is given up: every run ends."""

MOST_BARREN_ROUNDS: Final = 3
"""Rounds in a row in which too few sites counted, before a run is given up.

Sites that refuse do so at once: without an end, they would burn all rounds of a run in seconds and
leave it completed.
"""

TRANSITIONS: Final[Mapping[RunPhase, frozenset[RunPhase]]] = {
    # A run that starts from a checkpoint has its model already.
    RunPhase.ADMIT: frozenset({RunPhase.CONFIGURE, RunPhase.SELECT}),
    RunPhase.CONFIGURE: frozenset({RunPhase.SELECT}),
    RunPhase.SELECT: frozenset({RunPhase.TRAIN, RunPhase.FINALIZE}),
    RunPhase.TRAIN: frozenset({RunPhase.AGGREGATE, RunPhase.FINALIZE}),
    # Back to training only in a simulation, whose payloads die with its process.
    RunPhase.AGGREGATE: frozenset(
        {RunPhase.EVALUATE, RunPhase.CHECKPOINT, RunPhase.FINALIZE, RunPhase.TRAIN}
    ),
    RunPhase.EVALUATE: frozenset({RunPhase.CHECKPOINT, RunPhase.FINALIZE}),
    RunPhase.CHECKPOINT: frozenset({RunPhase.SELECT, RunPhase.FINALIZE}),
    RunPhase.FINALIZE: frozenset(),
}
"""What may follow what; a phase may also be saved again, and every phase may be a run's last."""


class Best(BaseModel):
    """The best checkpoint so far; ``scores``: how far it was from the truth, see ``pooling``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round: int
    score: float
    model: BlobId
    scores: tuple[SummedScores, ...] = ()


class RunState(BaseModel):
    """Everything an engine needs to go on with a run.

    Attributes:
        version: Grows by one with each save.
        round: 0 before training, then 1 … ``spec.training.rounds``.
        cohort: Sites of the open phase.
        opened_at: When the open phase began, seconds since the epoch; None between phases.
        deadline: When it ends at the latest.
        survivors: Sites whose replies count, once the phase is closed.
        model: The current model; None before the first was initialised.
        previous: The model that the open round started from.
        strategy: The strategy's own state as a blob of tensors; None when it has none.
        scores: How far the round's model was from the truth, once the sites have evaluated it.
        best: The checkpoint with the lowest validation score.
        judges: Sites that evaluate the round's model; empty: the survivors.
        late: Updates of earlier rounds that count in this one, each as its site and round.
        late_excluded: Updates of earlier rounds that a rule refused in this one, each with why.
        folded: Late updates that were taken already, as far back as one may still be.
        asked: How often each site was chosen, where a round asks only some of them.
        moved: Bytes of models and updates that all rounds have sent, as far as they are counted.
        stale: Evaluations without a better score.
        barren: Rounds in a row in which too few sites counted.
        constant: What ``score`` would be if each molecule were predicted with the mean label.
        diverging: Evaluations in a row that were worse than that.
        ending: Why no further round follows, as a code; None while one may.
        chain: Digest over all round records so far.
        paused_at: When a person asked to begin no further round; None while rounds go on.
        stop_requested: A person asked to stop.
        stop_reason: Why the run ended, as a code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: RunId
    version: int = 0
    spec: RunSpec
    spec_digest: Digest
    created_at: float
    status: RunStatus = RunStatus.PROPOSED
    phase: RunPhase = RunPhase.ADMIT
    round: int = 0
    cohort: tuple[SiteId, ...] = ()
    opened_at: float | None = None
    deadline: float | None = None
    round_opened_at: float | None = None
    survivors: tuple[SiteId, ...] = ()
    excluded: tuple[tuple[SiteId, str], ...] = ()
    judges: tuple[SiteId, ...] = ()
    late: tuple[tuple[SiteId, int], ...] = ()
    late_excluded: tuple[tuple[SiteId, int, str], ...] = ()
    folded: tuple[tuple[SiteId, int], ...] = ()
    asked: tuple[tuple[SiteId, int], ...] = ()
    moved: int = 0
    model: BlobId | None = None
    previous: BlobId | None = None
    strategy: BlobId | None = None
    histograms: tuple[SummedHistogram, ...] = ()
    score: float | None = None
    scores: tuple[SummedScores, ...] = ()
    best: Best | None = None
    stale: int = 0
    barren: int = 0
    constant: float | None = None
    diverging: int = 0
    ending: str | None = None
    chain: Digest = "0" * 64
    started_at: float | None = None
    finished_at: float | None = None
    paused_at: float | None = None
    stop_requested: bool = False
    stop_reason: str | None = None


class Event(BaseModel):
    """Something that happened in a run, as a code with parameters; pages turn it into words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9_.-]{1,64}$")
    severity: Literal["info", "warning", "error"] = "info"
    params: dict[str, Param] = Field(default_factory=dict)


class RunStates(Protocol):
    """Where run states are stored. Law: of two saves from one version, one fails."""

    def load(self, run_id: RunId) -> RunState:
        """The stored state.

        Raises:
            UnknownRunError: if there is none.
        """
        ...

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        """Store ``state`` with its record and events in one transaction.

        Returns:
            The state with ``version`` one higher.

        Raises:
            RunConflictError: if the stored version is not ``state.version``.
        """
        ...
