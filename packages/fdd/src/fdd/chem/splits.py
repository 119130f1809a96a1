"""Which part of the data a molecule belongs to: secret, reproducible, whole scaffolds at a time.

A fold is a keyed hash of the scaffold. Every member computes the same fold without talking to
anyone, so no scaffold is in one partner's training set and in another's test set; without the
consortium's key nobody can steer a compound into a fold.

The scaffold is Murcko's (Bemis and Murcko, J. Med. Chem. 1996) with elements but without bond
orders, charges, stereo and exocyclic atoms. Those depend on the tautomer drawn, and then one parent
key could fall into two folds (36 of 22,464 keys of the public sets do with the plain scaffold);
the bare graph depends on the connectivity alone, as the parent key does.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import Final

from rdkit import Chem
from rdkit.Chem import rdMolHash

from fdd.chem.errors import FoldKeyError

__all__ = [
    "FOLDS",
    "SHORTEST_FOLD_KEY",
    "TEST_FOLDS",
    "VALIDATION_FOLDS",
    "Split",
    "assign",
    "check_fold_key",
    "keyed_fold",
    "scaffold_id",
    "scaffold_of",
]

FOLDS: Final = 20
TEST_FOLDS: Final = 3
VALIDATION_FOLDS: Final = 2
SHORTEST_FOLD_KEY: Final = 16

_DOMAIN: Final = b"fdd.fold.1\x00"
_EXOCYCLIC: Final = Chem.MolFromSmarts("[D1]")
_ELEMENTS_ONLY: Final = rdMolHash.HashFunction.ElementGraph


class Split(StrEnum):
    """The use of a molecule: 75 % train, 10 % validation, 15 % test by default."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def scaffold_of(mol: Chem.Mol) -> str:
    """The scaffold of a standardised molecule as SMILES; empty for a molecule without a ring."""
    scaffold = Chem.DeleteSubstructs(Chem.MurckoDecompose(mol), _EXOCYCLIC)
    if not scaffold.GetNumAtoms():
        return ""
    Chem.RemoveStereochemistry(scaffold)
    text: str = rdMolHash.MolHash(scaffold, _ELEMENTS_ONLY)
    return text


def scaffold_id(mol: Chem.Mol, parent_key: str) -> str:
    """A 32-digit digest that stands for the scaffold wherever a structure must not be.

    Molecules without a ring have no scaffold. As one group they would all fall into one fold (8 %
    of the public sets), so each of them is its own group, named by its parent key.
    """
    scaffold = scaffold_of(mol)
    source = f"scaffold:{scaffold}" if scaffold else f"acyclic:{parent_key}"
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def check_fold_key(key: bytes) -> None:
    """Refuse a key that could be guessed.

    Raises:
        FoldKeyError: if the key has fewer than 16 bytes.
    """
    if len(key) < SHORTEST_FOLD_KEY:
        raise FoldKeyError(
            f"The fold key has {len(key)} bytes; at least {SHORTEST_FOLD_KEY} are needed",
            hint="Use the key that the consortium's charter distributes",
            length=len(key),
            shortest=SHORTEST_FOLD_KEY,
        )


def keyed_fold(group: str, key: bytes, folds: int = FOLDS) -> int:
    """The fold of a group of molecules: HMAC-SHA256 of its name, modulo ``folds``.

    Args:
        group: What must stay together: a scaffold, its digest or a parent key.
        key: The consortium's secret, at least 16 bytes.
        folds: Number of folds.

    Raises:
        FoldKeyError: if the key is too short.
    """
    check_fold_key(key)
    digest = hmac.digest(key, _DOMAIN + group.encode(), "sha256")
    return int.from_bytes(digest[:8], "big") % folds


def assign(
    fold: int, *, test_folds: int = TEST_FOLDS, validation_folds: int = VALIDATION_FOLDS
) -> Split:
    """The split of a fold: the first folds test, the next validate, the rest train."""
    if fold < test_folds:
        return Split.TEST
    if fold < test_folds + validation_folds:
        return Split.VALIDATION
    return Split.TRAIN
