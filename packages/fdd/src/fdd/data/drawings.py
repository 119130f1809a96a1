"""Molecules of a finding as drawings, for a page that stays at the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from fdd.chem.standardize import Failure, Standardizer
from fdd.data.checks import DataView, Finding
from fdd.data.measurements import numbers_of

__all__ = ["Drawing", "drawings"]

_MOST: Final = 4
_MOST_ATOMS: Final = 150
_WIDTH, _HEIGHT = 190, 130
# Findings whose rows are easier to judge when their molecules are seen.
_DRAWN: Final = frozenset(
    {
        "mixture", "metal", "large_molecule", "isotope", "stereo_unspecified",
        "tautomer_sensitive", "activity_cliffs", "label_noise_suspects", "conflicting_replicates",
        "conflicting_same_assay", "out_of_range", "held_out_in_training", "split_leak",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """One row's structure as given.

    Attributes:
        row: Its number in the file.
        value: The endpoint's value as the file writes it; empty without one.
        svg: The picture, in the colour of the text around it.
    """

    row: int
    value: str
    svg: str


def drawings(finding: Finding, view: DataView) -> Iterator[Drawing]:
    """At most four rows of a finding that is about molecules."""
    if finding.code not in _DRAWN:
        return
    texts = view.table.column(view.mapping.structure)
    position = {int(number): row for row, number in enumerate(view.table.row_numbers)}
    for number in finding.rows[:_MOST]:
        row = position[number]
        svg = _svg(texts[row])
        if svg:
            yield Drawing(number, _value(finding, view, row), svg)


def _value(finding: Finding, view: DataView, row: int) -> str:
    for value in view.mapping.values:
        if value.endpoint != finding.endpoint:
            continue
        # Of several columns the one that counts for this row has the number.
        if np.isfinite(numbers_of(view.table.take(np.array([row])), value).values[0]):
            cell = view.table.column(value.column)[row].strip()
            unit = view.table.column(value.unit_column)[row] if value.unit_column else value.unit
            sign = view.table.column(value.qualifier_column)[row] if value.qualifier_column else ""
            return f"{sign.strip()} {cell} {unit.strip()}".strip()
    return ""


def _svg(smiles: str) -> str:
    """The picture of a structure as written; empty if it cannot be drawn in a moment."""
    parent = Standardizer()(smiles)
    mol = None if isinstance(parent, Failure) else Chem.MolFromSmiles(smiles.split(maxsplit=1)[0])
    if mol is None or mol.GetNumAtoms() > _MOST_ATOMS:
        return ""
    canvas = rdMolDraw2D.MolDraw2DSVG(_WIDTH, _HEIGHT)
    options = canvas.drawOptions()
    options.useBWAtomPalette()
    for option, value in {"clearBackground": False, "padding": 0.08}.items():
        setattr(options, option, value)  # the type stubs declare these with a wrong type
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, mol)
    canvas.FinishDrawing()
    text = canvas.GetDrawingText()
    # The picture stands inside a page: no prolog, no name space, no colour of its own.
    body = text[text.index("<svg") :].replace("#000000", "currentColor")
    return re.sub(r"\s+xmlns(?::\w+)?='[^']*'|\s+class='[^']*'|<!--.*?-->", "", body)
