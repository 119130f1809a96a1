"""Datasets of a site by name and version; a version is named by its content and never changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from fdd.chem.featurizers import FEATURIZERS
from fdd.core.ids import is_name
from fdd.core.spec import RunSpec
from fdd.data.card import data_card
from fdd.data.certificate import ValidityCertificate
from fdd.data.dataset import Dataset
from fdd.protocol.cards import DataCard
from fdd.protocol.errors import SignatureError
from fdd.protocol.statements import SignedStatement, open_statement, signer_of
from fdd_client.settings import SiteFolder
from fdd_client.vault.access import AccessJournal, Purpose
from fdd_client.vault.entry import ABOUT, KEY, SEALED, STRUCTURES, About, VaultEntry, damaged
from fdd_client.vault.errors import VaultError, VaultLockedError
from fdd_client.vault.featurising import featurised, pipeline_with
from fdd_client.vault.memory import Opened, memory_folder
from fdd_client.vault.sealing import Seal, vault_seal

__all__ = ["Vault"]

_KNOWN: Final = TypeAdapter(dict[str, tuple[str, str]])
_REFERENCE: Final = "reference"


class Vault:
    """The datasets of one site."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._root = folder.vault
        self.access = AccessJournal(folder.vault / "access.jsonl")

    def names(self) -> list[str]:
        """Names of the datasets."""
        return sorted(path.parent.name for path in self._root.glob("*/current"))

    def entries(self) -> list[VaultEntry]:
        """The current version of each dataset, by name; without those that are ``damaged``."""
        found = map(self._sound, self.names())
        return [entry for entry in found if isinstance(entry, VaultEntry)]

    def damaged(self) -> list[VaultError]:
        """Why datasets cannot be used whose certificates do not hold. The others go on."""
        found = map(self._sound, self.names())
        return [error for error in found if isinstance(error, VaultError)]

    def verified(self) -> tuple[list[VaultEntry], list[VaultError]]:
        """The datasets whose files all open, and why the others cannot be used.

        Raises:
            VaultLockedError: if the vault's key opens none.
        """
        good, bad = [], self.damaged()
        for entry in self.entries():
            try:
                entry.verify()
            except VaultError as error:
                bad.append(error)
            else:
                good.append(entry)
        return good, bad

    def _sound(self, name: str) -> VaultEntry | VaultError:
        try:
            return self.entry(name)
        except VaultError as error:
            return error

    def versions(self, name: str) -> list[str]:
        """Versions of a dataset, the oldest import first."""
        known = [
            (_created(path), path.name)
            for path in (self._root / name).glob("*/")
            if not path.name.startswith(".")
        ]
        return [version for _, version in sorted(known)]

    def entry(self, name: str, version: str = "") -> VaultEntry:
        """A version of a dataset, the current one unless named.

        Raises:
            VaultError: if there is none, or its certificate is not this site's.
            VaultLockedError: if the vault's key does not open it.
        """
        pointer = self._root / name / "current"
        if not is_name(name) or not pointer.exists():
            raise VaultError(
                f"There is no dataset '{name[:64]}'",
                hint="See: fdd-client data list",
                dataset=name[:64],
            )
        version = version or pointer.read_text("ascii").strip()
        root = self._root / name / version
        try:
            signed = SignedStatement.model_validate_json((root / "certificate.json").read_bytes())
            keys = self._folder.own_keys()
            certificate = open_statement(signed, "certificate", ValidityCertificate, *keys)
            about = About.model_validate_json((root / ABOUT).read_bytes())
        except (OSError, ValidationError, SignatureError, ValueError) as error:
            raise VaultError(
                f"Dataset '{name}' is damaged, or was not certified by this site",
                hint="Import the file again: fdd-client data add",
                dataset=name,
            ) from error
        now = self._folder.joined and signer_of(signed, keys[:1]) is not None
        reader = self._reader(root)
        return VaultEntry(name, version, root, about, certificate, signed, now, reader)

    def open(
        self,
        entry: VaultEntry,
        purpose: Purpose,
        *,
        structures: bool = False,
        featurizer: str = "",
    ) -> Opened:
        """A version opened in memory until it is closed, once that is written down.

        Args:
            entry: The version.
            purpose: What for; goes into the access journal.
            structures: Whether the molecules' structures and names are opened as well; the
                prepared dataset holds none.
            featurizer: Which features the dataset shall hold; those of the import when empty.

        Raises:
            VaultLockedError: if the vault's key does not open it.
            VaultError: if its structures no longer lead to its molecules.
        """
        entry.verify_about()
        self.access.append(purpose, entry.name, entry.version)
        opened = Opened(memory_folder(self._folder), entry.name)
        names = [f"dataset/{path.name.removesuffix(SEALED)}" for path in
                 (entry.root / "dataset").glob(f"*{SEALED}")]  # fmt: skip
        for name in names + ([STRUCTURES] if structures else []):
            opened.put(name, entry.read(name))
        if featurizer not in {"", entry.featurizer}:
            imported = Dataset.load(opened.dataset)
            known = _KNOWN.validate_json(entry.read(STRUCTURES))
            self._featurised(imported, known, featurizer).save(opened.dataset)
        return opened

    def card(self, entry: VaultEntry) -> DataCard:
        """What others may see of a version; the same however often it is asked for."""
        with self.open(entry, "card") as opened:
            dataset = Dataset.load(opened.dataset)
        return data_card(dataset, entry.findings(), self._folder.vault_key.read_bytes())

    def rejected(self, entry: VaultEntry) -> str:
        """Rows of a version that were kept aside, with their reasons, as CSV; no cell of them."""
        self.access.append("rejected", entry.name, entry.version)
        return entry.read("rejected.csv").decode("utf-8-sig")

    def choose(self, spec: RunSpec) -> VaultEntry | None:
        """The dataset for a run: certified, with most of its endpoints, if possible prepared as
        the run asks; else its features are made when it is opened.

        None when no dataset fits.
        """
        wanted = {endpoint.id for endpoint in spec.endpoints}
        fitting = [entry for entry in self.entries() if self._fits(entry, spec, wanted)]
        if not fitting:
            return None
        return max(
            fitting,
            key=lambda e: (
                len(wanted & set(e.certificate.admitted_endpoints)),
                e.featurizer == spec.data.featurizer,
                e.name,
            ),
        )

    def certificates(self) -> tuple[SignedStatement, ...]:
        """The signed certificates of all datasets that pass."""
        return tuple(
            entry.signed
            for entry in self.entries()
            if entry.certificate.passes and not entry.expired and entry.of_this_membership
        )

    def reference(self, featurizer: str, opened: Opened) -> Path | None:
        """The public molecules of other chemistry that models are judged on, if there are any.

        Args:
            featurizer: Which features they shall hold.
            opened: Beside what they are put, where their features must be made.
        """
        path = self.reference_folder() / "dataset"
        if not path.is_dir():
            return None
        imported = Dataset.load(path)
        wanted = pipeline_with(self._folder, featurizer)
        if imported.info.pipeline == wanted.identity():
            return path
        known = self.reference_folder() / STRUCTURES
        if not known.exists():
            return path if imported.info.width == wanted.width else None
        target = opened.path / _REFERENCE
        structures = _KNOWN.validate_json(known.read_bytes())
        self._featurised(imported, structures, featurizer).save(target)
        return target

    def reference_folder(self) -> Path:
        """Where the public reference is kept; it is public, hence not sealed."""
        return self._root / f".{_REFERENCE}"

    @contextmanager
    def prepared(self, content: str) -> Iterator[Path]:
        """Where the rows of a file are kept in memory while they are prepared.

        What was done of work that was cut off stays until it is done again, or the machine is
        restarted; of work that was finished nothing stays.

        Args:
            content: Names the file by what it holds.
        """
        place = memory_folder(self._folder) / "rows" / content[:32]
        yield place
        shutil.rmtree(place, ignore_errors=True)

    def _reader(self, root: Path) -> Callable[[str], bytes]:
        def read(name: str) -> bytes:
            try:
                inner = Seal(vault_seal(self._folder).open((root / KEY).read_bytes(), KEY))
            except FileNotFoundError as error:
                raise damaged(root, KEY) from error
            try:
                return inner.open((root / f"{name}{SEALED}").read_bytes(), name)
            except (FileNotFoundError, VaultLockedError) as error:
                # The vault's key has opened this version's, so the key is not to blame.
                raise damaged(root, name) from error

        return read

    def _featurised(
        self, dataset: Dataset, structures: Mapping[str, tuple[str, str]], featurizer: str
    ) -> Dataset:
        key = bytes.fromhex(self._folder.identity().fold_key)
        return featurised(dataset, structures, pipeline_with(self._folder, featurizer), key)

    def _fits(self, entry: VaultEntry, spec: RunSpec, wanted: set[str]) -> bool:
        return (
            bool(wanted & set(entry.certificate.admitted_endpoints))
            and not entry.expired
            and entry.of_this_membership
            and self._reproduces(entry, spec)
        )

    def _reproduces(self, entry: VaultEntry, spec: RunSpec) -> bool:
        """Whether the version has, or can be given, the features that a run asks for."""
        asked = spec.data.reference
        if entry.featurizer == spec.data.featurizer:
            return asked in {None, entry.certificate.reference}
        if spec.data.featurizer not in FEATURIZERS.names() or not entry.holds(STRUCTURES):
            return False
        if asked is None:
            return True
        return pipeline_with(self._folder, spec.data.featurizer).reference_hash() == asked


def _created(root: Path) -> float:
    """When a version was made; 0 where what the vault noted is damaged."""
    try:
        return About.model_validate_json((root / ABOUT).read_bytes()).created_at
    except (OSError, ValidationError):
        return 0.0
