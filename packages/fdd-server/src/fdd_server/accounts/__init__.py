"""Accounts of people, their sign-in and their sessions."""

from fdd_server.accounts.service import AccountService

__all__ = ["AccountService"]
