"""What is dear to start is ended when nobody used it for a while."""

from __future__ import annotations

import threading

from fdd.core.idle import KeptWarm


def test_what_was_used_is_ended_when_idle():
    ended = threading.Event()
    warm = KeptWarm(ended.set, seconds=0.0)
    with warm.use():
        assert not ended.is_set()
    assert ended.wait(30)


def test_what_is_in_use_is_not_ended():
    ended: list[str] = []
    warm = KeptWarm(lambda: ended.append("end"), seconds=0.0)
    closed = threading.Thread(target=warm.close)
    with warm.use():
        closed.start()
        assert ended == []
    closed.join(30)
    assert ended


def test_who_comes_back_in_time_finds_it_warm():
    ended: list[str] = []
    warm = KeptWarm(lambda: ended.append("end"), seconds=3600.0)
    for _ in range(3):
        with warm.use():
            assert ended == []
    warm.close()
    assert ended == ["end"]


def test_a_fault_while_in_use_leaves_it_usable():
    warm = KeptWarm(lambda: None, seconds=3600.0)
    try:
        with warm.use():
            raise ValueError
    except ValueError:
        pass
    with warm.use():
        pass
    warm.close()
