"""From SMILES to the parent: the neutral, single, metal-free molecule that carries the activity.

Most drug-like SMILES need normalisation only, so a look at the text decides between the fast path
and the full one; both give the same parent on every molecule of the public sets (tested). RDKit's
own log quotes structures, so it is switched off for the process on import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

__all__ = ["Failure", "Mol", "Note", "Parent", "Standardizer", "StandardizerOptions"]

rdBase.DisableLog("rdApp.*")

Mol = Chem.Mol

# Everything that is not a metal, by atomic number; metalloids that bind alike are among them.
_NON_METALS: Final = frozenset(
    {1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 33, 34, 35, 36, 51, 52, 53, 54, 85, 86}
)
_CARBON: Final = 6
# Alkali and alkaline-earth ions are ordinary counter-ions, no reason to doubt a measurement.
_COUNTER_ION_METALS: Final = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56, 87, 88})

# Bracket atoms that ask for nothing: no charge, isotope, atom map or unusual element; and nitro.
_HARMLESS: Final = re.compile(
    r"\[(?:[BCNOSPFI]|Cl|Br|[bcnops])@{0,2}H?\]|\[N\+\]\(=O\)\[O-\]|\[O-\]\[N\+\]\(=O\)"
)
_SPACE: Final = re.compile(r"\s")
_EXTENSION: Final = re.compile(r"\s+\|[^|]*\|.*$", re.DOTALL)


class Failure(StrEnum):
    """Why a row has no parent."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNPARSABLE = "unparsable"
    UNDEFINED_ATOM = "undefined_atom"
    TOO_LARGE = "too_large"
    NO_ORGANIC_FRAGMENT = "no_organic_fragment"
    NOT_IDENTIFIABLE = "not_identifiable"
    TOO_COSTLY = "too_costly"


class Note(IntFlag):
    """What standardisation found in a structure that has a parent."""

    NONE = 0
    MIXTURE = 1
    METAL = 2
    ISOTOPE = 4
    CHARGED = 8
    STEREO_UNSPECIFIED = 16


class StandardizerOptions(BaseModel):
    """Limits and choices of the standardiser; part of the pipeline's identity.

    The limits keep one pathological structure from stalling a site: within them the slowest
    structure found (a chain of 999 atoms) takes about two seconds with descriptors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(default="1", description="Changes whenever a parent could change.")
    longest_smiles: int = Field(default=4000, ge=1, description="Characters.")
    most_atoms: int = Field(default=999, ge=1, le=1023, description="InChI ends at 1023.")
    most_rings: int = Field(default=120, ge=0, description="Independent rings.")
    keep_isotopes: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """A standardised molecule.

    Attributes:
        mol: The parent; its atoms carry no map numbers and, by default, no isotopes.
        notes: What was found in the structure as given.
        fragments: Number of disconnected parts of the structure as given.
        heavy_atoms: Number of non-hydrogen atoms of the parent.
    """

    mol: Mol = field(repr=False)
    notes: Note
    fragments: int
    heavy_atoms: int

    @property
    def was_mixture(self) -> bool:
        """Whether the structure as given had several parts (salts included)."""
        return Note.MIXTURE in self.notes

    @property
    def had_metal(self) -> bool:
        """Whether it held a metal other than an alkali or alkaline-earth counter-ion."""
        return Note.METAL in self.notes

    @property
    def had_isotope(self) -> bool:
        """Whether it held an isotope label."""
        return Note.ISOTOPE in self.notes

    @property
    def stereo_unspecified(self) -> bool:
        """Whether at least one tetrahedral centre of the parent is left open."""
        return Note.STEREO_UNSPECIFIED in self.notes


class Standardizer:
    """Callable SMILES → ``Parent`` or ``Failure``; never raises for a bad row.

    RDKit's helper objects are costly to make, so one standardiser is made per process and kept.
    """

    def __init__(self, options: StandardizerOptions | None = None) -> None:
        self.options = options or StandardizerOptions()
        self._chemistry = _parser(sanitize=True)
        self._graph_only = _parser(sanitize=False)
        self._normalizer = rdMolStandardize.Normalizer()
        self._disconnector = rdMolStandardize.MetalDisconnector()
        self._reionizer = rdMolStandardize.Reionizer()
        self._chooser = rdMolStandardize.LargestFragmentChooser(preferOrganic=True)
        self._uncharger = rdMolStandardize.Uncharger()

    def __call__(self, smiles: str) -> Parent | Failure:
        """The parent of ``smiles``, or why there is none."""
        text = _EXTENSION.sub("", smiles.strip()) if " " in smiles or "\t" in smiles else smiles
        text = text.strip()
        if not text:
            return Failure.EMPTY
        if len(text) > self.options.longest_smiles:
            return Failure.TOO_LONG
        # RDKit reads on past a line break, so two pasted structures would silently become one.
        if _SPACE.search(text):
            return Failure.UNPARSABLE
        if len(text) > self.options.most_atoms // 3 and self._exceeds_limits(text):
            return Failure.TOO_LARGE
        try:
            mol = _read(text, self._chemistry)
            if mol is None:
                return Failure.UNPARSABLE
            if mol.GetNumAtoms() > self.options.most_atoms:
                return Failure.TOO_LARGE
            return self._quick(mol) if self._is_plain(text) else self._full(mol)
        # RDKit reports impossible chemistry by several exception types with no common base.
        except (ValueError, RuntimeError, OverflowError):
            return Failure.UNPARSABLE

    def full(self, smiles: str) -> Parent | Failure:
        """The same by the full path, whatever the text looks like: the fast one's yardstick."""
        mol = _read(smiles.strip(), self._chemistry)
        return Failure.UNPARSABLE if mol is None else self._full(mol)

    @staticmethod
    def _is_plain(text: str) -> bool:
        if "." in text or "*" in text:
            return False
        return "[" not in text or "[" not in _HARMLESS.sub("", text)

    def _exceeds_limits(self, text: str) -> bool:
        """Counts atoms and rings before the steps whose cost grows steeply with them."""
        mol = _read(text, self._graph_only)
        if mol is None:
            return False
        rings = mol.GetNumBonds() - mol.GetNumAtoms() + len(Chem.GetMolFrags(mol))
        return mol.GetNumAtoms() > self.options.most_atoms or rings > self.options.most_rings

    def _quick(self, mol: Mol) -> Parent | Failure:
        if not _has_carbon(mol):
            return Failure.NO_ORGANIC_FRAGMENT
        self._normalizer.normalizeInPlace(mol)
        return self._parent(mol, Note.NONE, 1)

    def _full(self, mol: Mol) -> Parent | Failure:
        notes, undefined = self._inspect(mol)
        if undefined:
            return Failure.UNDEFINED_ATOM
        fragments = len(Chem.GetMolFrags(mol))
        if fragments > 1:
            notes |= Note.MIXTURE
        if not self.options.keep_isotopes and Note.ISOTOPE in notes:
            mol = self._without_isotopes(mol)
        mol = self._reionizer.reionize(
            self._normalizer.normalize(self._disconnector.Disconnect(mol))
        )
        mol = self._uncharger.uncharge(self._chooser.choose(mol))
        if not _has_carbon(mol):
            return Failure.NO_ORGANIC_FRAGMENT
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True, flagPossibleStereoCenters=True)
        return self._parent(mol, notes, fragments)

    @staticmethod
    def _inspect(mol: Mol) -> tuple[Note, bool]:
        notes, undefined, charge = Note.NONE, False, 0
        for atom in mol.GetAtoms():
            number = atom.GetAtomicNum()
            charge += atom.GetFormalCharge()
            undefined = undefined or number == 0
            if atom.GetIsotope():
                notes |= Note.ISOTOPE
            if number not in _NON_METALS and number not in _COUNTER_ION_METALS and number:
                notes |= Note.METAL
            if atom.GetAtomMapNum():
                atom.SetAtomMapNum(0)
        return (notes | Note.CHARGED if charge else notes), undefined

    @staticmethod
    def _without_isotopes(mol: Mol) -> Mol:
        for atom in mol.GetAtoms():
            atom.SetIsotope(0)
        return Chem.RemoveHs(mol)

    @staticmethod
    def _parent(mol: Mol, notes: Note, fragments: int) -> Parent:
        if rdMolDescriptors.CalcNumUnspecifiedAtomStereoCenters(mol):
            notes |= Note.STEREO_UNSPECIFIED
        return Parent(mol, notes, fragments, mol.GetNumHeavyAtoms())


def _parser(*, sanitize: bool) -> Chem.SmilesParserParams:
    """RDKit's parser without its readers of names and extensions, which would hide bad rows."""
    parser = Chem.SmilesParserParams()
    for option, value in {
        "allowCXSMILES": False,
        "parseName": False,
        "sanitize": sanitize,
        "removeHs": sanitize,
    }.items():
        setattr(parser, option, value)  # the type stubs declare these flags with a wrong type
    return parser


def _read(text: str, parser: Chem.SmilesParserParams) -> Mol | None:
    return Chem.MolFromSmiles(text, parser)


def _has_carbon(mol: Mol) -> bool:
    # Most SMILES begin with a carbon, and a look at one atom is cheaper than a walk over all.
    return mol.GetNumAtoms() > 0 and (
        mol.GetAtomWithIdx(0).GetAtomicNum() == _CARBON
        or any(atom.GetAtomicNum() == _CARBON for atom in mol.GetAtoms())
    )
