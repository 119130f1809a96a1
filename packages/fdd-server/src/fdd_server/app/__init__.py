"""The application: all slices put together, and the command line."""

import sys

__all__ = ["main"]


def main() -> None:
    """The program ``fdd-server``."""
    try:
        from fdd_server.app.main import app

        app()
    except KeyboardInterrupt:  # while a package was imported
        sys.exit(130)
