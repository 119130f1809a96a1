"""What pages watch: series of numbers, and the feed of everything that changes."""

from fdd_server.monitoring.feed import Feed
from fdd_server.monitoring.tracker import SqlTracker

__all__ = ["Feed", "SqlTracker"]
