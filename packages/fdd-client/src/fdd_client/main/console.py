"""``fdd-client console``: starts the console in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from fdd.core.errors import ExitCode, FddError
from fdd_client.settings import SiteFolder

__all__ = ["ConsoleMissingError", "start"]


class ConsoleMissingError(FddError):
    """The console's extra is not installed."""

    code = "FDD-3603"
    status = 501
    exit_code = ExitCode.USAGE
    title = "The console is not installed here"


def start(folder: SiteFolder, port: int) -> None:
    """Run the console until it ends; this process only waits for it.

    Raises:
        ConsoleMissingError: if its packages are not installed.
    """
    folder.identity()
    if importlib.util.find_spec("uvicorn") is None or importlib.util.find_spec("fastapi") is None:
        raise ConsoleMissingError(hint="pip install 'fdd-client[console]'")
    arguments = [sys.executable, "-m", "fdd_client.console", str(folder.root.resolve()), str(port)]
    try:
        sys.exit(subprocess.run(arguments, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(130)
