"""fdd_client."""
