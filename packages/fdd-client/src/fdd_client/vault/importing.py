"""Bringing a file into the vault: read, map, prepare, check, certify, keep."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from fdd.chem.pipeline import Pipeline
from fdd.core.errors import InvalidInputError
from fdd.core.ids import is_name
from fdd.data.aggregate import BuildResult, build
from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import Finding
from fdd.data.examination import examine
from fdd.data.mapping import ColumnMapping, guess, not_mapped
from fdd.data.readers import read_table
from fdd.data.rejected import write_rejected
from fdd.data.table import Table
from fdd.protocol.statements import sign_statement
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import DatasetExistsError
from fdd_client.vault.vault import FINDINGS, About, Vault

__all__ = ["Imported", "import_file", "import_reference"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        kept: Whether the dataset is in the vault; a dry run keeps nothing.
    """

    name: str
    version: str
    certificate: ValidityCertificate
    findings: tuple[Finding, ...]
    rows: int
    molecules: int
    rejected: int
    kept: bool


def import_file(
    folder: SiteFolder,
    path: Path,
    name: str,
    *,
    mapping: ColumnMapping | None = None,
    endpoint: str = "",
    unit: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Import a table as the new current version of dataset ``name``.

    Args:
        folder: The site.
        path: The file.
        name: Name of the dataset.
        mapping: Which column holds what; guessed when None.
        endpoint: Of the values, where the file does not say.
        unit: Of the values, where the file does not say.
        dry_run: Check only.
        progress: Told distinct structures done and their number.

    Raises:
        UnmappedError: if a guess is not possible.
        NamesNotStructuresError: if the file names substances and gives no structures.
        DatasetExistsError: if this content is the current version already.
    """
    if not is_name(name):
        raise InvalidInputError(
            "A dataset's name has lower-case letters, digits, '.', '_' and '-'",
            hint="Choose another name with --name",
        )
    table = read_table(path)
    chosen = mapping or _guessed(table, endpoint, unit)
    pipeline = Pipeline()
    vault = Vault(folder)
    key = bytes.fromhex(folder.identity().fold_key)
    examined = examine(table, chosen, pipeline, key, progress=progress, cache=vault.cache())
    built, findings, certificate = examined.view.built, examined.findings, examined.certificate
    imported = Imported(
        name=name,
        version=_version(path, certificate),
        certificate=certificate,
        findings=findings,
        rows=len(table),
        molecules=len(built.dataset),
        rejected=len(built.rejections),
        kept=not dry_run,
    )
    if not dry_run:
        _keep(folder, path, imported, built, chosen, pipeline.options.featurizer)
    return imported


def import_reference(
    folder: SiteFolder,
    path: Path,
    mapping: ColumnMapping | None,
    *,
    endpoint: str = "",
    unit: str = "",
) -> int:
    """Keep public molecules of other chemistry for judging models; how many there are.

    They are never trained on, so they need no certificate.
    """
    vault = Vault(folder)
    table = read_table(path)
    chosen = mapping or _guessed(table, endpoint, unit)
    key = bytes.fromhex(folder.identity().fold_key)
    built = build(table, chosen, Pipeline(), key, cache=vault.cache())
    target = vault.reference_folder()
    draft = target.with_name(".reference-draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    built.dataset.save(draft / "dataset")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return len(built.dataset)


def _version(path: Path, certificate: ValidityCertificate) -> str:
    """Names a version by the file as well: other rejected rows are another version, too."""
    return blake3(path.read_bytes() + bytes.fromhex(certificate.dataset)).hexdigest()[:16]


def _guessed(table: Table, endpoint: str, unit: str) -> ColumnMapping:
    proposal = guess(table, endpoint, unit)
    if proposal.mapping is None:
        raise not_mapped(table, proposal)
    return proposal.mapping


def _keep(
    folder: SiteFolder,
    path: Path,
    imported: Imported,
    built: BuildResult,
    mapping: ColumnMapping,
    featurizer: str,
) -> None:
    home = folder.vault / imported.name
    target = home / imported.version
    if target.exists():
        raise DatasetExistsError(
            f"Dataset '{imported.name}' already holds exactly this file",
            hint="Nothing to do; change the file, or import it under another name",
            dataset=imported.name,
        )
    draft = home / f".draft-{imported.version}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    shutil.copyfile(path, draft / f"raw{''.join(path.suffixes[-2:])}")
    built.dataset.save(draft / "dataset")
    (draft / "findings.json").write_bytes(FINDINGS.dump_json(imported.findings))
    (draft / "mapping.json").write_text(mapping.model_dump_json(indent=1), "utf-8")
    about = About(featurizer=featurizer, rows=imported.rows, created_at=time.time())
    (draft / "about.json").write_text(about.model_dump_json(), "utf-8")
    write_rejected(draft / "rejected.csv", built.rejections)
    site = folder.identity().site_id
    signed = sign_statement("certificate", imported.certificate, folder.signing_key(), site)
    (draft / "certificate.json").write_text(signed.model_dump_json(indent=1), "utf-8")
    draft.rename(target)
    folder.write_private(home / "current", imported.version.encode())
