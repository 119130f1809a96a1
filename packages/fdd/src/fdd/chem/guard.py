"""Limits of time and memory for each molecule: one pathological structure cannot stall a site.

The size limits of the standardiser are what decides, alike on every machine. This is the net below
them: molecules are prepared in a child process, which is killed when it takes too long or too much
memory; what it was doing is halved until the molecule is found, and that one row fails by name.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Collection
from multiprocessing.connection import Connection
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from fdd.chem.rows import MoleculeRows, RowMaker
from fdd.chem.standardize import Failure, StandardizerOptions
from fdd.interrupts import start_resource_tracker

__all__ = ["Guard", "MoleculeLimits"]

_START_SECONDS: Final = 120.0


class MoleculeLimits(BaseModel):
    """What one molecule may cost, and what a child process may hold.

    The defaults are far above anything that a structure within the size limits was seen to need
    (two seconds), so that a busy machine fails no row that an idle one would prepare.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(default=60.0, gt=0)
    memory_mib: int = Field(default=6144, ge=512)


class Guard:
    """Prepares molecules in a child process within limits.

    Args:
        options: Of the standardiser.
        featurizer: Its name.
        allowed: Third-party featurisers that may load.
        limits: For each molecule.
    """

    def __init__(
        self,
        options: StandardizerOptions,
        featurizer: str,
        allowed: Collection[str],
        limits: MoleculeLimits,
    ) -> None:
        self._arguments = (options.model_dump_json(), featurizer, tuple(allowed), limits.memory_mib)
        self._limits = limits
        # A server process imports the chemistry once; a child then starts in milliseconds.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["fdd.chem.rows"])
        self._child: tuple[multiprocessing.process.BaseProcess, Connection] | None = None

    def __call__(self, smiles: list[str], width: int) -> MoleculeRows:
        """One row per SMILES, in order; a molecule beyond the limits is a failed row."""
        rows = self._ask(smiles)
        if rows is not None:
            return rows
        if len(smiles) == 1:
            # Once more, for the child may have ended for another reason than this molecule.
            return self._ask(smiles) or MoleculeRows.failed(Failure.TOO_COSTLY, width)
        half = len(smiles) // 2
        parts = (self(smiles[:half], width), self(smiles[half:], width))
        return MoleculeRows.stack(parts, width)

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            process, connection = self._child
            connection.close()
            process.kill()
            process.join()
            self._child = None

    def _ask(self, smiles: list[str]) -> MoleculeRows | None:
        """The rows, or ``None`` if the child ended or took longer than one molecule may."""
        try:
            connection = self._started()
            connection.send(smiles)
            for _ in smiles:
                # The child says when each molecule is done, so that the limit is one molecule's.
                if not connection.poll(self._limits.seconds):
                    raise EOFError
                connection.recv()
            if not connection.poll(self._limits.seconds):
                raise EOFError
            rows: MoleculeRows = connection.recv()
        except (EOFError, OSError):
            self.close()
            return None
        return rows

    def _started(self) -> Connection:
        if self._child is None:
            start_resource_tracker()
            here, there = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(there, *self._arguments))
            process.daemon = True
            process.start()
            there.close()
            self._child = (process, here)
            if not here.poll(_START_SECONDS):
                raise EOFError
            here.recv()
        return self._child[1]


def _serve(
    connection: Connection, options: str, featurizer: str, allowed: tuple[str, ...], memory: int
) -> None:
    """The child: prepares what it is sent, and says after each molecule that it is done."""
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    maker = RowMaker(StandardizerOptions.model_validate_json(options), featurizer, allowed)
    connection.send(None)
    while True:
        try:
            smiles = connection.recv()
        except EOFError:
            return
        parts = []
        for text in smiles:
            parts.append(maker([text]))
            connection.send(None)
        connection.send(MoleculeRows.stack(parts, maker.width))
