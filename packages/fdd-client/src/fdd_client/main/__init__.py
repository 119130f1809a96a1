"""The command ``fdd-client``."""

import sys

from fdd.interrupts import catch_interrupts

__all__ = ["main"]


def main() -> None:
    """Run a command."""
    catch_interrupts()
    try:
        from fdd_client.main.app import main as run

        run()
    except KeyboardInterrupt:  # while a package was imported
        sys.exit(130)
