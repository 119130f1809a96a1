"""The site's data: raw tables, prepared datasets, findings, certificates. Nothing of it leaves."""

from fdd_client.vault.access import Access, AccessJournal
from fdd_client.vault.deletion import Deletion, expire, remove
from fdd_client.vault.errors import DatasetExistsError, VaultError, VaultLockedError
from fdd_client.vault.files import GivenFile
from fdd_client.vault.importing import Imported, correct, import_file, import_reference
from fdd_client.vault.memory import Opened
from fdd_client.vault.renewing import renew_certificates
from fdd_client.vault.vault import Vault, VaultEntry

__all__ = [
    "Access",
    "AccessJournal",
    "DatasetExistsError",
    "Deletion",
    "GivenFile",
    "Imported",
    "Opened",
    "Vault",
    "VaultEntry",
    "VaultError",
    "VaultLockedError",
    "correct",
    "expire",
    "import_file",
    "import_reference",
    "remove",
    "renew_certificates",
]
