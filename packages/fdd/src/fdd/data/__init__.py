"""Data of a site: reading, endpoints and units, datasets, validity checks and certificates.

Nothing is imported here: a command imports the modules that it needs.
"""
