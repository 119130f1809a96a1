"""Drawings of molecules, made where structures are and nowhere else."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

__all__ = ["attributed", "picture"]

_SIZE: Final = (220, 150)
_RAISES: Final = np.array([0.13, 0.44, 0.71])
_LOWERS: Final = np.array([0.90, 0.45, 0.10])
_FAINT: Final = 0.05
"""Share of the strongest atom below which none is marked."""


def picture(smiles: str) -> str | None:
    """A structure as SVG; None if it cannot be read."""
    mol: Chem.Mol | None = Chem.MolFromSmiles(smiles)
    return None if mol is None else _drawn(mol, {})


def attributed(mol: Chem.Mol, weights: NDArray[np.float64]) -> str:
    """A structure as SVG whose atoms are marked by what they bring: blue raises the value, orange
    lowers it, the stronger the fuller.

    Args:
        mol: The molecule.
        weights: ``(atoms,)``.
    """
    strongest = float(np.abs(weights).max(initial=0.0))
    colours = {}
    for atom, weight in enumerate(weights.tolist()):
        share = abs(weight) / strongest if strongest > 0 else 0.0
        if share >= _FAINT:
            full = _RAISES if weight > 0 else _LOWERS
            colours[atom] = tuple((1 - share * (1 - full)).tolist())
    return _drawn(mol, colours)


def _drawn(mol: Chem.Mol, colours: dict[int, tuple[float, ...]]) -> str:
    drawing = rdMolDraw2D.MolDraw2DSVG(*_SIZE)
    options = drawing.drawOptions()
    options.clearBackground = False  # type: ignore[assignment]  # the stub gives it a wrong type
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawing,
        mol,
        highlightAtoms=list(colours),
        highlightAtomColors=colours,
        highlightBonds=[],
    )
    drawing.FinishDrawing()
    return str(drawing.GetDrawingText())
