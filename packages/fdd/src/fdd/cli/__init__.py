"""The command ``fdd``."""

from fdd.interrupts import catch_interrupts

__all__ = ["main"]


def main() -> None:
    """Run a command."""
    catch_interrupts()
    from fdd.cli.app import main as run

    run()
