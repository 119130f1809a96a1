"""The canonical tautomer: for reports only, identity and features never depend on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from rdkit.Chem.MolStandardize import rdMolStandardize

from fdd.chem.standardize import Parent

__all__ = ["canonical_tautomer"]

_MOST: Final = 32


def canonical_tautomer(parent: Parent) -> Parent:
    """``parent`` as RDKit's canonical tautomer, out of at most 32 that are tried."""
    return replace(parent, mol=_enumerator().Canonicalize(parent.mol))


@cache
def _enumerator() -> rdMolStandardize.TautomerEnumerator:
    enumerator = rdMolStandardize.TautomerEnumerator()
    enumerator.SetMaxTautomers(_MOST)
    enumerator.SetMaxTransforms(_MOST)
    return enumerator
