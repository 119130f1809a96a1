"""From summed updates to models."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fdd.chem.featurizers import FEATURIZERS
from fdd.core.arrays import Arrays, Layout, group_of
from fdd.core.ids import BlobId
from fdd.core.metrics import Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.data.endpoints import catalogue
from fdd.models import FAMILIES
from fdd.models.base import is_federated
from fdd.protocol.codec import decode, encode
from fdd.rounds.fold import RingSum
from fdd.storage.blobs import BlobStore, read_blob, write_blob
from fdd.strategies import STRATEGIES
from fdd.training.statistics import STATISTICS_ARITHMETIC, moments, statistics_layout

__all__ = ["Aggregator", "update_layout"]

Chunks = Iterator[bytes | memoryview]


def update_layout(spec: RunSpec, model: Arrays) -> Layout:
    """The layout of an encoded update of ``model``: federated tensors and their groups' weights."""
    federated = [entry for entry in model.layout if is_federated(spec, entry[0])]
    tensors = [(name, "uint32", shape) for name, _, shape in federated]
    groups = {group_of(name) for name, _, _ in federated}
    tensors += [(f"weight/{group}", "uint32", (1,)) for group in groups]
    return tuple(sorted(tensors))


class Aggregator:
    """Folds the payloads of one phase and makes what follows from them."""

    def __init__(self, spec: RunSpec, store: BlobStore) -> None:
        self._spec = spec
        self._store = store
        self._strategy = STRATEGIES.get(spec.strategy.name)
        self._sum: RingSum | None = None

    def statistics(self, size: int, chunks: Chunks) -> None:
        """Add one site's moments.

        Raises:
            CodecError: if the payload has another layout.
        """
        if self._sum is None:
            width = FEATURIZERS.get(self._spec.data.featurizer)().width
            self._sum = RingSum(statistics_layout(self._spec, width))
        self._sum.add(size, chunks)

    def updates(self, model: BlobId | None) -> Callable[[int, Chunks], None]:
        """A function that adds one site's update of ``model``."""
        if model is None:
            raise ValueError("there is no model to update")
        self._sum = RingSum(update_layout(self._spec, decode(read_blob(self._store, model))))
        return self._sum.add

    def first_model(self) -> tuple[BlobId, BlobId]:
        """Initialise model and strategy from the summed moments; their blobs."""
        spec = self._spec
        update = Update.from_ring(self._total().arrays(), STATISTICS_ARITHMETIC, Metrics())
        kinds = {e.id: catalogue().get(e.id).kind == "binary" for e in spec.endpoints}
        width = FEATURIZERS.get(spec.data.featurizer)().width
        family = FAMILIES.get(spec.model.family)
        model = family.init(spec, width, moments(update, kinds), derive_seed(spec.seed, "init"))
        return self._store_both(self._strategy.start(spec, model))

    def next_model(self, strategy: BlobId | None) -> tuple[BlobId, BlobId, float]:
        """Advance the strategy by the summed updates; blobs of model and state, and the norm of
        the mean change."""
        if strategy is None:
            raise ValueError("the run has no strategy state")
        update = Update.from_ring(self._total().arrays(), self._spec.arithmetic, Metrics())
        state = decode(read_blob(self._store, strategy))
        after = self._strategy.step(self._spec, state, [update])
        return *self._store_both(after), update.mean().norm()

    def _total(self) -> RingSum:
        if self._sum is None:
            raise ValueError("nothing was added")
        return self._sum

    def _store_both(self, state: Arrays) -> tuple[BlobId, BlobId]:
        model = write_blob(self._store, encode(self._strategy.model(state)))
        kept = write_blob(self._store, encode(state))
        return model.id, kept.id
