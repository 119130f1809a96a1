"""``fdd-client run``: the agent until it is told to stop."""

from __future__ import annotations

import fcntl
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from structlog.typing import EventDict, WrappedLogger

from fdd.core.errors import ExitCode, FddError
from fdd_client.agent.agent import Agent
from fdd_client.settings import SiteFolder, load_settings

__all__ = ["SiteBusyError", "alone", "configure_logs", "run"]


class SiteBusyError(FddError):
    """Another agent works in the folder."""

    code = "FDD-3601"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "An agent runs in this folder already"


def run(folder: SiteFolder) -> None:
    """Work until SIGINT or SIGTERM.

    Raises:
        SiteBusyError: if an agent runs in the folder already: one key must not answer twice.
    """
    settings = load_settings(folder.root)
    configure_logs(settings.log_level)
    with alone(folder):
        # One interrupt ends even a long poll at once; a second one is not needed.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        Agent(folder, settings).run()


def configure_logs(level: str) -> None:
    """Events as JSON lines on standard error; values that hold structures have redacted reprs."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _event_first,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _event_first(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Lines are read by people, too: when, how bad, what, and then the rest."""
    first = {name: entry.get(name) for name in ("timestamp", "level", "event")}
    return {**first, **entry}


@contextmanager
def alone(folder: SiteFolder) -> Iterator[None]:
    """Keep every other agent out of the folder.

    Raises:
        SiteBusyError: if one is in it.
    """
    with (folder.root / "agent.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SiteBusyError(hint="Stop it first, or use another folder") from error
        yield
