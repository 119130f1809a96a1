"""Waiting threads and tasks are woken by news, and by the end of the process."""

from __future__ import annotations

import asyncio
import threading

from fdd_server.kernel.notifier import Notifier


def test_thread_is_woken_by_news_it_has_not_seen():
    notifier = Notifier()
    seen = notifier.seen("a")
    thread = threading.Thread(target=notifier.wait, args=("a", seen, 60.0))
    thread.start()
    notifier.notify("b")
    notifier.notify("a")
    thread.join(30)
    assert not thread.is_alive()


def test_news_between_looking_and_waiting_are_not_lost():
    notifier = Notifier()
    seen = notifier.seen("a")
    notifier.notify("a")
    notifier.wait("a", seen, 60.0)
    asyncio.run(notifier.wait_async("a", seen, 60.0))


def test_task_is_woken_from_another_thread():
    notifier = Notifier()

    async def wait() -> None:
        seen = notifier.seen("a")
        asyncio.get_running_loop().run_in_executor(None, notifier.notify, "a")
        await notifier.wait_async("a", seen, 60.0)

    asyncio.run(wait())


def test_waiting_ends_after_its_time():
    notifier = Notifier()
    notifier.wait("a", 0, 0.01)
    asyncio.run(notifier.wait_async("a", 0, 0.01))


def test_nobody_waits_once_the_process_stops():
    notifier = Notifier()

    async def wait() -> None:
        asyncio.get_running_loop().run_in_executor(None, notifier.close)
        await notifier.wait_async("a", 0, 60.0)

    asyncio.run(wait())
    notifier.wait("a", notifier.seen("a"), 60.0)
    assert notifier.closed
