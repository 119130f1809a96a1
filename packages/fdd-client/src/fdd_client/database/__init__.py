"""Reading a site's own database: a process apart from the vault, for it alone may use a network."""

from fdd_client.database.asking import query
from fdd_client.database.errors import DatabaseUnreachableError, QueryError

__all__ = ["DatabaseUnreachableError", "QueryError", "query"]
