"""The command ``fdd-client``."""

from fdd.interrupts import catch_interrupts

__all__ = ["main"]


def main() -> None:
    """Run a command."""
    catch_interrupts()
    from fdd_client.main.app import main as run

    run()
