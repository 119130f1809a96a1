"""One version of a dataset: what lies open beside it, and its sealed files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator

from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import Finding
from fdd.data.corrections import Corrections
from fdd.data.dataset import FILES
from fdd.data.mapping import ColumnMapping
from fdd.protocol.statements import SignedStatement
from fdd_client.vault.errors import VaultError

__all__ = [
    "ABOUT",
    "CORRECTIONS",
    "FINDINGS",
    "KEY",
    "SEALED",
    "STRUCTURES",
    "About",
    "VaultEntry",
    "damaged",
]

FINDINGS: Final = TypeAdapter(tuple[Finding, ...])
CORRECTIONS: Final[TypeAdapter[Corrections]] = TypeAdapter(Corrections)
SEALED: Final = ".sealed"
KEY: Final = "version.key"
ABOUT: Final = "about.json"
"""Lies open for a quick look, and sealed, so that a change of it is noticed."""
STRUCTURES: Final = "structures.json"
"""Parent key → structure and identifier as the imported file gives them."""


class About(BaseModel):
    """What the vault notes beside a dataset.

    Attributes:
        raw: Names of the imported files inside the version, by their endings.
        rejected: Rows and cells kept aside; None where an older version did not count them.
        keep_until: When the version is to be deleted, in seconds since the epoch; None = never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    featurizer: str
    rows: int
    created_at: float
    raw: tuple[str, ...]
    rejected: int | None = None
    keep_until: float | None = None

    @field_validator("raw", mode="before")
    @classmethod
    def _one_file(cls, value: object) -> object:
        """Versions made before a dataset could have several files name one."""
        return (value,) if isinstance(value, str) else value


@dataclass(frozen=True, repr=False)
class VaultEntry:
    """One version of one dataset.

    Attributes:
        root: Its folder. All but the certificate and ``about.json`` is sealed.
        about: What the vault notes beside it.
        signed: The certificate as the site signed it.
        of_this_membership: Whether the site certified it as the member that it is now; of a former
            membership it can be looked at and removed, not trained on.
        read: Gives the content of a sealed file by its name.
    """

    name: str
    version: str
    root: Path
    about: About
    certificate: ValidityCertificate
    signed: SignedStatement
    of_this_membership: bool
    read: Callable[[str], bytes] = field(repr=False)

    def __repr__(self) -> str:
        return f"VaultEntry({self.name}, {self.version[:12]})"

    @property
    def featurizer(self) -> str:
        """Name of the featuriser that prepared it."""
        return self.about.featurizer

    @property
    def rows(self) -> int:
        """Rows of the raw table."""
        return self.about.rows

    @property
    def created_at(self) -> float:
        """When it was imported, in seconds since the epoch."""
        return self.about.created_at

    @property
    def expired(self) -> bool:
        """Whether its time of keeping is over."""
        return self.about.keep_until is not None and self.about.keep_until < time.time()

    @property
    def certificate_digest(self) -> str:
        """What an approval names: BLAKE3 of the text that was signed."""
        return blake3(self.signed.payload.encode()).hexdigest()

    def holds(self, name: str) -> bool:
        """Whether there is a sealed file of this name."""
        return (self.root / f"{name}{SEALED}").exists()

    def verify(self) -> None:
        """Open every sealed file once; a disk or a hand may have changed one, or what lies open.

        Raises:
            VaultError: if one is damaged or missing.
            VaultLockedError: if the vault's key does not open it.
        """
        needed = {*self.about.raw, "findings.json", "mapping.json", "corrections.json"}
        needed |= {f"dataset/{name}" for name in FILES}
        stored = (path.relative_to(self.root) for path in self.root.rglob(f"*{SEALED}"))
        for name in sorted(needed | {str(path).removesuffix(SEALED) for path in stored}):
            self.read(name)
        self.verify_about()

    def verify_about(self) -> None:
        """Compare the time of keeping and the other notes with their sealed copy, which versions
        of earlier releases have not.

        Raises:
            VaultError: if they differ.
            VaultLockedError: if the vault's key does not open it.
        """
        if self.holds(ABOUT) and About.model_validate_json(self.read(ABOUT)) != self.about:
            raise damaged(self.root, ABOUT)

    def findings(self) -> tuple[Finding, ...]:
        """All that the checks found, with rows."""
        return FINDINGS.validate_json(self.read("findings.json"))

    def mapping(self) -> ColumnMapping:
        """How the file was read, before corrections."""
        return ColumnMapping.model_validate_json(self.read("mapping.json"))

    def corrections(self) -> Corrections:
        """What its owner changed about the reading."""
        return CORRECTIONS.validate_json(self.read("corrections.json"))


def damaged(root: Path, name: str) -> VaultError:
    """The error for a file of a version that was changed or is missing."""
    return VaultError(
        f"Dataset '{root.parent.name}' is damaged: its {name} was changed or is missing",
        hint="Put the vault back from its backup, or import the file again: fdd-client data add",
        dataset=root.parent.name,
    )
