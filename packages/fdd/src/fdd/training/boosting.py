"""The strongest thing a site can do alone on few molecules: gradient boosting, never federated.

CatBoost (Prokhorenkova et al., NeurIPS 2018, arXiv:1706.09516) as a reference beside the value
report, where a site has the extra ``fdd[boosting]`` and asks for it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.core.errors import ExitCode, FddError
from fdd.models.base import Examples, FloatMatrix
from fdd.training.data import SiteData

__all__ = ["BoostingMissingError", "boosted"]

_ITERATIONS, _PATIENCE = 600, 60
_LEAST: Final = 10


class BoostingMissingError(FddError):
    """The extra is not installed."""

    code = "FDD-1402"
    status = 501
    exit_code = ExitCode.USAGE
    title = "CatBoost is not installed here"


def boosted(
    data: SiteData, t: int, seed: int, columns: slice = slice(None)
) -> Callable[[FloatMatrix], NDArray[np.float32]] | None:
    """Trees of task ``t``: from features to values, or to probabilities of a yes.

    The number of trees is chosen on the site's validation molecules.

    Args:
        data: The site's rows.
        t: Number of the task.
        seed: Of the trees.
        columns: Which features they see; codes of graphs are no quantities.

    Returns:
        None where rows are too few or all of one class.

    Raises:
        BoostingMissingError: if CatBoost is not installed.
    """
    if importlib.util.find_spec("catboost") is None:
        raise BoostingMissingError(hint="pip install 'fdd[boosting]'")
    from catboost import CatBoostClassifier, CatBoostRegressor, Pool

    train, held = (_pool(part, t, columns) for part in (data.train, data.validation))
    labels = train[1]
    binary = data.train.binary[t]
    if len(labels) < _LEAST or (binary and len(np.unique(labels)) < 2):
        return None
    kind = CatBoostClassifier if binary else CatBoostRegressor
    judged = len(held[1]) >= _LEAST and (not binary or len(np.unique(held[1])) == 2)
    model = kind(
        iterations=_ITERATIONS,
        learning_rate=0.05,
        depth=6,
        rsm=0.2,
        loss_function="Logloss" if binary else "MAE",
        early_stopping_rounds=_PATIENCE if judged else None,
        random_seed=seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(*train), eval_set=Pool(*held) if judged else None)

    def predict(features: FloatMatrix) -> NDArray[np.float32]:
        seen = features[:, columns]
        found = model.predict_proba(seen)[:, 1] if binary else model.predict(seen)
        return np.asarray(found, np.float32)

    return predict


def _pool(examples: Examples, t: int, columns: slice) -> tuple[FloatMatrix, NDArray[np.float32]]:
    seen = np.isfinite(examples.values[:, t])
    return examples.features[seen][:, columns], examples.values[seen, t]
