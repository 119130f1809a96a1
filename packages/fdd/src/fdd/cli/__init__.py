"""The command ``fdd``."""

import sys

from fdd.interrupts import catch_interrupts

__all__ = ["main"]


def main() -> None:
    """Run a command."""
    catch_interrupts()
    try:
        from fdd.cli.app import main as run

        run()
    except KeyboardInterrupt:  # while a package was imported
        sys.exit(130)
