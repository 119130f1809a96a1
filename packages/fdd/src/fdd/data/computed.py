"""A demonstration set for machines without the public data: real structures, computed endpoints.

The structures are well-known drugs and analogues made of them by putting one small group in place
of one aromatic hydrogen. The endpoints are calculated from the structure: nothing here was ever
measured, and whoever shows results of it must say so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from fdd.chem.standardize import Parent, Standardizer
from fdd.data.drugs import DRUGS
from fdd.data.endpoints import catalogue
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.table import Table

__all__ = ["COMPUTED_ENDPOINTS", "computed_set"]

COMPUTED_ENDPOINTS: Final = (
    "lipophilicity.logd74",
    "solubility.aqueous",
    "herg.inhibition",
    "cyp2d6.inhibition",
)

_NAME: Final = "computed endpoints"
_GROUPS: Final = tuple(
    Chem.MolFromSmiles(group) for group in ("F", "Cl", "C", "OC", "C#N", "C(F)(F)F")
)
_MOST_ANALOGUES: Final = 5
_BASIC_AMINE: Final = Chem.MolFromSmarts("[NX3;!$(N~[#6]=,:[#7,#8,#16]);!$(N-[a]);!$(N-[SX4])]")
_AROMATIC_CH: Final = Chem.MolFromSmarts("[cH]")
_AROMATIC_ATOM: Final = Chem.MolFromSmarts("a")


def computed_set() -> tuple[Table, ColumnMapping]:
    """About a thousand molecules with computed endpoints; the same at every call.

    Values: for lipophilicity Crippen's log P (Wildman and Crippen, JCICS 1999); for solubility the
    ESOL equation (Delaney, JCICS 2004); for the two inhibitions a rule of thumb, a basic amine with
    log P above 3, or with an aromatic ring and a polar surface below 60 Å².
    """
    standardize = Standardizer()
    parents = {
        text: parent for text in _structures() if isinstance(parent := standardize(text), Parent)
    }
    columns = {"smiles": list(parents)}
    values = [_computed(parent.mol) for parent in parents.values()]
    for position, endpoint in enumerate(COMPUTED_ENDPOINTS):
        columns[endpoint] = [row[position] for row in values]
    mapping = ColumnMapping(
        structure="smiles",
        values=tuple(
            ValueColumn(
                column=name,
                endpoint=name,
                unit=catalogue().get(name).written_unit,
            )
            for name in COMPUTED_ENDPOINTS
        ),
    )
    return Table(_NAME, columns, np.arange(2, len(parents) + 2)), mapping


def _structures() -> list[str]:
    """Canonical SMILES of the drugs and their analogues, without repeats."""
    found: dict[str, None] = {}
    for turn, smiles in enumerate(DRUGS.values()):
        mol = Chem.MolFromSmiles(smiles)
        found[Chem.MolToSmiles(mol)] = None
        for number, atom in enumerate(_open_positions(mol)[:_MOST_ANALOGUES]):
            group = _GROUPS[(turn + number) % len(_GROUPS)]
            found[_substituted(mol, atom, group)] = None
    return list(found)


def _open_positions(mol: Chem.Mol) -> list[int]:
    """One aromatic carbon with a hydrogen of each kind that symmetry leaves."""
    kinds: dict[int, int] = {}
    ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    for (atom,) in mol.GetSubstructMatches(_AROMATIC_CH):
        kinds.setdefault(ranks[atom], atom)
    return [kinds[kind] for kind in sorted(kinds)]


def _substituted(mol: Chem.Mol, position: int, group: Chem.Mol) -> str:
    """SMILES of ``mol`` with the first atom of ``group`` bound to ``position``."""
    joined = Chem.RWMol(Chem.CombineMols(mol, group))
    joined.AddBond(position, mol.GetNumAtoms(), Chem.BondType.SINGLE)
    Chem.SanitizeMol(joined)
    return Chem.MolToSmiles(joined)


def _computed(mol: Chem.Mol) -> tuple[str, str, str, str]:
    log_p, _ = rdMolDescriptors.CalcCrippenDescriptors(mol)
    aromatic = len(mol.GetSubstructMatches(_AROMATIC_ATOM)) / mol.GetNumHeavyAtoms()
    log_s = (
        0.16
        - 0.63 * log_p
        - 0.0062 * rdMolDescriptors.CalcExactMolWt(mol)
        + 0.066 * rdMolDescriptors.CalcNumRotatableBonds(mol)
        - 0.74 * aromatic
    )
    basic = mol.HasSubstructMatch(_BASIC_AMINE)
    polar = rdMolDescriptors.CalcTPSA(mol)
    herg = basic and log_p > 3
    cyp2d6 = basic and polar < 60 and rdMolDescriptors.CalcNumAromaticRings(mol) > 0
    return f"{log_p:.3f}", f"{log_s:.3f}", str(int(herg)), str(int(cyp2d6))
