"""Digests of all files of a model's folder: a file that a disk or a hand has changed is noticed.

They prove nothing about who made the model; a site signs its own (``fdd_client.agent.served``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from blake3 import blake3

from fdd.models import ModelInputError

__all__ = ["require_intact", "seal"]

_DIGESTS: Final = "digests.json"


def seal(folder: Path) -> None:
    """Write down the digests of all files; last of all, so that a torn folder has none."""
    draft = folder / f".{_DIGESTS}.draft"
    draft.write_text(json.dumps(_digests(folder), indent=1), "utf-8")
    draft.replace(folder / _DIGESTS)


def require_intact(folder: Path) -> None:
    """Compare all files with their digests.

    Raises:
        ModelInputError: if one is missing or another, or nothing was written down.
    """
    try:
        said = json.loads((folder / _DIGESTS).read_text("utf-8"))
    except (OSError, ValueError):
        said = None
    if not isinstance(said, dict):
        raise ModelInputError(
            f"The folder {folder.name} holds no whole model",
            hint="Name the folder that fdd train has written, or train again",
            folder=folder.name,
        )
    found = _digests(folder)
    changed = sorted(name for name, digest in said.items() if found.get(name) != digest)
    if changed:
        raise ModelInputError(
            f"The model in {folder.name} was changed or damaged: {', '.join(changed[:3])}",
            hint="Take it from a backup, or train again",
            folder=folder.name,
        )


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): blake3(path.read_bytes()).hexdigest()
        for path in files
        if path.name not in {_DIGESTS, f".{_DIGESTS}.draft"}
    }
