"""fdd_server."""
