"""Ctrl-C that no library can swallow.

RDKit puts a handler of its own on SIGINT while it makes an InChI (release 2026.3). A Ctrl-C at such
a moment is lost, and the next one may end the process without any clean-up: a demo would leave its
programs running. Here no handler ever sees the signal: it is blocked in every thread, and one
thread that waits for it tells the interpreter.
"""

from __future__ import annotations

import _thread
import signal
import threading
from multiprocessing import resource_tracker

__all__ = ["catch_interrupts", "start_resource_tracker"]


def catch_interrupts() -> None:
    """Let SIGINT reach Python's own handler, whatever a library does to the system's.

    Call it in the main thread before anything that starts threads is imported: threads inherit
    that the signal is blocked. Programs that are started inherit it too.
    """
    signal.signal(signal.SIGUSR1, _wake)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    main = threading.get_ident()
    threading.Thread(target=_watch, args=(main,), name="interrupts", daemon=True).start()


def start_resource_tracker() -> None:
    """Start what multiprocessing starts before its first child, and keep the signals blocked.

    Left to itself it unblocks SIGINT for whoever starts it, so that Ctrl-C would reach every child
    from then on, and each would print where it was.
    """
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _watch(main: int) -> None:
    while True:
        signal.sigwait({signal.SIGINT})
        _thread.interrupt_main(signal.SIGINT)
        # What the main thread waits for in the system is only left for a signal of its own.
        signal.pthread_kill(main, signal.SIGUSR1)


def _wake(number: int, frame: object) -> None:
    del number, frame
