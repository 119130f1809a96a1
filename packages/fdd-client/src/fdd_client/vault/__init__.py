"""The site's data: raw tables, prepared datasets, findings, certificates. Nothing of it leaves.

Nothing is imported here: a command imports the modules that it needs.
"""
