"""The contract of ``Federation``."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fdd.core.ring import FixedPoint
from fdd.federation.port import Federation
from fdd.protocol.blobs import manifest_of
from fdd.protocol.messages import Phase, Task, TaskKey

__all__ = ["FederationContract"]

_SECONDS = 60.0


class FederationContract:
    """Subclass and implement ``make``: two or more sites that can answer a statistics task."""

    def make(self, folder: Path) -> tuple[Federation, str, str]:
        """A federation, the name of a run its sites take part in, and the digest of its spec."""
        raise AssertionError("implement make")

    @pytest.fixture
    def opened(self, tmp_path: Path) -> tuple[Federation, Task, list[str]]:
        """A federation with an open task."""
        federation, run_id, digest = self.make(tmp_path)
        cohort = list(federation.sites(run_id))
        assert len(cohort) >= 2
        task = Task(
            key=TaskKey(run_id=run_id, round=0, phase=Phase.STATISTICS),
            spec_digest=digest,
            model=None,
            arithmetic=FixedPoint(clip=1.0, bits=24),
            deadline=time.time() + _SECONDS,
        )
        federation.open(task, cohort)
        return federation, task, cohort

    def test_each_site_answers_once_even_if_opened_twice(
        self, opened: tuple[Federation, Task, list[str]]
    ) -> None:
        federation, task, cohort = opened
        federation.open(task, cohort)
        self._answered(federation, task, len(cohort))
        replies = federation.replies(task.key)
        assert [reply.site for reply in replies] == sorted(cohort)
        assert {reply.status for reply in replies} == {"done"}

    def test_payloads_are_what_the_manifests_say(
        self, opened: tuple[Federation, Task, list[str]]
    ) -> None:
        federation, task, cohort = opened
        self._answered(federation, task, len(cohort))
        for reply in federation.close(task.key):
            data = b"".join(bytes(chunk) for chunk in federation.payload(task.key, reply))
            assert reply.payload == manifest_of(data)

    def test_what_is_closed_stays_as_it_is(
        self, opened: tuple[Federation, Task, list[str]]
    ) -> None:
        federation, task, _ = opened
        self._answered(federation, task, 1)
        closed = list(federation.close(task.key))
        federation.wait(task.key, len(closed), 0.2)
        assert list(federation.close(task.key)) == closed

    def test_forgetting_keeps_the_replies(self, opened: tuple[Federation, Task, list[str]]) -> None:
        federation, task, cohort = opened
        self._answered(federation, task, len(cohort))
        closed = list(federation.close(task.key))
        federation.forget(task.key)
        federation.forget(task.key)
        assert list(federation.close(task.key)) == closed

    @staticmethod
    def _answered(federation: Federation, task: Task, count: int) -> None:
        until = time.monotonic() + _SECONDS
        while len(federation.replies(task.key)) < count:
            assert time.monotonic() < until, "the sites do not answer"
            federation.wait(task.key, len(federation.replies(task.key)), 0.5)
