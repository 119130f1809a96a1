"""What a run may be, and what a specification would mean, before it is submitted."""

from fdd_server.drafts.service import DraftDesk

__all__ = ["DraftDesk"]
