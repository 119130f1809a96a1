"""The public reference set: what every member's pipeline must turn into the same numbers.

Well-known drugs, and the kinds of input on which standardisers differ: salts, mixtures, charges,
zwitterions, stereo, isotopes, metals, tautomers, and rows that must fail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict
from rdkit import Chem

from fdd.chem.rows import MoleculeRows, RowMaker
from fdd.chem.splits import keyed_fold
from fdd.chem.standardize import Failure, Standardizer, StandardizerOptions
from fdd.core.ids import Digest

__all__ = ["REFERENCE_SMILES", "ReferenceDigests", "reference_digests"]

REFERENCE_SMILES: Final[dict[str, str]] = {
    # neutral drugs
    "acetylsalicylic acid": "CC(=O)Oc1ccccc1C(=O)O",
    "paracetamol": "CC(=O)Nc1ccc(O)cc1",
    "ibuprofen": "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "diazepam": "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21",
    "carbamazepine": "NC(=O)N1c2ccccc2C=Cc2ccccc21",
    "propranolol": "CC(C)NCC(O)COc1cccc2ccccc12",
    "metoprolol": "COCCc1ccc(OCC(O)CNC(C)C)cc1",
    "lidocaine": "CCN(CC)CC(=O)Nc1c(C)cccc1C",
    "haloperidol": "O=C(CCCN1CCC(O)(CC1)c1ccc(Cl)cc1)c1ccc(F)cc1",
    "fluoxetine": "CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1",
    "imatinib": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(n1)-c1cccnc1",
    "gefitinib": "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "celecoxib": "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F",
    "sildenafil": "CCCc1nn(C)c2c1nc([nH]c2=O)-c1cc(ccc1OCC)S(=O)(=O)N1CCN(C)CC1",
    "omeprazole": "COc1ccc2[nH]c(nc2c1)S(=O)Cc1ncc(C)c(OC)c1C",
    "cimetidine": "CC1=C(CSCCNC(=NC)NC#N)N=CN1",
    "terfenadine": "CC(C)(C)c1ccc(cc1)C(O)CCCN1CCC(CC1)C(O)(c1ccccc1)c1ccccc1",
    "hydrochlorothiazide": "NS(=O)(=O)c1cc2c(cc1Cl)NCNS2(=O)=O",
    "trimethoprim": "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",
    "sulfamethoxazole": "Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1",
    "zidovudine": "CC1=CN(C2CC(N=[N+]=[N-])C(CO)O2)C(=O)NC1=O",
    "fluorouracil": "O=c1[nH]cc(F)c(=O)[nH]1",
    "theophylline": "Cn1c(=O)c2[nH]cnc2n(C)c1=O",
    "nifedipine": "COC(=O)C1=C(C)NC(C)=C(C(=O)OC)C1c1ccccc1[N+](=O)[O-]",
    "verapamil": "COc1ccc(CCN(C)CCCC(C#N)(C(C)C)c2ccc(OC)c(OC)c2)cc1OC",
    "cyclophosphamide": "ClCCN(CCCl)P1(=O)NCCCO1",
    # stereo
    "S-naproxen": "COc1ccc2cc(ccc2c1)[C@H](C)C(=O)O",
    "R-naproxen": "COc1ccc2cc(ccc2c1)[C@@H](C)C(=O)O",
    "testosterone": "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@]34C)[C@@H]1CC[C@@H]2O",
    "morphine": "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
    "penicillin G": "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O",
    "tamoxifen": "CC/C(=C(\\c1ccccc1)c1ccc(OCCN(C)C)cc1)c1ccccc1",
    # salts, mixtures, hydrates
    "diclofenac sodium": "[Na+].[O-]C(=O)Cc1ccccc1Nc1c(Cl)cccc1Cl",
    "ranitidine hydrochloride": "Cl.CNC(=C[N+](=O)[O-])NCCSCc1ccc(CN(C)C)o1",
    "amlodipine besylate": ("OS(=O)(=O)c1ccccc1.CCOC(=O)C1=C(COCCN)NC(C)=C(C1c1ccccc1Cl)C(=O)OC"),
    "calcium acetylsalicylate": "[Ca+2].CC(=O)Oc1ccccc1C(=O)[O-].CC(=O)Oc1ccccc1C(=O)[O-]",
    "co-trimoxazole": "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC.Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1",
    "caffeine monohydrate": "O.Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    # charges
    "choline": "C[N+](C)(C)CCO",
    "glycine zwitterion": "[NH3+]CC(=O)[O-]",
    "pyridostigmine": "CN(C)C(=O)Oc1ccc[n+](C)c1",
    "metformin ion": "CN(C)C(=[NH2+])NC(N)=N",
    "nitro written pentavalent": "CN(=O)=O",
    "sulfoxide written charged": "C[S+]([O-])c1ccccc1",
    "N-oxide": "[O-][n+]1ccccc1",
    # isotopes, atom maps
    "deuterated ethanol": "[2H]C([2H])(C)O",
    "carbon-13 urea": "N[13C](N)=O",
    "mapped toluene": "[CH3:1][c:2]1ccccc1",
    # metals
    "cisplatin": "[NH3][Pt]([NH3])(Cl)Cl",
    "auranofin core": "CCP(CC)(CC)=[Au]S",
    "zinc acetate": "CC(=O)O[Zn]OC(C)=O",
    # tautomers with one identity
    "2-pyridone": "O=c1cccc[nH]1",
    "2-hydroxypyridine": "Oc1ccccn1",
    # no ring, and rows that must fail
    "valproic acid": "CCCC(CCC)C(=O)O",
    "water": "O",
    "open ring": "C1CCCC",
    "pentavalent carbon": "CC(C)(C)(C)C",
    "attachment point": "*c1ccccc1",
    "nothing": "",
}

_PUBLIC_KEY: Final = b"fdd reference set, public key"
_DECIMALS: Final = 4


class ReferenceDigests(BaseModel):
    """Digests of what each step makes of the reference set; equal where two installs agree."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standardize: Digest
    identity: Digest
    splits: Digest
    features: Digest

    @property
    def digest(self) -> str:
        """One digest over all steps: the reference hash."""
        return _digest(f"{step}={value}" for step, value in self.model_dump().items())

    def differing_steps(self, other: ReferenceDigests) -> list[str]:
        """Names of the steps on which ``other`` disagrees, first step first."""
        mine, theirs = self.model_dump(), other.model_dump()
        return [step for step in mine if mine[step] != theirs[step]]


def reference_digests(
    options: StandardizerOptions, maker: RowMaker, folds: int
) -> ReferenceDigests:
    """Run every step on the reference set.

    Features are compared after rounding to four decimals: processors may differ in the last bits.
    """
    smiles = list(REFERENCE_SMILES.values())
    standardize = Standardizer(options)
    parents = [standardize(text) for text in smiles]
    rows = maker(smiles)
    return ReferenceDigests(
        standardize=_digest(
            parent.value
            if isinstance(parent, Failure)
            else f"{Chem.MolToSmiles(parent.mol)} {parent.notes.value} {parent.heavy_atoms}"
            for parent in parents
        ),
        identity=_digest(
            f"{code} {name}" for code, name in zip(rows.failures, rows.inchikeys, strict=True)
        ),
        splits=_digest(_folds(rows, folds)),
        features=_digest(
            " ".join(map(str, row))
            for row in np.rint(rows.features.dense() * 10**_DECIMALS).astype(np.int64)
        ),
    )


def _folds(rows: MoleculeRows, folds: int) -> Iterable[str]:
    for scaffold in rows.scaffolds:
        yield str(keyed_fold(scaffold, _PUBLIC_KEY, folds)) if scaffold else "-"


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
