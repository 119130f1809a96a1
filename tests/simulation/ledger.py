"""What was sent and acknowledged, as an outsider would note it, and the laws that must hold."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from fdd.core.arrays import Arrays
from fdd.core.canonical import canonical_digest
from fdd.core.ids import BlobId, SiteId
from fdd.core.metrics import Metrics
from fdd.core.record import RoundRecord
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, ReplyCommit, TaskKey
from fdd.rounds import Event, RunState
from fdd.rounds.checkpoint import chain_link
from fdd.storage import BlobStore, read_blob
from fdd.strategies.fedavg import FedAvg
from fdd_server.runs.states import SqlRunStates

__all__ = ["Law", "LawBrokenError", "Ledger", "WatchedStates", "hold"]


class Law(StrEnum):
    """What must hold in every history."""

    ENDS = "every run ends, with a reason"
    ONE_STEP = "of two steps from one state one is stored"
    CHAIN = "the rounds of a run form one chain"
    SUM = "each model is the sum of the counted answers"
    ONE_ANSWER = "a site answers a task once, with one content"
    COUNTED = "what is acknowledged is counted once, or excluded with a reason"
    JOURNAL = "the journal of a site is whole"
    PROGRESS = "a healed consortium makes progress"
    NO_FAULT = "the hub has no fault of its own"


class LawBrokenError(AssertionError):
    """A law did not hold."""

    def __init__(self, law: Law, what: str) -> None:
        self.law = law
        super().__init__(f"{law.name}: {what}")


def hold(condition: object, law: Law, what: str = "") -> None:
    """Raise where a law is broken."""
    if not condition:
        raise LawBrokenError(law, what or law.value)


_Sent = tuple[SiteId, TaskKey]


class Ledger:
    """Kept outside of hub and sites; a kill does not reach it."""

    def __init__(self) -> None:
        self._contents: dict[_Sent, set[str]] = {}
        self._payloads: dict[_Sent, set[bytes]] = {}
        self._acknowledged: set[_Sent] = set()
        self._stepped_from: set[int] = set()

    def payload(self, site: SiteId, key: TaskKey, data: bytes) -> None:
        """A site sends these bytes as its answer to a task."""
        self._payloads.setdefault((site, key), set()).add(data)

    def sends(self, site: SiteId, key: TaskKey, reply: ReplyCommit) -> None:
        """A site sends this answer."""
        content = canonical_digest(reply.model_copy(update={"fence": 1}))
        self._contents.setdefault((site, key), set()).add(content)

    def acknowledged(self, site: SiteId, key: TaskKey) -> None:
        """The hub has told a site that its answer was accepted."""
        self._acknowledged.add((site, key))

    def stepped(self, version: int) -> None:
        """A step from this version of the run's state was stored."""
        hold(version not in self._stepped_from, Law.ONE_STEP, f"from state {version}")
        self._stepped_from.add(version)

    def check(
        self, spec: RunSpec, first: BlobId | None, records: Sequence[RoundRecord], store: BlobStore
    ) -> None:
        """Raise where a law is broken."""
        self._one_answer_each()
        model, chain = first, "0" * 64
        for number, record in enumerate(records, start=1):
            hold(record.round == number, Law.CHAIN, f"round {number} is {record.round}")
            link = chain_link(record.model_copy(update={"chain": chain}))
            hold(record.chain == link, Law.CHAIN, f"at round {number}")
            chain = record.chain
            self._counted_once_or_excluded(record)
            if model is None:
                raise LawBrokenError(Law.CHAIN, "there is no first model")
            model = self._model_after(spec, model, record, store)
            hold(record.model == model, Law.SUM, f"in round {number}")

    def _one_answer_each(self) -> None:
        for (site, key), contents in self._contents.items():
            hold(len(contents) == 1, Law.ONE_ANSWER, f"{site} to {key}: {len(contents)} contents")
        for (site, key), payloads in self._payloads.items():
            hold(len(payloads) == 1, Law.ONE_ANSWER, f"{site} to {key}: {len(payloads)} payloads")

    def _counted_once_or_excluded(self, record: RoundRecord) -> None:
        reasons = {excluded.site: excluded.reason for excluded in record.excluded}
        counted = set(record.survivors)
        hold(len(counted) == len(record.survivors), Law.COUNTED, "a site counts twice")
        hold(not counted & set(reasons), Law.COUNTED, "a site is counted and excluded")
        hold(counted | set(reasons) == set(record.cohort), Law.COUNTED, "a site is in neither list")
        for site, key in self._acknowledged:
            if key.phase is Phase.TRAIN and key.round == record.round:
                hold(site in counted or reasons.get(site), Law.COUNTED, f"{site} to {key}")

    def _model_after(
        self, spec: RunSpec, model: BlobId, record: RoundRecord, store: BlobStore
    ) -> BlobId:
        if not record.survivors:
            return model
        key = TaskKey(run_id=record.run_id, round=record.round, phase=Phase.TRAIN)
        total: dict[str, np.ndarray] = {}
        for site in record.survivors:
            (data,) = self._payloads[site, key]
            for name, array in decode(data).items():
                total[name] = total.get(name, np.zeros_like(array)) + array
        update = Update.from_ring(Arrays(total), spec.arithmetic, Metrics())
        before = decode(read_blob(store, model))
        return manifest_of(encode(FedAvg().step(spec, before, [update]))).id


class WatchedStates(SqlRunStates):
    """Run states that tell a ledger of each step that was stored."""

    ledger: Ledger

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        after = super().save(state, record, events)
        self.ledger.stepped(state.version)
        return after
