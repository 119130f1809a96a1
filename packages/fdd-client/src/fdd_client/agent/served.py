"""The models that a site serves: weights, card, and a seal that this site made them.

``runs/<run>/models`` holds a weight file for each way, ``card.json`` and ``seal.json``. The seal is
signed by the site's key and names every file by its content, so that a file that was damaged,
exchanged or brought from elsewhere is not used.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import Digest, Name, RunId, is_name
from fdd.protocol.errors import SignatureError
from fdd.protocol.statements import SignedStatement, open_statement, sign_statement
from fdd.training import ServedCard
from fdd_client.agent.runs import RunFolder
from fdd_client.settings import SiteFolder
from fdd_client.vault.entry import VaultEntry

__all__ = ["NoServedModelError", "Served", "ServedModelDamagedError", "ServedModels"]

_CARD: Final = "card.json"
_SEAL: Final = "seal.json"
_KIND: Final = "served-model"


class NoServedModelError(FddError):
    """The run left no model here."""

    code = "FDD-3801"
    status = 404
    exit_code = ExitCode.NO
    title = "There is no model of this run here"


class ServedModelDamagedError(FddError):
    """A model of the site is not what the site sealed."""

    code = "FDD-3802"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "The model is damaged, or was not made by this site"


class _Seal(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: RunId
    dataset: Name
    version: str
    files: dict[str, Digest]


@dataclass(frozen=True)
class Served:
    """A model whose seal held.

    Attributes:
        folder: Card and weights.
        dataset: Name of the dataset that it was trained on.
        version: Version of the dataset.
    """

    run_id: RunId
    folder: Path
    card: ServedCard
    dataset: str
    version: str


class ServedModels:
    """The models of one site."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder

    def keep(
        self, run: RunFolder, entry: VaultEntry, card: ServedCard, files: Mapping[str, str]
    ) -> None:
        """Copy what a finished run left in its job folder, and seal it."""
        target = run.root / "models"
        target.mkdir(exist_ok=True, mode=0o700)
        for way, name in files.items():
            shutil.copyfile(run.job / name, target / f"{way}.safetensors")
        self._folder.write_private(target / _CARD, card.model_dump_json(indent=1).encode())
        names = [_CARD, *(f"{way}.safetensors" for way in files)]
        seal = _Seal(
            run_id=card.run_id,
            dataset=entry.name,
            version=entry.version,
            files={name: _digest(target / name) for name in names},
        )
        site = self._folder.identity().site_id
        signed = sign_statement(_KIND, seal, self._folder.signing_key(), site)
        self._folder.write_private(target / _SEAL, signed.model_dump_json(indent=1).encode())

    def runs(self) -> list[RunId]:
        """Runs that left a model here, the newest first."""
        found = self._folder.runs.glob(f"*/models/{_SEAL}")
        newest = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
        return [path.parent.parent.name for path in newest]

    def open(self, run_id: RunId | None = None) -> Served:
        """The model of a run, the newest when None, once every file was checked.

        Raises:
            NoServedModelError: if there is none.
            ServedModelDamagedError: if the seal does not hold.
        """
        chosen = run_id or next(iter(self.runs()), None)
        if chosen is None or not is_name(chosen) or chosen not in self.runs():
            raise NoServedModelError(
                hint="Wait until a run has ended here: fdd-client status", run=(chosen or "")[:64]
            )
        folder = self._folder.runs / chosen / "models"
        try:
            signed = SignedStatement.model_validate_json((folder / _SEAL).read_bytes())
            seal = open_statement(signed, _KIND, _Seal, *self._folder.own_keys())
            intact = seal.run_id == chosen and all(
                _digest(folder / name) == digest for name, digest in seal.files.items()
            )
            card = ServedCard.model_validate_json((folder / _CARD).read_bytes())
        except (OSError, ValidationError, SignatureError) as error:
            raise _damaged(chosen) from error
        if not intact or _CARD not in seal.files:
            raise _damaged(chosen)
        return Served(chosen, folder, card, seal.dataset, seal.version)


def _digest(path: Path) -> str:
    return blake3(path.read_bytes()).hexdigest()


def _damaged(run_id: str) -> ServedModelDamagedError:
    return ServedModelDamagedError(
        hint="Restore the site's folder from a backup, or take part in a run again", run=run_id
    )
