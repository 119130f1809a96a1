"""The hash-chained record of everything that changed state."""

from fdd_server.audit.service import AuditLog

__all__ = ["AuditLog"]
