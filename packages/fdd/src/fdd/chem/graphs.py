"""Molecular graphs as rows of numbers: one code for each atom, one for each bond.

A code packs the small whole numbers that a message-passing network reads into one float32, which
holds 24 bits exactly. So a graph takes a few hundred bytes, travels and is stored as any other
features, and is unpacked where a network learns from it, without a structure in sight of a parser.
The features are those of Chemprop's second version (Heid et al., JCIM 2024, 64, 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem.rdchem import BondType, HybridizationType

__all__ = [
    "ATOMS",
    "ATOM_FEATURES",
    "BONDS",
    "BOND_FEATURES",
    "COLUMNS",
    "UNKNOWN_ATOM",
    "Graphs",
    "encode_graph",
]

ATOMS: Final = 255
"""Heavy atoms of a molecule that have a column; a larger molecule is seen without the rest."""
BONDS: Final = 285
COLUMNS: Final = ATOMS + BONDS
UNKNOWN_ATOM: Final = 127
"""The code of an atom of no element, with nothing else known of it."""

_ELEMENTS: Final = (*range(1, 37), 53)
_CHARGES: Final = (-1, -2, 1, 2, 0)
_HYBRIDS: Final = (
    HybridizationType.S,
    HybridizationType.SP,
    HybridizationType.SP2,
    HybridizationType.SP2D,
    HybridizationType.SP3,
    HybridizationType.SP3D,
    HybridizationType.SP3D2,
)
_BONDS: Final = (BondType.SINGLE, BondType.DOUBLE, BondType.TRIPLE, BondType.AROMATIC)
_HYBRID_PLACE: Final[dict[HybridizationType, int]] = {kind: n for n, kind in enumerate(_HYBRIDS)}
_BOND_PLACE: Final[dict[BondType, int]] = {kind: n for n, kind in enumerate(_BONDS)}
_CHARGE_PLACE: Final = {charge: n for n, charge in enumerate(_CHARGES)}

# Choices of each one-hot block; the last one of each stands for everything else.
_DEGREES, _CHIRALITIES, _HYDROGENS, _STEREOS = 7, 5, 6, 7
_ATOM_BLOCKS: Final = (
    len(_ELEMENTS) + 1, _DEGREES, len(_CHARGES) + 1, _CHIRALITIES, _HYDROGENS, len(_HYBRIDS) + 1,
)  # fmt: skip
ATOM_FEATURES: Final = sum(_ATOM_BLOCKS) + 2
BOND_FEATURES: Final = 1 + len(_BONDS) + 2 + _STEREOS

Codes = NDArray[np.int64]


def encode_graph(mol: Chem.Mol) -> dict[int, int]:
    """Column → code of a molecule's atoms and bonds; no code is 0."""
    found: dict[int, int] = {}
    for atom in mol.GetAtoms():
        place = atom.GetIdx()
        if place < ATOMS:
            found[place] = (
                atom.GetAtomicNum()
                | min(atom.GetTotalDegree(), _DEGREES - 1) << 7
                | _CHARGE_PLACE.get(atom.GetFormalCharge(), len(_CHARGES)) << 10
                | min(int(atom.GetChiralTag()), _CHIRALITIES - 1) << 13
                | min(atom.GetTotalNumHs(), _HYDROGENS - 1) << 16
                | _HYBRID_PLACE.get(atom.GetHybridization(), len(_HYBRIDS)) << 19
                | int(atom.GetIsAromatic()) << 22
            )
    column = ATOMS
    for bond in mol.GetBonds():
        begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if max(begin, end) < ATOMS and column < COLUMNS:
            found[column] = (
                begin
                | end << 8
                | _BOND_PLACE.get(bond.GetBondType(), len(_BONDS)) << 16
                | int(bond.GetIsConjugated()) << 19
                | int(bond.IsInRing()) << 20
                | min(int(bond.GetStereo()), _STEREOS - 1) << 21
            )
            column += 1
    return found


@dataclass(frozen=True)
class Graphs:
    """Molecules as one graph of unconnected parts, each bond in both directions.

    Attributes:
        atoms: ``(atoms, ATOM_FEATURES)``.
        bonds: ``(2 * bonds, BOND_FEATURES)``; a bond's two directions follow each other.
        ends: ``(2, 2 * bonds)`` positions of the atoms that a directed bond leads from and to.
        molecule: ``(atoms,)`` the row of each atom's molecule.
        rows: How many molecules.
    """

    atoms: NDArray[np.float32]
    bonds: NDArray[np.float32]
    ends: NDArray[np.int64]
    molecule: NDArray[np.int64]
    rows: int

    @classmethod
    def of(cls, columns: NDArray[np.float32]) -> Graphs:
        """Unpack ``(rows, COLUMNS)`` codes."""
        codes = columns[:, :ATOMS].astype(np.int64)
        molecule, place = np.nonzero(codes)
        first = np.zeros(len(columns) + 1, np.int64)
        np.cumsum((codes != 0).sum(axis=1), out=first[1:])
        bonds = columns[:, ATOMS:].astype(np.int64)
        owner, which = np.nonzero(bonds)
        kinds = bonds[owner, which]
        begin, end = first[owner] + (kinds & 255), first[owner] + (kinds >> 8 & 255)
        ends = np.empty((2, 2 * len(kinds)), np.int64)
        ends[0, 0::2], ends[1, 0::2] = begin, end
        ends[0, 1::2], ends[1, 1::2] = end, begin
        return cls(
            _atom_features(codes[molecule, place]),
            np.repeat(_bond_features(kinds >> 16), 2, axis=0),
            ends,
            molecule,
            len(columns),
        )


def _atom_features(codes: Codes) -> NDArray[np.float32]:
    number = codes & 127
    choices = (
        _ELEMENT_PLACE[number],
        codes >> 7 & 7,
        codes >> 10 & 7,
        codes >> 13 & 7,
        codes >> 16 & 7,
        codes >> 19 & 7,
    )
    made = np.zeros((len(codes), ATOM_FEATURES), np.float32)
    rows, start = np.arange(len(codes)), 0
    for choice, size in zip(choices, _ATOM_BLOCKS, strict=True):
        made[rows, start + choice] = 1.0
        start += size
    made[:, start] = codes >> 22 & 1
    made[:, start + 1] = 0.01 * _MASS[number]
    return made


def _bond_features(codes: Codes) -> NDArray[np.float32]:
    made = np.zeros((len(codes), BOND_FEATURES), np.float32)
    rows, kind = np.arange(len(codes)), codes & 7
    known = kind < len(_BONDS)
    made[rows[known], 1 + kind[known]] = 1.0
    flags = 1 + len(_BONDS)
    made[:, flags], made[:, flags + 1] = codes >> 3 & 1, codes >> 4 & 1
    made[rows, flags + 2 + (codes >> 5 & 7)] = 1.0
    return made


def _by_number(values: dict[int, Any], otherwise: float, kind: type) -> NDArray[Any]:
    table: NDArray[Any] = np.full(128, otherwise, kind)
    for number, value in values.items():
        table[number] = value
    return table


_ELEMENT_PLACE: Final = _by_number(
    {number: n for n, number in enumerate(_ELEMENTS)}, len(_ELEMENTS), np.int64
)
_MASS: Final = _by_number(
    {n: Chem.GetPeriodicTable().GetAtomicWeight(n) for n in range(1, 119)}, 0.0, np.float64
)
