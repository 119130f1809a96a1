from __future__ import annotations

import numpy as np
import pytest

from fdd.core.arrays import Arrays
from fdd.core.metrics import Metrics
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.core.update import Update
from fdd.protocol.blobs import CHUNK_BYTES
from fdd.protocol.codec import decode, encode, read_header
from fdd.rounds.fold import RingSum
from fdd.rounds.pointwise import PointwiseStep
from fdd.storage import DirectoryStore, read_blob, write_blob
from fdd.strategies.fedavg import FedAvg

HEAD = "head:lipophilicity.logd74"
SPEC = RunSpec(
    name="pointwise", endpoints=(EndpointSpec(id="lipophilicity.logd74", head="shared"),)
)


def tensors(seed: int, wide: int) -> Arrays:
    random = np.random.default_rng(seed)
    shapes = {"trunk/0/weight": (wide, 1024), "trunk/0/bias": (wide,), f"{HEAD}/weight": (1, wide)}
    return Arrays({n: random.standard_normal(s).astype(np.float32) for n, s in shapes.items()})


@pytest.mark.parametrize("wide", [5, 2 * CHUNK_BYTES // 4096 + 3])
def test_the_next_model_in_pieces_is_the_next_model_at_once(tmp_path, wide):
    model = tensors(0, wide).merge({"input/mean": np.ones(7, np.float32)})
    store = DirectoryStore(tmp_path)
    before = write_blob(store, encode(model))
    total = None
    for seed in (1, 2, 3):
        weights = {"trunk": seed / 4, HEAD: 0.0 if wide < 9 else 0.5}
        ring = Update.weighted(tensors(seed, wide), weights, Metrics()).to_ring(SPEC.arithmetic)
        data = encode(ring)
        if total is None:
            total = RingSum(ring.layout)
        total.add(len(data), lambda start, stop, data=data: iter([data[start:stop]]))
    assert total is not None
    update = Update.from_ring(total.arrays(), SPEC.arithmetic, Metrics())
    expected = FedAvg().step(SPEC, model, [update])
    first = store.chunk(before.id, 0)
    step = PointwiseStep(SPEC, FedAvg(), total)
    after, norm = step.store(store, before.id, first, read_header(first))
    assert decode(read_blob(store, after)) == expected
    assert norm == pytest.approx(update.mean().norm())
