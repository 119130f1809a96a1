"""The run specification: what a federated run is, as data that sites sign.

The same object is a TOML or JSON file, a web form and a Python value. It names components that a
site already has; no code travels.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fdd.core.canonical import canonical_digest, unset
from fdd.core.errors import SpecError
from fdd.core.explain import explained
from fdd.core.ids import Digest, Name
from fdd.core.ring import FixedPoint

__all__ = [
    "BrokenRuleError",
    "CohortSpec",
    "DataSpec",
    "EndpointSpec",
    "EvaluationSpec",
    "ModelSpec",
    "OptionValue",
    "PersonalizationSpec",
    "PrivacySpec",
    "ReferenceStep",
    "RunSpec",
    "StrategySpec",
    "TrainingSpec",
    "load_changes",
    "load_spec",
    "spec_document",
]

ReferenceStep = Literal["standardize", "identity", "splits", "features"]
"""What each site must reproduce, in the order in which one reads what the other made."""
OptionValue = bool | int | float | str
Options = dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")], OptionValue]


class BrokenRuleError(ValueError):
    """Fields that are each possible and do not go together.

    Attributes:
        rule: The rule's stable name, from which a page makes words.
    """

    def __init__(self, sentence: str, *, rule: str) -> None:
        super().__init__(sentence)
        self.rule = rule


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_NUMBERED: Final = re.compile(r".*--\d+")
_DISTIL: Final = "distil"
_GIVE: Final = "Give a TOML or JSON file"


class EndpointSpec(_Part):
    """One endpoint that the run learns."""

    id: Name
    head: Literal["shared", "private"] = Field(
        default="private",
        description="shared: one head for all sites, only for a harmonised endpoint",
    )

    @model_validator(mode="after")
    def _harmonised(self) -> EndpointSpec:
        if self.head == "shared" and _NUMBERED.fullmatch(self.id):
            raise BrokenRuleError(
                "a numbered assay is another one at each site, so its head is private",
                rule="numbered_head_is_private",
            )
        return self


class ModelSpec(_Part):
    """The model family and its options."""

    family: Name = "mlp-ecfp"
    options: Options = Field(default_factory=dict)
    start: Digest | None = Field(
        default=None,
        exclude_if=unset,
        description="checkpoint of another run to start from; none = a new model",
    )
    trunk: Digest | None = Field(
        default=None,
        exclude_if=unset,
        description="weights of a trunk to start from; none = fresh ones",
    )

    @model_validator(mode="after")
    def _one_start(self) -> ModelSpec:
        if self.start is not None and self.trunk is not None:
            raise BrokenRuleError(
                "a checkpoint has its trunk already: name one of both", rule="one_start"
            )
        return self


class DataSpec(_Part):
    """What a site's data must be."""

    featurizer: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9+._-]{0,63}$")] = (
        "ecfp4-counts+descriptors"
    )
    minimum_rows: int = Field(default=20, ge=1, description="training rows of one endpoint")
    reference: Digest | None = Field(
        default=None, description="hash of the reference set that each site must reproduce"
    )
    reference_steps: dict[ReferenceStep, Digest] = Field(
        default_factory=dict,
        exclude_if=unset,
        description="digest of each step behind the hash, so that a site can say which differs",
    )
    histograms: bool = Field(
        default=False,
        exclude_if=unset,
        description="add up the sites' noisy label histograms before the first round",
    )

    @model_validator(mode="after")
    def _steps_explain_a_hash(self) -> DataSpec:
        if self.reference_steps and self.reference is None:
            raise BrokenRuleError(
                "reference_steps need reference, the hash over them", rule="steps_need_reference"
            )
        return self


class TrainingSpec(_Part):
    """Local training between two aggregations."""

    rounds: int = Field(default=20, ge=1, le=10_000)
    local_epochs: int = Field(default=1, ge=1, le=1_000)
    batch_size: int = Field(default=64, ge=1, le=65_536)
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    schedule: Literal["cosine", "constant"] = "cosine"
    weight_decay: float = Field(default=0.0, ge=0, le=1)
    balance: bool = Field(
        default=False,
        exclude_if=unset,
        description="let the rarer yes of a yes/no endpoint count more in the loss, by its share "
        "over all sites; predictions are put right again",
    )


class StrategySpec(_Part):
    """How updates become the next model."""

    name: Name = "fedavg"
    weights: Literal["sqrt", "rows", "equal"] = "sqrt"
    row_cap: int = Field(default=20_000, ge=1, description="rows beyond this add no weight")
    options: Options = Field(default_factory=dict)
    transfer: Digest | None = Field(
        default=None,
        exclude_if=unset,
        description="public molecules that the sites label, of the strategy distil",
    )

    @model_validator(mode="after")
    def _only_distil_labels(self) -> StrategySpec:
        if self.transfer is not None and self.name != _DISTIL:
            raise BrokenRuleError(
                f"transfer is read by the strategy {_DISTIL} only", rule="transfer_is_for_distil"
            )
        return self


class CohortSpec(_Part):
    """Who takes part in a round, and how long it waits."""

    minimum_sites: int = Field(default=2, ge=1, le=1_000)
    gather_seconds: float = Field(
        default=60, ge=0, le=604_800, description="how long the first round waits for everyone"
    )
    deadline_seconds: float = Field(default=900, gt=0, le=604_800, description="one per phase")
    offline_seconds: float = Field(
        default=30, gt=0, le=86_400, description="silence after which a phase stops waiting"
    )
    sample: int = Field(
        default=0,
        ge=0,
        le=1_000,
        exclude_if=unset,
        description="sites that train in one round, in fair turns; 0 = all",
    )
    late_rounds: int = Field(
        default=0,
        ge=0,
        le=100,
        exclude_if=unset,
        description="rounds by which an update may come late and still count, with less weight; "
        "0 = it is dropped",
    )

    @model_validator(mode="after")
    def _sample_has_a_quorum(self) -> CohortSpec:
        if 0 < self.sample < self.minimum_sites:
            raise BrokenRuleError(
                "sample is less than minimum_sites, so no round would ever count",
                rule="sample_below_quorum",
            )
        return self


class EvaluationSpec(_Part):
    """Evaluation of the federated model at the sites, and when to stop."""

    every: int = Field(default=1, ge=0, le=1_000, description="rounds; 0 = never")
    patience: int = Field(
        default=0, ge=0, le=1_000, description="stop after so many evaluations without gain; 0 = no"
    )
    divergence: int = Field(
        default=0,
        ge=0,
        le=1_000,
        exclude_if=unset,
        description="stop after so many evaluations in a row that are worse than predicting a "
        "constant; 0 = no",
    )
    budget_seconds: float = Field(
        default=0.0,
        ge=0,
        le=31_536_000,
        exclude_if=unset,
        description="begin no further round after so long; 0 = no",
    )
    budget_mib: float = Field(
        default=0.0,
        ge=0,
        le=1e9,
        exclude_if=unset,
        description="begin no further round once models and updates of so many MiB have travelled; "
        "0 = no",
    )


class PersonalizationSpec(_Part):
    """Fine-tuning of the final model at each site."""

    epochs: int = Field(default=10, ge=0, le=1_000)
    learning_rate: float = Field(default=5e-4, gt=0, le=1)


class PrivacySpec(_Part):
    """Who can read one site's update.

    ``open``: the hub named by ``aggregator`` can. Every member must sign this.
    """

    mode: Literal["open"] = "open"
    aggregator: Name = "hub"


class RunSpec(_Part):
    """A federated run."""

    version: Literal[1] = 1
    name: Annotated[str, Field(min_length=1, max_length=80)]
    project: Name = "demo"
    seed: int = Field(default=1, ge=0, lt=1 << 53)
    endpoints: tuple[EndpointSpec, ...] = Field(min_length=1, max_length=256)
    model: ModelSpec = ModelSpec()
    data: DataSpec = DataSpec()
    training: TrainingSpec = TrainingSpec()
    strategy: StrategySpec = StrategySpec()
    cohort: CohortSpec = CohortSpec()
    evaluation: EvaluationSpec = EvaluationSpec()
    personalization: PersonalizationSpec = PersonalizationSpec()
    privacy: PrivacySpec = PrivacySpec()
    arithmetic: FixedPoint = FixedPoint()

    @model_validator(mode="after")
    def _endpoints_once(self) -> RunSpec:
        ids = [endpoint.id for endpoint in self.endpoints]
        if len(set(ids)) != len(ids):
            raise BrokenRuleError("an endpoint is named twice", rule="endpoint_twice")
        return self

    @property
    def distils(self) -> bool:
        """Whether sites send what their own models say of public molecules, not weights."""
        return self.strategy.name == _DISTIL

    @model_validator(mode="after")
    def _labelled_once(self) -> RunSpec:
        if not self.distils:
            return self
        if self.training.rounds != 1 or self.model.start is not None:
            raise BrokenRuleError(
                "distil asks the sites once: one round, from no checkpoint", rule="distil_asks_once"
            )
        if all(endpoint.head == "private" for endpoint in self.endpoints):
            raise BrokenRuleError(
                "distil needs an endpoint that all sites mean alike: a shared head",
                rule="distil_needs_shared_head",
            )
        return self

    @model_validator(mode="after")
    def _late_updates_are_open(self) -> RunSpec:
        # Masks do not cancel across rounds, so what comes late could not be unmasked.
        if self.cohort.late_rounds and self.privacy.mode != "open":
            raise BrokenRuleError(
                "late updates can only be folded in where updates are open",
                rule="late_updates_are_open",
            )
        return self

    def digest(self) -> str:
        """What sites sign: BLAKE3 of the canonical JSON. Defaults are part of it."""
        return canonical_digest(self)


def load_changes(path: Path) -> dict[str, object]:
    """Read parts of a specification, as they are to be different from another's.

    Raises:
        SpecError: if the file cannot be read, or holds no table.
    """
    try:
        text = path.read_text("utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        # As JSON carries it: dates as text, and no number without a value.
        found = json.loads(json.dumps(found, default=str, allow_nan=False))
    except (OSError, ValueError) as error:  # both parsers' errors are ValueErrors
        raise SpecError(
            f"{path.name} cannot be read", hint="Give a TOML or JSON file", file=path.name
        ) from error
    if not isinstance(found, dict):
        raise SpecError(
            f"{path.name} holds no table",
            hint="Write it as the reference of the run specification shows",
            file=path.name,
        )
    return found


def spec_document(path: Path) -> dict[str, Any]:
    """What a TOML or JSON file holds, without a look at its fields.

    Raises:
        SpecError: if the file cannot be read or is neither.
    """
    try:
        text = path.read_text("utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        # As JSON carries it: dates as text, and no number without a value.
        found = json.loads(json.dumps(found, default=str, allow_nan=False))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(found, dict):
        raise SpecError(f"{path.name} holds no table", hint=_GIVE, file=path.name)
    return found


def load_spec(path: Path) -> RunSpec:
    """Read a specification from a TOML or JSON file.

    Raises:
        SpecError: if the file cannot be read or a field is unknown or impossible.
    """
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".json":
            return RunSpec.model_validate_json(text)
        return RunSpec.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path, error) from error
    except ValidationError as error:
        found = explained(error, RunSpec)
        manual = "Compare with examples/ or the reference of the run specification"
        raise SpecError(
            found.sentence(path.name),
            hint=found.advice or manual,
            file=path.name,
            field=found.field,
            problems=found.count,
        ) from None


def _unreadable(path: Path, error: Exception) -> SpecError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SpecError(f"{path.name} cannot be read: {reason}", hint=_GIVE, file=path.name)
