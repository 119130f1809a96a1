"""Deleting for good, and a certificate that says what was deleted."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import Literal

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import Digest, Name
from fdd.protocol.statements import SignedStatement, sign_statement
from fdd_client.settings import SiteFolder
from fdd_client.vault.entry import KEY, About
from fdd_client.vault.errors import VaultError
from fdd_client.vault.vault import Vault

__all__ = ["Deletion", "expire", "remove"]


class Deletion(BaseModel):
    """What was deleted; it names no molecule.

    Attributes:
        content: Digest of the dataset; None where its certificate was damaged.
        files: How many files the version had.
        method: The version's own key was overwritten, so that copies of the sealed files
            elsewhere cannot be read any more either.
        at: When, in seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Name
    version: str
    content: Digest | None
    files: int
    reason: Literal["removal", "expiry"]
    method: Literal["key_destroyed"] = "key_destroyed"
    at: float


def remove(folder: SiteFolder, name: str) -> tuple[SignedStatement, ...]:
    """Delete all versions of a dataset; one signed certificate each.

    Raises:
        VaultError: if there is none; a damaged one can be deleted.
        NotJoinedError: if there is no key that could sign it.
    """
    vault = Vault(folder)
    if name not in vault.names():
        vault.entry(name)
    signed = tuple(_delete(folder, name, version, "removal") for version in vault.versions(name))
    shutil.rmtree(folder.vault / name)
    return signed


def expire(folder: SiteFolder, now: float | None = None) -> tuple[SignedStatement, ...]:
    """Delete all versions whose time of keeping is over; one signed certificate each.

    Raises:
        VaultError: if the time of one was changed by another hand; those before it are deleted.
    """
    moment = time.time() if now is None else now
    signed: list[SignedStatement] = []
    for about in sorted(folder.vault.glob("*/*/about.json")):
        until = About.model_validate_json(about.read_bytes()).keep_until
        if until is None or until >= moment or about.parent.name.startswith("."):
            continue
        home = about.parent.parent
        Vault(folder).entry(home.name, about.parent.name).verify_about()
        signed.append(_delete(folder, home.name, about.parent.name, "expiry"))
        left = Vault(folder).versions(home.name)
        if left:
            folder.write_private(home / "current", left[-1].encode())
        else:
            shutil.rmtree(home)
    return tuple(signed)


def _delete(
    folder: SiteFolder, name: str, version: str, reason: Literal["removal", "expiry"]
) -> SignedStatement:
    vault = Vault(folder)
    root = folder.vault / name / version
    content: str | None = None
    with suppress(VaultError):
        content = vault.entry(name, version).certificate.dataset
    signer, site = folder.signing_key(), folder.identity().site_id
    vault.access.append(reason, name, version)
    key = root / KEY
    if key.exists():
        folder.write_private(key, bytes(key.stat().st_size))
    files = sum(path.is_file() for path in root.rglob("*"))
    shutil.rmtree(root)
    deletion = Deletion(
        dataset=name,
        version=version,
        content=content,
        files=files,
        reason=reason,
        at=round(time.time(), 3),
    )
    signed = sign_statement("deletion", deletion, signer, site)
    kept = folder.vault / ".deleted"
    kept.mkdir(exist_ok=True, mode=0o700)
    folder.write_private(kept / f"{name}-{version}.json", signed.model_dump_json(indent=1).encode())
    return signed
