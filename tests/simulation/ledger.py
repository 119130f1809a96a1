"""What was sent and acknowledged, as an outsider would note it, and the laws that must hold."""

from __future__ import annotations

from collections.abc import Sequence

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

__all__ = ["Ledger", "WatchedStates"]

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
        assert version not in self._stepped_from, f"two steps were stored from state {version}"
        self._stepped_from.add(version)

    def check(
        self, spec: RunSpec, first: BlobId | None, records: Sequence[RoundRecord], store: BlobStore
    ) -> None:
        """Raise where a law is broken."""
        self._one_answer_each()
        model, chain = first, "0" * 64
        for number, record in enumerate(records, start=1):
            assert record.round == number, "a round is missing from the chain, or there twice"
            link = chain_link(record.model_copy(update={"chain": chain}))
            assert record.chain == link, "the chain of rounds is broken"
            chain = record.chain
            self._counted_once_or_excluded(record)
            assert model is not None
            model = self._model_after(spec, model, record, store)
            assert record.model == model, "the model is not the sum of the counted answers"

    def _one_answer_each(self) -> None:
        for (site, key), contents in self._contents.items():
            assert len(contents) == 1, f"{site} answered {key} with {len(contents)} different sets"
        for (site, key), payloads in self._payloads.items():
            assert len(payloads) == 1, f"{site} sent {len(payloads)} different payloads to {key}"

    def _counted_once_or_excluded(self, record: RoundRecord) -> None:
        reasons = {excluded.site: excluded.reason for excluded in record.excluded}
        assert len(set(record.survivors)) == len(record.survivors)
        assert not set(record.survivors) & set(reasons)
        assert set(record.survivors) | set(reasons) == set(record.cohort)
        for site, key in self._acknowledged:
            if key.phase is Phase.TRAIN and key.round == record.round:
                assert site in record.survivors or reasons.get(site), (
                    f"the acknowledged answer of {site} to {key} is neither counted nor excluded"
                )

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
