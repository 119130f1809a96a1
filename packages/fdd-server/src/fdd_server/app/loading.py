"""Loading a program that then runs for long."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["loading"]


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage while a server loads, and later never at what was loaded: all of it stays
    until the end. A start is a tenth shorter so."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
