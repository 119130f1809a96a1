"""The driver advances runs, hands them over, and ends what cannot go on."""

from __future__ import annotations

import threading
import time

from fdd.rounds import Pause, RunStatus
from fdd_server.runs.driver import RunDriver
from fdd_server.runs.ownership import Ownership


class Steps:
    """An engine that notes what it is asked, and ends a run at its third step."""

    def __init__(self, hub, error: Exception | None = None) -> None:
        self.hub = hub
        self.error = error
        self.asked: list[str] = []
        self.ended = threading.Event()

    def advance(self, run_id: str) -> Pause:
        self.asked.append(run_id)
        if self.error is not None:
            raise self.error
        if self.asked.count(run_id) < 3:
            return Pause()
        state = self.hub.states.load(run_id)
        self.hub.states.save(state.model_copy(update={"status": RunStatus.COMPLETED}))
        self.ended.set()
        return Pause(done=True)


def driver(hub, engine, ownership=None) -> RunDriver:
    return RunDriver(
        engine=lambda: engine,
        states=hub.states,
        ownership=ownership or Ownership(hub.database, hub.clock),
        database=hub.database,
        clock=hub.clock,
        notifier=hub.notifier,
    )


def test_submitted_run_is_advanced_until_it_ends(consortium):
    engine = Steps(consortium.hub)
    made = driver(consortium.hub, engine)
    made.start()
    run_id, _ = consortium.submit()
    assert engine.ended.wait(30)
    made.stop()
    assert engine.asked == [run_id] * 3


def test_run_whose_step_always_fails_is_ended(consortium):
    from fdd.protocol.errors import CodecError

    run_id, _ = consortium.submit()
    consortium.hub.clock = time.time
    engine = Steps(consortium.hub, CodecError())
    made = RunDriver(
        engine=lambda: engine,
        states=consortium.hub.states,
        ownership=Ownership(consortium.hub.database, time.time),
        database=consortium.hub.database,
        clock=time.time,
        notifier=consortium.hub.notifier,
    )
    made.start()
    until = time.monotonic() + 60
    while not consortium.hub.states.load(run_id).status.terminal:
        assert time.monotonic() < until
        consortium.hub.notifier.notify("runs")
        time.sleep(0.01)
    made.stop()
    state = consortium.hub.states.load(run_id)
    assert (state.status, state.stop_reason) == (RunStatus.FAILED, "engine_fault")


def test_run_has_one_owner_at_a_time(any_consortium):
    hub, clock = any_consortium.hub, any_consortium.clock
    run_id, _ = any_consortium.submit()
    first, second = Ownership(hub.database, clock), Ownership(hub.database, clock)
    assert first.claim(run_id)
    assert not second.claim(run_id)
    clock.now += 2
    first.renew()
    clock.now += 2
    assert not second.claim(run_id)


def test_runs_of_a_dead_owner_are_taken_over(any_consortium):
    hub, clock = any_consortium.hub, any_consortium.clock
    run_id, _ = any_consortium.submit()
    dead, living = Ownership(hub.database, clock), Ownership(hub.database, clock)
    assert dead.claim(run_id)
    clock.now += 5
    assert living.claim(run_id)
    assert not dead.claim(run_id)
    dead.renew()
    assert not dead.claim(run_id)


def test_released_runs_are_free_at_once(any_consortium):
    hub, clock = any_consortium.hub, any_consortium.clock
    run_id, _ = any_consortium.submit()
    first, second = Ownership(hub.database, clock), Ownership(hub.database, clock)
    assert first.claim(run_id)
    first.release()
    clock.now += 0.1
    assert second.claim(run_id)


def test_a_claim_from_before_the_clock_was_set_back_holds_nobody_up(any_consortium):
    hub, clock = any_consortium.hub, any_consortium.clock
    run_id, _ = any_consortium.submit()
    dead, living = Ownership(hub.database, clock), Ownership(hub.database, clock)
    assert dead.claim(run_id)
    clock.now -= 600
    assert living.claim(run_id)


def test_a_hub_alone_takes_over_at_once_what_its_last_process_left(consortium):
    hub, clock = consortium.hub, consortium.clock
    run_id, _ = consortium.submit()
    dead, living = Ownership(hub.database, clock), Ownership(hub.database, clock)
    assert dead.claim(run_id)
    clock.now += 0.1
    living.begin()
    assert living.claim(run_id)
