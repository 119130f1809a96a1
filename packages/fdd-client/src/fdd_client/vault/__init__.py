"""The site's data: raw tables, prepared datasets, findings, certificates. Nothing of it leaves."""

from fdd_client.vault.errors import DatasetExistsError, VaultError
from fdd_client.vault.importing import Imported, import_file, import_reference
from fdd_client.vault.vault import Vault, VaultEntry

__all__ = [
    "DatasetExistsError",
    "Imported",
    "Vault",
    "VaultEntry",
    "VaultError",
    "import_file",
    "import_reference",
]
