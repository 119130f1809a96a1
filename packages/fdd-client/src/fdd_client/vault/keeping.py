"""Writing a version into the vault: sealed file by file, visible only when it is whole."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from fdd.data.aggregate import BuildResult
from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import Finding
from fdd.data.corrections import Corrections
from fdd.data.mapping import ColumnMapping
from fdd.data.rejected import write_rejected
from fdd.data.table import Table
from fdd.protocol.statements import sign_statement
from fdd.storage.blobs import StorageFullError, out_of_room
from fdd_client.settings import SiteFolder, SiteFolderError
from fdd_client.vault.entry import ABOUT, CORRECTIONS, FINDINGS, KEY, SEALED, STRUCTURES, About
from fdd_client.vault.errors import DatasetExistsError
from fdd_client.vault.files import NAMES, GivenFile
from fdd_client.vault.memory import memory_folder
from fdd_client.vault.sealing import Seal, new_key, vault_seal
from fdd_client.vault.vault import Vault

__all__ = ["keep", "structures_of"]

_A_DAY: float = 86400.0


def keep(
    folder: SiteFolder,
    files: Sequence[GivenFile],
    name: str,
    version: str,
    *,
    built: BuildResult,
    findings: tuple[Finding, ...],
    certificate: ValidityCertificate,
    mapping: ColumnMapping,
    corrections: Corrections,
    featurizer: str,
    table: Table,
    keep_days: float | None,
) -> None:
    """Keep files and what was made of them as the new current version of a dataset.

    Raises:
        DatasetExistsError: if this content is in the vault already.
        VaultLockedError: if the vault's key is missing.
        StorageFullError: if the disk is full; nothing is kept then.
    """
    home = folder.vault / name
    target = home / version
    if target.exists():
        raise DatasetExistsError(
            f"Dataset '{name}' already holds exactly this file",
            hint="Nothing to do; change the file, or import it under another name",
            dataset=name,
            version=version,
        )
    outer = vault_seal(folder)
    draft = home / f".draft-{version}"
    with _whole(home, draft, target):
        (draft / "dataset").mkdir(parents=True, mode=0o700)
        secret = new_key()
        (draft / KEY).write_bytes(outer.seal(secret, KEY))
        inner = Seal(secret)
        stored = tuple(file.stored(n, len(files)) for n, file in enumerate(files, start=1))
        for name_here, file in zip(stored, files, strict=True):
            _sealed(draft, name_here, file.path.read_bytes(), inner)
        _sealed(draft, NAMES, json.dumps([file.name for file in files]).encode(), inner)
        with tempfile.TemporaryDirectory(dir=memory_folder(folder)) as place:
            plain = Path(place)
            built.dataset.save(plain)
            for path in plain.iterdir():
                _sealed(draft, f"dataset/{path.name}", path.read_bytes(), inner)
            write_rejected(plain / "rejected.csv", built.rejections, table)
            _sealed(draft, "rejected.csv", (plain / "rejected.csv").read_bytes(), inner)
        known = json.dumps(structures_of(table, mapping, built), ensure_ascii=False)
        _sealed(draft, STRUCTURES, known.encode(), inner)
        _sealed(draft, "findings.json", FINDINGS.dump_json(findings), inner)
        _sealed(draft, "mapping.json", mapping.model_dump_json(indent=1).encode(), inner)
        _sealed(draft, "corrections.json", CORRECTIONS.dump_json(corrections), inner)
        now = time.time()
        about = About(
            featurizer=featurizer,
            rows=table.written,
            created_at=now,
            raw=stored,
            rejected=len(built.rejections),
            keep_until=None if keep_days is None else now + keep_days * _A_DAY,
        )
        (draft / ABOUT).write_text(about.model_dump_json(), "utf-8")
        _sealed(draft, ABOUT, about.model_dump_json().encode(), inner)
        site = folder.identity().site_id
        signed = sign_statement("certificate", certificate, folder.signing_key(), site)
        (draft / "certificate.json").write_text(signed.model_dump_json(indent=1), "utf-8")
        Vault(folder).access.append("import", name, version)
        draft.rename(target)
        folder.write_private(home / "current", version.encode())


@contextmanager
def _whole(home: Path, draft: Path, target: Path) -> Iterator[None]:
    """A new version is there as a whole or not at all; a dataset without one is no dataset.

    Raises:
        StorageFullError: if the disk is full.
        SiteFolderError: if the vault cannot be written for another reason.
    """
    shutil.rmtree(draft, ignore_errors=True)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except BaseException as error:
        for path in (draft, target):
            shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            home.rmdir()
        if out_of_room(error):
            raise StorageFullError(
                "The vault has no room for the dataset; nothing of it was kept",
                hint="Free some disk space, and import the file again",
            ) from error
        if isinstance(error, OSError):
            raise SiteFolderError(
                f"The vault cannot be written: {error.strerror}",
                hint="Check who owns the site's folder",
            ) from error
        raise


def structures_of(
    table: Table, mapping: ColumnMapping, built: BuildResult
) -> dict[str, tuple[str, str]]:
    """Structure and identifier of each molecule: the first row of the file that gives it."""
    kept = built.measurements.row_numbers
    place = {int(number): row for row, number in enumerate(table.row_numbers)}
    texts = table.column(mapping.structure)
    names = table.column(mapping.identifier) if mapping.identifier else [""] * len(table)
    found: dict[str, tuple[str, str]] = {}
    for number, key in zip(kept.tolist(), built.measurements.prepared.keys.tolist(), strict=True):
        if key:
            found.setdefault(key, (texts[place[number]], names[place[number]]))
    return found


def _sealed(draft: Path, name: str, data: bytes, seal: Seal) -> None:
    (draft / f"{name}{SEALED}").write_bytes(seal.seal(data, name))
