"""Messages of the link between a site and the hub; what version 1 lacks: ``fdd.protocol.wire``.

All are JSON objects with fixed fields. The hub offers tasks, a site leases one, sends a payload of
tensors in chunks and commits it with a ``ReplyCommit``. A reply is identified by (run, round,
phase, site) and is counted once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.canonical import unset
from fdd.core.conformity import BINS, Kind
from fdd.core.ids import BlobId, Digest, Name, RunId, SiteId
from fdd.core.metrics import MetricRow
from fdd.core.ring import FixedPoint
from fdd.core.spec import RunSpec
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.roster import SignedRoster
from fdd.protocol.statements import SignedStatement
from fdd.protocol.versions import Window

__all__ = [
    "JOIN_CODE_LEAST",
    "JOIN_CODE_MOST",
    "Capability",
    "ChunkList",
    "Heartbeat",
    "HeartbeatReply",
    "Hello",
    "JoinReply",
    "JoinRequest",
    "KeyOffer",
    "KeyReply",
    "Lease",
    "LeaseRequest",
    "Phase",
    "ProposedRun",
    "ProposedRuns",
    "ReplyCommit",
    "ReportRow",
    "RosterVersions",
    "RunReport",
    "Scores",
    "SummedHistogram",
    "SummedScores",
    "Task",
    "TaskKey",
]

JOIN_CODE_LEAST: Final = 8
JOIN_CODE_MOST: Final = 80
"""Characters of a join code."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,64}$")]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """What a site is asked to do."""

    STATISTICS = "statistics"
    TRAIN = "train"
    EVALUATE = "evaluate"
    FINALIZE = "finalize"


class TaskKey(_Message):
    """The identity of a task."""

    run_id: RunId
    round: int = Field(ge=0, le=1_000_000)
    phase: Phase

    def __str__(self) -> str:
        return f"{self.run_id}/{self.round}/{self.phase}"


class SummedHistogram(_Message):
    """Labels of one endpoint over several sites, each site's counts with noise of its own.

    Attributes:
        edges: Borders of the bins, ascending, in the endpoint's canonical measure.
        counts: One less than there are edges; the outer bins hold what lies beyond them, too.
        sites: How many sites have contributed.
    """

    endpoint: Name
    edges: tuple[float, ...] = Field(min_length=2, max_length=101)
    counts: tuple[Annotated[int, Field(ge=0)], ...] = Field(max_length=100)
    sites: int = Field(ge=1)


class SummedScores(_Message):
    """How far the federated model was from the truth over several sites; see ``core.conformity``.

    Attributes:
        counts: Validation molecules by score.
        sites: How many sites have contributed.
    """

    endpoint: Name
    kind: Kind
    counts: tuple[Annotated[int, Field(ge=0)], ...] = Field(min_length=BINS, max_length=BINS)
    sites: int = Field(ge=1)


class Task(_Message):
    """One unit of work of a run, the same for each site of its cohort.

    Attributes:
        key: Identity.
        spec_digest: What the site's approval must name.
        model: The model to start from; None before there is one.
        arithmetic: How the payload of the reply is quantised; None when the reply has no tensors.
        deadline: Seconds since the epoch after which no reply is counted.
        histograms: With the last task, what a run that asked for them has added up.
        scores: With the last task, how far its model was from the truth, of shared heads.
    """

    key: TaskKey
    spec_digest: Digest
    model: BlobManifest | None
    arithmetic: FixedPoint | None
    deadline: float
    histograms: tuple[SummedHistogram, ...] = Field(default=(), max_length=256)
    scores: tuple[SummedScores, ...] = Field(default=(), max_length=512, exclude_if=unset)


class Hello(_Message):
    """What anyone may ask: who is there and which versions it speaks."""

    consortium: Annotated[str, Field(max_length=200)]
    protocol: Window
    server_version: Annotated[str, Field(max_length=40)]
    time: float
    hub_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Capability(_Message):
    """What a site's machine can do, as it says itself.

    Attributes:
        upload_mbit, download_mbit: Megabits a second between site and hub; None: not measured.
    """

    cores: int = Field(ge=0, le=100_000)
    memory_mib: int = Field(ge=0)
    free_disk_mib: int = Field(ge=0)
    gpu: Annotated[str, Field(max_length=100)] = ""
    python: Annotated[str, Field(max_length=40)]
    rdkit: Annotated[str, Field(max_length=40)] = ""
    torch: Annotated[str, Field(max_length=40)] = ""
    upload_mbit: float | None = Field(default=None, ge=0)
    download_mbit: float | None = Field(default=None, ge=0)


class JoinRequest(_Message):
    """The first message of a site, signed with the key that was born there."""

    code: Annotated[str, Field(min_length=JOIN_CODE_LEAST, max_length=JOIN_CODE_MOST)]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    protocol: Window
    client_version: Annotated[str, Field(max_length=40)]
    capability: Capability


class JoinReply(_Message):
    """What a site learns when it has joined."""

    site_id: SiteId
    site_name: Annotated[str, Field(max_length=120)]
    institution_ko: Annotated[str, Field(max_length=120)]
    institution_en: Annotated[str, Field(max_length=120)]
    consortium: Annotated[str, Field(max_length=200)]
    hub_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    fold_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The consortium's key of the folds: the same scaffold falls into the same fold everywhere."""


class KeyOffer(_Message):
    """A new key of a site, in a statement that this key has signed; the request is signed with a
    key that is in force."""

    site_id: SiteId
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    offered_at: float


class KeyReply(_Message):
    """Whether a new key is in force already or waits for a roster that lists it.

    ``old_until``: when the older key ends, in seconds since the epoch; None while no end is set.
    """

    state: Literal["in_force", "awaits_roster"]
    old_until: float | None


class RosterVersions(_Message):
    """Versions of the roster, in order; empty when there is none that the site does not have."""

    items: tuple[SignedRoster, ...]


class Heartbeat(_Message):
    """Sent while a site works or waits."""

    state: Literal["idle", "working", "sending", "paused"]
    task: TaskKey | None = None
    progress: float = Field(default=0.0, ge=0, le=1)
    client_version: Annotated[str, Field(max_length=40)]
    protocol: int = Field(ge=1)
    sandbox_level: Literal["A", "B", "C", "none"] | None = None
    capability: Capability | None = None


class HeartbeatReply(_Message):
    """Whether the task that the site works on is still wanted.

    ``runs_revision`` changes whenever a run that concerns the site is proposed or ends; empty means
    unknown, and the site asks for its runs each time. ``roster`` is the newest version; 0 without
    one. ``cordoned`` is the administrator's reason for giving this site no new task; None when it
    gets tasks.
    """

    time: float
    task_open: bool
    runs_revision: Annotated[str, Field(max_length=64)] = ""
    roster: int = Field(default=0, ge=0)
    cordoned: Annotated[str, Field(max_length=200)] | None = None


class ProposedRun(_Message):
    """A run about which the site has not decided, or which it takes part in."""

    run_id: RunId
    spec: RunSpec
    decided: Literal["waiting", "approved", "objected"]


class ProposedRuns(_Message):
    """The runs that concern a site."""

    items: tuple[ProposedRun, ...]


class LeaseRequest(_Message):
    """Ask for work and wait for it.

    ``certificates`` are the site's signed validity certificates that its approvals name.
    """

    wait_seconds: float = Field(default=25, ge=0, le=60)
    certificates: tuple[SignedStatement, ...] = Field(default=(), max_length=64)


class Lease(_Message):
    """A task handed to one site. ``fence`` grows with each lease; an older lease cannot commit.

    ``cohort``: the sites that are asked to do it, as the hub says; a site compares with its roster.
    """

    task: Task
    fence: int = Field(ge=1)
    cohort: tuple[SiteId, ...] = Field(default=(), max_length=5000)


class ChunkList(_Message):
    """The chunks of a reply that the hub has stored, by index: a site resumes with the others."""

    chunks: dict[int, Digest]


class ReplyCommit(_Message):
    """The end of a reply.

    ``status`` other than ``done`` excludes the site from this task and says why, with ``reason``.
    """

    fence: int = Field(ge=1)
    status: Literal["done", "declined", "failed"]
    reason: Code = "ok"
    payload: BlobManifest | None = None
    metrics: tuple[MetricRow, ...] = Field(default=(), max_length=10_000)
    rows: int = Field(default=0, ge=0)
    sandbox_level: Literal["A", "B", "C", "none"] | None = None


class Scores(_Message):
    """One figure per way of getting a model. None: not computed, or not to be shared.

    Attributes:
        clear: Ways whose paired test against the local model says more than noise.
    """

    local: float | None = None
    federated: float | None = None
    personalised: float | None = None
    central: float | None = None
    n: int = Field(default=0, ge=0)
    clear: dict[Literal["federated", "personalised"], Literal["better", "worse"]] = Field(
        default_factory=dict, exclude_if=unset
    )


class ReportRow(_Message):
    """What one institution gained at one endpoint; leaves a site only where its policy allows."""

    endpoint: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    metric: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,48}$")]
    better: Literal["lower", "higher"]
    molecules: int = Field(ge=0)
    own: Scores
    others: Scores | None = None
    chosen: Literal["local", "federated", "personalised"]


class RunReport(_Message):
    """The value report of one site for one run."""

    run_id: RunId
    model: BlobId
    rows: tuple[ReportRow, ...] = Field(max_length=256)
