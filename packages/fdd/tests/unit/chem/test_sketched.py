"""What the pages' structure editor writes is the molecule that was opened in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdkit import Chem

from fdd.chem.standardize import Parent, Standardizer

# Pairs of a structure and what was written of it: the pages' own tests write these very texts.
SKETCHED = json.loads(
    (Path(__file__).parents[5] / "web/src/components/sketch/sketched.json").read_text("utf-8")
)


@pytest.mark.parametrize(("opened", "written"), SKETCHED)
def test_a_drawn_structure_is_the_same_molecule(opened, written):
    keys = [Chem.MolToInchiKey(Chem.MolFromSmiles(text)) for text in (opened, written)]
    assert keys[0] == keys[1] != ""
    first, second = Standardizer()(opened), Standardizer()(written)
    assert isinstance(first, Parent) == isinstance(second, Parent)
    if isinstance(first, Parent) and isinstance(second, Parent):
        assert Chem.MolToSmiles(first.mol) == Chem.MolToSmiles(second.mol)
