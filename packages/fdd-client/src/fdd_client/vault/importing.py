"""Bringing a file into the vault: read, map, prepare, check, certify, keep."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from fdd.core.errors import InvalidInputError
from fdd.core.ids import is_name
from fdd.data.aggregate import build
from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import Finding
from fdd.data.corrections import Corrections
from fdd.data.examination import examine
from fdd.data.mapping import ColumnMapping, guess
from fdd.data.readers import read_table
from fdd.data.table import Table
from fdd.data.unmapped import not_mapped
from fdd_client.settings import SiteFolder
from fdd_client.vault.entry import CORRECTIONS, STRUCTURES
from fdd_client.vault.errors import DatasetExistsError
from fdd_client.vault.files import (
    GivenFile,
    content,
    fingerprint,
    given,
    imported_files,
    read_files,
)
from fdd_client.vault.keeping import keep, structures_of
from fdd_client.vault.pipelines import site_pipeline
from fdd_client.vault.shared import consortium_statistics
from fdd_client.vault.vault import Vault

__all__ = ["Imported", "correct", "import_file", "import_reference"]

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
    files: Path | Sequence[Path] | Sequence[GivenFile],
    name: str,
    *,
    mapping: ColumnMapping | None = None,
    endpoint: str = "",
    unit: str = "",
    corrections: Corrections = (),
    keep_days: float | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Import a table as the new current version of dataset ``name``.

    Args:
        folder: The site.
        files: The file, or several that are declared splits of one dataset.
        name: Name of the dataset.
        mapping: Which column holds what; guessed when None.
        endpoint: Of the values, where the file does not say.
        unit: Of the values, where the file does not say.
        corrections: What its owner changed about the reading; see ``fdd data fix``.
        keep_days: After how many days the version is to be deleted; None = never.
        dry_run: Check only.
        progress: Told distinct structures done and their number.

    Raises:
        UnmappedError: if a guess is not possible.
        NamesNotStructuresError: if the file names substances and gives no structures.
        DatasetExistsError: if this content is the current version already.
        PipelineDiffersError: if this installation does not compute what the site accepted.
    """
    if not is_name(name):
        raise InvalidInputError(
            "A dataset's name has lower-case letters, digits, '.', '_' and '-'",
            hint="Choose another name with --name",
        )
    ours = given(files)
    table, splits = read_files(ours)
    chosen = mapping or _guessed(table, endpoint, unit)
    pipeline = site_pipeline(folder)
    vault = Vault(folder)
    key = bytes.fromhex(folder.identity().fold_key)
    with vault.prepared(fingerprint(ours)) as rows:
        examined = examine(
            table, chosen, pipeline, key, splits=splits, corrections=corrections,
            consortium=consortium_statistics(folder), progress=progress, cache=rows,
        )  # fmt: skip
    built, findings, certificate = examined.view.built, examined.findings, examined.certificate
    imported = Imported(
        name=name,
        version=_version(ours, certificate, corrections),
        certificate=certificate,
        findings=findings,
        rows=table.written,
        molecules=len(built.dataset),
        rejected=len(built.rejections),
        kept=not dry_run,
    )
    if not dry_run:
        keep(
            folder, ours, name, imported.version, built=built, findings=findings,
            certificate=certificate, mapping=chosen, corrections=corrections,
            featurizer=pipeline.options.featurizer, table=table, keep_days=keep_days,
        )  # fmt: skip
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
    with vault.prepared(fingerprint(given(path))) as rows:
        built = build(table, chosen, site_pipeline(folder), key, cache=rows)
    target = vault.reference_folder()
    draft = target.with_name(".reference-draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    built.dataset.save(draft / "dataset")
    known = json.dumps(structures_of(table, chosen, built), ensure_ascii=False)
    (draft / STRUCTURES).write_text(known, "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return len(built.dataset)


def correct(
    folder: SiteFolder, name: str, corrections: Corrections, *, dry_run: bool = False
) -> Imported:
    """Read the imported file again with other corrections: a new version, the old one stays.

    Args:
        folder: The site.
        name: The dataset; its current version is read.
        corrections: The whole list, in order; an empty one undoes all.
        dry_run: Say what would come of it, and keep nothing.

    Raises:
        VaultError: if there is no such dataset.
        DatasetExistsError: if a version with this list is there already; it becomes current.
    """
    vault = Vault(folder)
    entry = vault.entry(name)
    vault.access.append("correction", name, entry.version)
    with imported_files(folder, entry) as files:
        try:
            return import_file(
                folder, files, name, mapping=entry.mapping(), corrections=corrections,
                dry_run=dry_run,
            )  # fmt: skip
        except DatasetExistsError as error:
            folder.write_private(
                folder.vault / name / "current", str(error.params["version"]).encode()
            )
            raise


def _version(
    files: Sequence[GivenFile], certificate: ValidityCertificate, corrections: Corrections
) -> str:
    """Names a version by files and corrections as well: other rows aside are another version."""
    listed = CORRECTIONS.dump_json(corrections) if corrections else b""
    return blake3(content(files) + bytes.fromhex(certificate.dataset) + listed).hexdigest()[:16]


def _guessed(table: Table, endpoint: str, unit: str) -> ColumnMapping:
    proposal = guess(table, endpoint, unit)
    if proposal.mapping is None:
        raise not_mapped(table, proposal)
    return proposal.mapping
