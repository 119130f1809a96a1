"""What was sent and acknowledged, as an outsider would note it, and the laws that must hold."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import product
from typing import NamedTuple

import numpy as np

from fdd.core.arrays import Arrays
from fdd.core.canonical import canonical_digest
from fdd.core.ids import BlobId, SiteId
from fdd.core.metrics import Metrics
from fdd.core.record import LateUpdate, RoundRecord
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, ReplyCommit, TaskKey
from fdd.rounds import Event, RunState
from fdd.rounds.checkpoint import chain_link
from fdd.rounds.lateness import share
from fdd.storage import BlobStore, read_blob
from fdd.strategies.fedavg import FedAvg
from fdd_server.runs.states import SqlRunStates

__all__ = ["Law", "LawBrokenError", "Ledger", "Machine", "WatchedStates", "hold"]


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
    OUTSIDE = "who was shut out is served no more"
    ROSTER = "a site takes every version that the members have signed"
    LATE = "a late update counts once, in time and with less weight"
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


class Machine(NamedTuple):
    """A site's machine. One that replaces a lost one knows nothing of what that has answered."""

    site: SiteId
    key: str


_Sent = tuple[Machine, TaskKey]


class Ledger:
    """Kept outside of hub and sites; a kill does not reach it."""

    def __init__(self) -> None:
        self._contents: dict[_Sent, set[str]] = {}
        self._payloads: dict[_Sent, set[bytes]] = {}
        self._acknowledged: set[_Sent] = set()
        self._stepped_from: set[int] = set()

    def payload(self, site: Machine, key: TaskKey, data: bytes) -> None:
        """A site sends these bytes as its answer to a task."""
        self._payloads.setdefault((site, key), set()).add(data)

    def sends(self, site: Machine, key: TaskKey, reply: ReplyCommit) -> None:
        """A site sends this answer."""
        content = canonical_digest(reply.model_copy(update={"fence": 1}))
        self._contents.setdefault((site, key), set()).add(content)

    def acknowledged(self, site: Machine, key: TaskKey) -> None:
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
        counted: set[tuple[SiteId, int]] = set()
        for number, record in enumerate(records, start=1):
            hold(record.round == number, Law.CHAIN, f"round {number} is {record.round}")
            link = chain_link(record.model_copy(update={"chain": chain}))
            hold(record.chain == link, Law.CHAIN, f"at round {number}")
            chain = record.chain
            self._counted_once_or_excluded(record)
            for late in record.late:
                _late_once(spec, record, late, counted)
            counted |= {(site, number) for site in record.survivors}
            counted |= {(late.site, late.round) for late in record.late}
            if model is None:
                raise LawBrokenError(Law.CHAIN, "there is no first model")
            hold(
                record.model in self._models_after(spec, model, record, store),
                Law.SUM,
                record.model,
            )
            model = record.model

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
                known = site.site in counted or reasons.get(site.site)
                hold(known, Law.COUNTED, f"{site.site} to {key}")

    def _models_after(
        self, spec: RunSpec, model: BlobId, record: RoundRecord, store: BlobStore
    ) -> set[BlobId]:
        """The models that the counted answers can give: one, unless two machines of a site have
        answered the same task."""
        if not record.survivors:
            return {model}
        terms = [(site, record.round, 1.0) for site in record.survivors]
        terms += [(one.site, one.round, share(record.round - one.round)) for one in record.late]
        before = decode(read_blob(store, model))
        found = set()
        for contents in product(*(self._of(record, site, number) for site, number, _ in terms)):
            total: dict[str, np.ndarray] = {}
            for data, (_, _, weight) in zip(contents, terms, strict=True):
                for name, array in decode(data).items():
                    values = np.rint(array.view(np.int32) * weight).astype(np.int32).view(np.uint32)
                    total[name] = total.get(name, np.zeros_like(values)) + values
            update = Update.from_ring(Arrays(total), spec.arithmetic, Metrics())
            found.add(manifest_of(encode(FedAvg().step(spec, before, [update]))).id)
        return found

    def _of(self, record: RoundRecord, site: SiteId, number: int) -> set[bytes]:
        key = TaskKey(run_id=record.run_id, round=number, phase=Phase.TRAIN)
        sent = [data for (one, of), data in self._payloads.items() if (one.site, of) == (site, key)]
        return set().union(*sent)


def _late_once(
    spec: RunSpec, record: RoundRecord, late: LateUpdate, counted: set[tuple[SiteId, int]]
) -> None:
    hold((late.site, late.round) not in counted, Law.LATE, f"{late} counts twice")
    hold(0 < record.round - late.round <= spec.cohort.late_rounds, Law.LATE, f"{late} is too late")


class WatchedStates(SqlRunStates):
    """Run states that tell a ledger of each step that was stored."""

    ledger: Ledger

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        after = super().save(state, record, events)
        excluded = [event for event in events if event.code == "site_excluded"]
        lost = [event for event in excluded if event.params.get("reason") == "payload_lost"]
        hold(not lost, Law.NO_FAULT, "nobody has restored an older backup")
        self.ledger.stepped(state.version)
        return after
