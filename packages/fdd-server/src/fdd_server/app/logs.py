"""Logs: one JSON object a line on stderr. Event names, codes and numbers; never contents."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger

__all__ = ["configure_logs"]


def configure_logs(level: int = logging.INFO) -> None:
    """Send everything that is logged to stderr."""
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr, format="%(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace_without_values,
            _event_first,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def _trace_without_values(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Where an exception came from, without its message or any value: both may quote input."""
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        entry["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]
        entry["exception"] = type(error).__name__
    return entry


def _event_first(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Lines are read by people, too: when, how bad, what, and then the rest."""
    first = {name: entry.get(name) for name in ("timestamp", "level", "event")}
    return {**first, **entry}
