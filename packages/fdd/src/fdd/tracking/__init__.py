"""Where series of numbers go: the port and the JSON-lines adapter."""

from fdd.tracking.series import JsonLinesTracker, MemoryTracker, Point, Tracker

__all__ = ["JsonLinesTracker", "MemoryTracker", "Point", "Tracker"]
