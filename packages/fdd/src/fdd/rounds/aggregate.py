"""From summed updates to models.

What only a first model needs (chemistry, units, statistics) is loaded with it: a hub that is
started again in the middle of a run goes on without.
"""

from __future__ import annotations

from fdd.core.arrays import Arrays, Layout, group_of
from fdd.core.ids import BlobId
from fdd.core.metrics import Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.models import FAMILIES
from fdd.models.transfer import is_sent, with_transfer
from fdd.protocol.codec import Header, decode, encode_pieces, encoded_size, read_header
from fdd.protocol.messages import SummedHistogram
from fdd.rounds.fold import Payload, RingSum
from fdd.rounds.pointwise import PointwiseStep
from fdd.storage.blobs import BlobStore, read_blob
from fdd.strategies import STRATEGIES, Sees
from fdd.strategies.base import Pointwise

__all__ = ["Aggregator", "update_layout"]


def update_layout(spec: RunSpec, model: Layout) -> Layout:
    """The layout of an encoded update of a model of layout ``model``: the tensors that sites send
    something for, and their groups' weights."""
    sent = [entry for entry in model if is_sent(spec, entry[0])]
    tensors = [(name, "uint32", shape) for name, _, shape in sent]
    groups = {group_of(name) for name, _, _ in sent}
    tensors += [(f"weight/{group}", "uint32", (1,)) for group in groups]
    return tuple(sorted(tensors))


class Aggregator:
    """Folds the payloads of one phase and makes what follows from them.

    Args:
        spec: The run.
        store: Where models are kept.
        model: The model that the phase started from; None when it gathers statistics.
    """

    def __init__(self, spec: RunSpec, store: BlobStore, model: BlobId | None) -> None:
        self._spec = spec
        self._store = store
        self._strategy = STRATEGIES.get(spec.strategy.name)
        self._first: tuple[BlobId, bytes] | None = None
        self._sum = RingSum(
            update_layout(spec, self._head(model).layout)
            if model is not None
            else self._statistics_layout()
        )

    def add(self, size: int, payload: Payload, share: float = 1.0) -> None:
        """Add one site's moments or update, or a share of it.

        Raises:
            CodecError: if the payload has another layout.
        """
        self._sum.add(size, payload, share)

    def first_model(self) -> tuple[BlobId, BlobId]:
        """Initialise model and strategy from the summed moments, and from the trunk that the run
        starts from if it names one; their blobs.

        Raises:
            BlobError: if that trunk, or the transfer set, is not stored.
            ModelInputError: if it is none of this model.
            SpecError: if the run distils and names no transfer set.
        """
        from fdd.data.endpoints import catalogue
        from fdd.models.trunk import require_trunk
        from fdd.training.statistics import STATISTICS_ARITHMETIC, is_count, moments

        spec = self._spec
        means = self._sum.arrays().select(lambda name: not is_count(name))
        update = Update.from_ring(means, STATISTICS_ARITHMETIC, Metrics())
        kinds = {e.id: catalogue().get(e.id).kind == "binary" for e in spec.endpoints}
        family = FAMILIES.get(spec.model.family)
        seed = derive_seed(spec.seed, "init")
        model = family.init(spec, self._width(), moments(update, kinds), seed)
        if spec.model.trunk is not None:
            trunk = decode(read_blob(self._store, spec.model.trunk))
            require_trunk(family, spec, self._width(), trunk.layout)
            model = model.merge(trunk)
        if spec.distils:
            model = with_transfer(spec, model, self._transfer(), self._width())
        return self._store_both(self._strategy.start(spec, model))

    def histograms(self) -> tuple[SummedHistogram, ...]:
        """The added histograms of labels, where the run asks for them and enough sites sent one."""
        from fdd.training.statistics import summed_histograms

        return summed_histograms(self._spec, self._sum.arrays())

    def from_checkpoint(self, model: BlobId) -> tuple[BlobId, BlobId]:
        """Start the strategy anew from a model of another run; blobs of model and strategy.

        Raises:
            BlobError: if the model is not stored.
        """
        arrays = decode(read_blob(self._store, model))
        return self._store_both(self._strategy.start(self._spec, arrays))

    def next_model(self, strategy: BlobId | None) -> tuple[BlobId, BlobId, float]:
        """Advance the strategy by the summed updates; blobs of model and state, and the norm of
        the mean change."""
        if strategy is None:
            raise ValueError("the run has no strategy state")
        head = self._head(strategy)
        if isinstance(self._strategy, Pointwise) and _is_flat(head.layout):
            step = PointwiseStep(self._spec, self._strategy, self._sum)
            blob, norm = step.store(self._store, strategy, self._first_chunk(strategy), head)
            return blob, blob, norm
        total = self._update(self._sum.arrays())
        if self._strategy.sees is Sees.EACH:
            updates = [self._update(each) for each in self._sum.each()]
        else:
            updates = [total]
        state = decode(read_blob(self._store, strategy))
        after = self._strategy.step(self._spec, state, updates)
        return *self._store_both(after), total.mean().norm()

    def _transfer(self) -> Arrays:
        named = self._spec.strategy.transfer
        return Arrays({}) if named is None else decode(read_blob(self._store, named))

    def _update(self, ring: Arrays) -> Update:
        return Update.from_ring(ring, self._spec.arithmetic, Metrics())

    def _head(self, blob: BlobId) -> Header:
        return read_header(self._first_chunk(blob))

    def _first_chunk(self, blob: BlobId) -> bytes:
        """Kept while it is of use: the head is a small part of what has to be read for it."""
        if self._first is None or self._first[0] != blob:
            self._first = (blob, self._store.chunk(blob, 0))
        return self._first[1]

    def _statistics_layout(self) -> Layout:
        from fdd.training.statistics import statistics_layout

        return statistics_layout(self._spec, self._width())

    def _width(self) -> int:
        from fdd.chem.featurizers import FEATURIZERS

        return FEATURIZERS.get(self._spec.data.featurizer)().width

    def _store_both(self, state: Arrays) -> tuple[BlobId, BlobId]:
        model = self._strategy.model(state)
        kept = self._write(state)
        return (kept if model is state else self._write(model)), kept

    def _write(self, arrays: Arrays) -> BlobId:
        return self._store.write(encoded_size(arrays.layout), encode_pieces(arrays)).id


def _is_flat(layout: Layout) -> bool:
    """Whether no value lies across the border of two chunks."""
    return all(dtype == "float32" for _, dtype, _ in layout)
