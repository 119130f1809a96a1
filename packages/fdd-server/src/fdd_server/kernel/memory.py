"""Giving freed memory back to the machine."""

from __future__ import annotations

import ctypes
from typing import Final

__all__ = ["return_freed_memory"]

_MMAP_THRESHOLD: Final = -3
_ARENAS: Final = -8
_LARGE: Final = 4 << 20
_MOST_ARENAS: Final = 2


def return_freed_memory() -> None:
    """Let buffers of chunks be memory of their own, which goes back when they are freed.

    Otherwise the C library learns from the first of them to carve them out of a heap per thread,
    and a server that has served large models keeps several times their size. Where there is no
    ``mallopt`` (another C library), nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_ARENAS, _MOST_ARENAS)
