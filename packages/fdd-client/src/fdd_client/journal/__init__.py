"""The record of everything that left the site, written before it leaves."""

from fdd_client.journal.journal import Entry, Journal, JournalError

__all__ = ["Entry", "Journal", "JournalError"]
