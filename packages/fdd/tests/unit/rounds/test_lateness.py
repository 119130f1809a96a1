"""Late updates count once in a later round, or are recorded with why they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec
from fdd.federation.port import Reply
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import encode
from fdd.protocol.messages import TaskKey
from fdd.rounds.checkpoint import record_of
from fdd.rounds.fold import RingSum
from fdd.rounds.gathering import Gathering
from fdd.rounds.lateness import Lateness, folded_in
from fdd.rounds.state import RunState

LAYOUT = (("trunk/w", "uint32", (3,)),)
GOOD = encode(Arrays({"trunk/w": np.array([8, 8, 8], np.uint32)}))
OTHER = encode(Arrays({"trunk/w": np.zeros(4, np.uint32)}))
PAYLOADS = {"a": GOOD, "b": OTHER}


class LateSites:
    """The part of a federation that knows late replies, with their payloads in memory."""

    def late(self, key: TaskKey) -> Sequence[Reply]:
        if key.round != 1:
            return ()
        return [
            Reply(site=site, status="done", payload=manifest_of(data), metrics=(), rows=1)
            for site, data in PAYLOADS.items()
        ]

    def payload(self, _key: TaskKey, reply: Reply, start: int, stop: int) -> Iterator[bytes]:
        yield PAYLOADS[reply.site][start:stop]


@pytest.fixture
def state() -> RunState:
    spec = RunSpec.model_validate(
        {
            "name": "late",
            "endpoints": [{"id": "lipophilicity.logd74"}],
            "cohort": {"late_rounds": 2},
        }
    )
    return RunState(
        run_id="run",
        spec=spec,
        spec_digest=spec.digest(),
        created_at=0.0,
        round=2,
        late=(("a", 1), ("b", 1)),
        chain="0" * 64,
    )


def test_late_update_that_a_rule_refuses_is_recorded_with_its_reason_and_not_taken_again(state):
    federation = LateSites()
    total = RingSum(LAYOUT)
    folded = Lateness(federation, Gathering(federation, lambda: 0.0)).fold(state, total.add)
    assert folded.counted == (("a", 1),)
    assert folded.refused == (("b", 1, "payload_refused"),)
    assert folded.taken == (("a", 1), ("b", 1))
    assert total.terms == 1
    assert [
        (e.code, e.params["site"], e.params.get("reason")) for e in folded_in(state, folded)
    ] == [
        ("late_update", "a", None),
        ("late_excluded", "b", "payload_refused"),
    ]
    after = state.model_copy(update={"late": folded.counted, "late_excluded": folded.refused})
    record = record_of(after, "1" * 64, 1.0)
    assert [(one.site, one.round, one.reason) for one in record.late_excluded] == [
        ("b", 1, "payload_refused")
    ]


def test_records_without_late_updates_have_the_digest_they_always_had(state):
    plain = state.model_copy(update={"late": ()})
    assert "late" not in record_of(plain, "1" * 64, 1.0).model_dump_json()
