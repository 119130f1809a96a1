"""The strongest published reference without pre-training: boosted trees on four descriptions.

MapLight (Notwell and Wood, 2023, arXiv:2310.00174): Morgan and Avalon count fingerprints, extended
reduced graphs and RDKit descriptors, given to CatBoost. Its defaults look at all 2,580 columns for
each of 1,000 trees; here a tree sees a seventh of them, which costs a seventh. It cannot be
federated.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

__all__ = ["boosted", "described"]

_BITS: Final = 1024
_RADIUS: Final = 2
_TREES: Final = 800
_RATE: Final = 0.05
_COLUMNS: Final = 0.15
Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]


def described(smiles: Sequence[str], cache: Path) -> Matrix:
    """``(rows, 2580)``; NaN where a structure cannot be parsed or a descriptor has no value.

    Args:
        smiles: As they are published.
        cache: A folder for what was computed before.
    """
    name = blake3("\n".join(smiles).encode()).hexdigest()
    path = cache / f"{name}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft.npy")
        np.save(draft, _computed(smiles))
        draft.replace(path)
    return np.asarray(np.load(path), np.float32)


def _computed(smiles: Sequence[str]) -> Matrix:
    from rdkit import Chem, rdBase
    from rdkit.Avalon.pyAvalonTools import GetAvalonCountFP
    from rdkit.Chem import Descriptors
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
    from rdkit.Chem.rdReducedGraphs import GetErGFingerprint

    quiet = rdBase.BlockLogs()
    morgan = GetMorganGenerator(radius=_RADIUS, fpSize=_BITS)
    functions = [function for _, function in Descriptors.descList]

    def of(mol: Any) -> NDArray[np.float64]:
        parts = [
            morgan.GetCountFingerprintAsNumPy(mol),
            np.array(list(GetAvalonCountFP(mol, nBits=_BITS))),
            GetErGFingerprint(mol),
            np.array([function(mol) for function in functions]),
        ]
        return np.concatenate(parts).astype(np.float64)

    parsed: list[Any] = [Chem.MolFromSmiles(text) for text in smiles]
    empty = np.full(len(of(Chem.MolFromSmiles("C"))), np.nan)
    matrix = np.stack([empty if mol is None else of(mol) for mol in parsed])
    del quiet
    limit = np.finfo(np.float32).max
    return np.asarray(np.clip(matrix, -limit, limit), np.float32)


def boosted(features: Matrix, values: Vector, asked: Matrix, seed: int, *, binary: bool) -> Vector:
    """``(asked rows,)`` values, or probabilities of a yes."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostClassifier if binary else CatBoostRegressor
    model = kind(
        iterations=_TREES,
        learning_rate=_RATE,
        rsm=_COLUMNS,
        random_seed=seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(features, values)
    found = model.predict_proba(asked)[:, 1] if binary else model.predict(asked)
    return np.asarray(found, np.float32)
