"""A federated model that a consortium releases: served as it is, to people without own data.

What sites keep is not in it: no private head, no calibration on a site's molecules. So only
endpoints with a shared head are served, with the intervals and prediction sets that all sites have
calibrated together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from fdd.core.arrays import Arrays, group_of
from fdd.core.ids import BlobId, RunId
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.models import ModelInputError
from fdd.models.base import head, target
from fdd.protocol.messages import SummedScores
from fdd.training import ServedCard, ServedEndpoint
from fdd.training.pooling import pooled_calibrations
from fdd.training.served import Provenance

__all__ = ["calibrated_together", "released_card", "shared_endpoints"]


def shared_endpoints(spec: RunSpec, tensors: Iterable[str]) -> tuple[str, ...]:
    """Endpoints that a model predicts without anything that sites keep.

    Args:
        spec: The run.
        tensors: Names of the model's tensors.

    Raises:
        ModelInputError: if there is none.
    """
    groups = {group_of(name) for name in tensors}
    shared = [e.id for e in spec.endpoints if e.head == "shared" and head(e.id) in groups]
    if not shared:
        raise ModelInputError(
            "The sites keep the heads of this model, so it predicts nothing by itself",
            hint='Release a model of a run with head = "shared" at one endpoint or more',
        )
    return tuple(shared)


def calibrated_together(
    spec: RunSpec, scores: Sequence[SummedScores]
) -> Mapping[str, tuple[int, int]]:
    """Endpoint → the validation molecules that a released model's intervals or classes rest on, and
    of how many sites; an endpoint without is left out.

    Args:
        spec: The run.
        scores: How far the model was from the truth over the sites of the run.
    """
    # How wide intervals are does not matter here, so the scale of labels does not, either.
    scales = Arrays({f"{target(e.id)}/scale": np.ones(1, np.float32) for e in spec.endpoints})
    found = pooled_calibrations(spec, scales, scores)
    return {name: (each.molecules, each.sites) for name, each in found.items()}


def released_card(
    spec: RunSpec,
    run_id: RunId,
    model: BlobId,
    arrays: Arrays,
    scores: Sequence[SummedScores] = (),
) -> ServedCard:
    """The card of a released model.

    Args:
        spec: The run.
        run_id: Its id.
        model: Digest of the released checkpoint.
        arrays: Its tensors.
        scores: How far it was from the truth over the sites of the run.

    Raises:
        ModelInputError: as ``shared_endpoints``.
    """
    pooled = pooled_calibrations(spec, arrays, scores)
    endpoints = tuple(
        ServedEndpoint(
            endpoint=name,
            way="federated",
            binary=catalogue().get(name).kind == "binary",
            training_rows=0,
            pooled=pooled.get(name),
        )
        for name in shared_endpoints(spec, arrays)
    )
    return ServedCard(
        run_id=run_id,
        run=spec.name,
        site="consortium",
        family=spec.model.family,
        featurizer=spec.data.featurizer,
        pipeline=None,
        catalogue=catalogue().version,
        model=model,
        ways=("federated",),
        endpoints=endpoints,
        provenance=Provenance.of(spec),
    )
