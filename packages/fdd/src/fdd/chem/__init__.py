"""Chemistry: from SMILES to parents, identities, keyed folds and features.

Nothing here opens a connection, and no structure leaves through a log, a ``repr`` or an error.

Nothing is imported here: a command imports the modules that it needs.
"""
