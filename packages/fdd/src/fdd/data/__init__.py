"""Data of a site: reading, endpoints and units, datasets, validity checks and certificates."""
