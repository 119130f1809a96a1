"""Tells from one site's update which fingerprint bits its training rows hold.

A bit that no row of the site holds enters the first layer as one and the same negative constant,
so the gradient of its weights is that constant times the gradient of the bias. The optimiser
normalises the size away, and the column of an absent bit changes like the bias with the sign
turned. Columns that do otherwise belong to bits that are present.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.evaluation import score
from fdd_redteam.base import Finding, ThreatId, World

__all__ = ["ReadOneUpdate"]

_ALIKE: Final = 0.99
"""Cosine above which a column counts as that of an absent bit."""


class ReadOneUpdate:
    """See the module."""

    threat = ThreatId.READ_ONE_UPDATE

    def run(self, world: World) -> Finding:
        """Guess about each input that occurs anywhere in the consortium."""
        known = world.model["input/mean"] > 0
        unlike = 1.0 - self._likeness(world)
        truth, unlike = world.truth[known], unlike[known]
        present = unlike > 1.0 - _ALIKE
        share = float(truth.mean())
        exact = np.zeros(len(truth), np.int8)
        return Finding(
            threat=self.threat,
            auc=score("auroc", truth.astype(np.float32), unlike.astype(np.float32), exact),
            agreement=float((present == truth).mean()),
            chance=max(share, 1.0 - share),
            inputs=len(truth),
        )

    @staticmethod
    def _likeness(world: World) -> NDArray[np.float64]:
        """``(inputs,)`` cosine between a column's change and that of the bias, sign turned."""
        columns = world.update["trunk/0/weight"].astype(np.float64)
        bias = -world.update["trunk/0/bias"].astype(np.float64)
        lengths = np.linalg.norm(columns, axis=0) * np.linalg.norm(bias)
        products: NDArray[np.float64] = bias @ columns
        alike: NDArray[np.float64] = np.ones_like(products)  # a column that stood still is absent
        np.divide(products, lengths, out=alike, where=lengths > 0)
        return alike
