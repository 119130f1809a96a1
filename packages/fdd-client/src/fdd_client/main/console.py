"""``fdd-client console``: the console in a process that is nothing else."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from typing import NoReturn

from fdd.core.errors import ExitCode, FddError
from fdd_client.settings import SiteFolder

__all__ = ["ConsoleMissingError", "start"]


class ConsoleMissingError(FddError):
    """The console's extra is not installed."""

    code = "FDD-3603"
    status = 501
    exit_code = ExitCode.USAGE
    title = "The console is not installed here"


def start(folder: SiteFolder, port: int) -> NoReturn:
    """Become the console: a stop of this process is a stop of the console, whoever sends it.

    Raises:
        ConsoleMissingError: if its packages are not installed.
    """
    folder.identity()
    if importlib.util.find_spec("uvicorn") is None or importlib.util.find_spec("fastapi") is None:
        raise ConsoleMissingError(hint="pip install 'fdd-client[console]'")
    sys.stdout.flush()
    # What is blocked here would stay blocked there; the console runs no chemistry of its own.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.execv(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "fdd_client.console", str(folder.root.resolve()), str(port)],
    )
