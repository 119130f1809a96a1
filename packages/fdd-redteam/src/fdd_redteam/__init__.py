"""fdd_redteam."""
