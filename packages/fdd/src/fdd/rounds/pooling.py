"""Adding up how far the federated model was from the truth at each site."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.core.conformity import FEWEST_SITES, Kind, counts_of
from fdd.core.spec import RunSpec
from fdd.federation.port import Reply
from fdd.protocol.messages import SummedScores

__all__ = ["pooled_scores"]


def pooled_scores(spec: RunSpec, replies: Sequence[Reply]) -> tuple[SummedScores, ...]:
    """The sum over all sites that sent counts, whatever their order, at endpoints with a shared
    head; what fewer than ``FEWEST_SITES`` have sent is left out."""
    shared = {endpoint.id for endpoint in spec.endpoints if endpoint.head == "shared"}
    found: dict[tuple[str, Kind], list[tuple[int, ...]]] = {}
    for reply in replies:
        for key, counts in counts_of(reply.metrics).items():
            if key[0] in shared:
                found.setdefault(key, []).append(counts)
    return tuple(
        SummedScores(
            endpoint=endpoint,
            kind=kind,
            counts=tuple(map(sum, zip(*sites, strict=True))),
            sites=len(sites),
        )
        for (endpoint, kind), sites in sorted(found.items())
        if len(sites) >= FEWEST_SITES
    )
