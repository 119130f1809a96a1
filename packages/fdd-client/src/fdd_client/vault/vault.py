"""Datasets of a site by name and version; a version is named by its content and never changes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from fdd.core.canonical import canonical_digest
from fdd.core.ids import is_name
from fdd.core.spec import RunSpec
from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import Finding
from fdd.protocol.errors import SignatureError
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import VaultError

__all__ = ["FINDINGS", "About", "Vault", "VaultEntry"]

FINDINGS: Final = TypeAdapter(tuple[Finding, ...])
_REFERENCE: Final = "reference"


class About(BaseModel):
    """What the vault notes beside a dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    featurizer: str
    rows: int
    created_at: float


@dataclass(frozen=True, repr=False)
class VaultEntry:
    """The current version of one dataset.

    Attributes:
        root: Its folder: ``raw`` table, ``dataset``, ``findings.json``, ``rejected.csv``.
        featurizer: Name of the featuriser that prepared it.
        rows: Rows of the raw table.
        created_at: When it was imported, in seconds since the epoch.
        signed: The certificate as the site signed it.
    """

    name: str
    version: str
    root: Path
    featurizer: str
    rows: int
    created_at: float
    certificate: ValidityCertificate
    signed: SignedStatement

    def __repr__(self) -> str:
        return f"VaultEntry({self.name}, {self.version[:12]})"

    @property
    def dataset(self) -> Path:
        """The folder of the prepared dataset, which holds no structures."""
        return self.root / "dataset"

    @property
    def certificate_digest(self) -> str:
        """What an approval names."""
        return canonical_digest(self.certificate)

    def findings(self) -> tuple[Finding, ...]:
        """All that the checks found, with rows."""
        return FINDINGS.validate_json((self.root / "findings.json").read_bytes())


class Vault:
    """The datasets of one site."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._root = folder.vault

    def entries(self) -> list[VaultEntry]:
        """The current version of each dataset, by name."""
        if not self._root.is_dir():
            return []
        names = sorted(path.parent.name for path in self._root.glob("*/current"))
        return [self.entry(name) for name in names]

    def entry(self, name: str) -> VaultEntry:
        """The current version of a dataset.

        Raises:
            VaultError: if there is none, or its certificate is not this site's.
        """
        pointer = self._root / name / "current"
        if not is_name(name) or not pointer.exists():
            raise VaultError(
                f"There is no dataset '{name[:64]}'",
                hint="See: fdd-client data list",
                dataset=name[:64],
            )
        version = pointer.read_text("ascii").strip()
        root = self._root / name / version
        try:
            signed = SignedStatement.model_validate_json((root / "certificate.json").read_bytes())
            key = self._folder.signing_key().public
            certificate = open_statement(signed, "certificate", ValidityCertificate, key)
            about = About.model_validate_json((root / "about.json").read_bytes())
        except (OSError, ValidationError, SignatureError, ValueError) as error:
            raise VaultError(
                f"Dataset '{name}' is damaged, or was not certified by this site",
                hint="Import the file again: fdd-client data add",
                dataset=name,
            ) from error
        return VaultEntry(
            name, version, root, about.featurizer, about.rows, about.created_at, certificate, signed
        )

    def choose(self, spec: RunSpec) -> VaultEntry | None:
        """The dataset for a run: certified, prepared as the run asks, with most of its endpoints.

        None when no dataset fits.
        """
        wanted = {endpoint.id for endpoint in spec.endpoints}
        fitting = [entry for entry in self.entries() if self._fits(entry, spec, wanted)]
        if not fitting:
            return None
        return max(
            fitting,
            key=lambda e: (len(wanted & set(e.certificate.admitted_endpoints)), e.name),
        )

    def certificates(self) -> tuple[SignedStatement, ...]:
        """The signed certificates of all datasets that pass."""
        return tuple(e.signed for e in self.entries() if e.certificate.passes)

    def reference(self) -> Path | None:
        """The public molecules of other chemistry that models are judged on, if there are any."""
        path = self._root / f".{_REFERENCE}" / "dataset"
        return path if path.is_dir() else None

    def reference_folder(self) -> Path:
        """Where the public reference is kept."""
        return self._root / f".{_REFERENCE}"

    def cache(self) -> Path:
        """Where prepared rows are kept, by parent key."""
        return self._root / ".cache"

    def remove(self, name: str) -> Sequence[str]:
        """Delete all versions of a dataset; the digests of what was deleted.

        Raises:
            VaultError: if there is none.
        """
        self.entry(name)
        folder = self._root / name
        versions = sorted(path.name for path in folder.iterdir() if path.is_dir())
        shutil.rmtree(folder)
        return versions

    @staticmethod
    def _fits(entry: VaultEntry, spec: RunSpec, wanted: set[str]) -> bool:
        certificate = entry.certificate
        return (
            bool(wanted & set(certificate.admitted_endpoints))
            and entry.featurizer == spec.data.featurizer
            and spec.data.reference in {None, certificate.reference}
        )
