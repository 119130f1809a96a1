"""The roster that this site has pinned: whom it works with, whatever the hub says."""

from fdd_client.roster.pinned import PinnedRoster, RosterRefusedError

__all__ = ["PinnedRoster", "RosterRefusedError"]
