"""Means and variances of inputs and labels over all sites, from one added update.

Each site sends weighted means of first and second moments; the hub sees their sum and every site
scales alike. Values are brought into [-1, 1] before they are quantised: features by a power of two
above the largest signed logarithm, labels by the credible range of their endpoint.

A run that asks for histograms adds up those of the data cards as well: whole numbers with noise and
without small groups, as each site may show them anyway. Of fewer than three sites nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from fdd.core.arrays import Array, Arrays, Layout
from fdd.core.metrics import Metrics
from fdd.core.ring import FixedPoint
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.histograms import BINS, bin_edges
from fdd.models.base import Examples, Moments, target
from fdd.protocol.messages import SummedHistogram

__all__ = [
    "FEWEST_SITES",
    "STATISTICS_ARITHMETIC",
    "counts_ring",
    "is_count",
    "moments",
    "moments_update",
    "statistics_layout",
    "summed_histograms",
]

STATISTICS_ARITHMETIC: Final = FixedPoint(clip=1.0, bits=24)
FEWEST_SITES: Final = 3
"""A histogram that fewer sites have filled is not kept: one of two could read off the other's."""
_INPUT_BOUND: Final = 16.0
_COUNTS: Final = "histogram:"
_OPEN_SPAN: Final = (0.0, 100.0)


def moments_update(examples: Examples, weights: Mapping[str, float]) -> Update:
    """One site's contribution.

    Args:
        examples: The site's training rows.
        weights: Weight in [0, 1] of ``trunk`` and of ``head:<endpoint>``.
    """
    inputs = np.clip(examples.features / _INPUT_BOUND, -1.0, 1.0).astype(np.float64)
    tensors: dict[str, Array] = {
        "input/mean": inputs.mean(0),
        "input/square": (inputs**2).mean(0),
    }
    groups = {"input": weights["trunk"]}
    for t, name in enumerate(examples.endpoints):
        center, half = _span(name)
        labels = examples.values[:, t].astype(np.float64)
        scaled = (labels[np.isfinite(labels)] - center) / half
        empty = not len(scaled)
        tensors[f"{target(name)}/mean"] = np.array([0.0 if empty else scaled.mean()])
        tensors[f"{target(name)}/square"] = np.array([0.0 if empty else (scaled**2).mean()])
        groups[target(name)] = 0.0 if empty else weights[f"head:{name}"]
    return Update.weighted(Arrays(tensors), groups, Metrics())


def moments(update: Update, endpoints: Mapping[str, bool]) -> Moments:
    """What the summed contributions say.

    Args:
        update: The sum over the sites.
        endpoints: Endpoint → whether it is binary.
    """
    mean = update.mean()
    targets: dict[str, tuple[float, float]] = {}
    for name, binary in endpoints.items():
        center, half = _span(name)
        first, second = (float(mean[f"{target(name)}/{part}"][0]) for part in ("mean", "square"))
        deviation = half * float(np.sqrt(max(second - first**2, 0.0)))
        scale = 1.0 if binary or deviation < 1e-3 else deviation
        targets[name] = (center + half * first, scale)
    return Moments(
        inputs=(
            mean["input/mean"].astype(np.float64) * _INPUT_BOUND,
            mean["input/square"].astype(np.float64) * _INPUT_BOUND**2,
        ),
        targets=targets,
    )


def is_count(name: str) -> bool:
    """Whether a tensor of a contribution is a whole number, not a quantised mean."""
    return name.startswith(_COUNTS)


def counts_ring(spec: RunSpec, histograms: Mapping[str, tuple[int, ...]]) -> Arrays:
    """One site's noisy counts as ring elements, which add up exactly; none unless the run asks.

    Args:
        spec: The run.
        histograms: Endpoint → ``(BINS,)`` counts; an endpoint that is not there counts as zeros.
    """
    tensors: dict[str, Array] = {}
    for name in _counted(spec):
        counts = histograms.get(name, ())
        tensors[f"{_COUNTS}{name}/counts"] = np.array(counts or (0,) * BINS, np.uint32)
        tensors[f"{_COUNTS}{name}/sites"] = np.array([bool(counts)], np.uint32)
    return Arrays(tensors)


def summed_histograms(spec: RunSpec, ring: Mapping[str, Array]) -> tuple[SummedHistogram, ...]:
    """What the added counts say, where at least ``FEWEST_SITES`` have contributed.

    Kept beside the model, not in it: the noise of a site is its own secret, and one specification
    gives one model.
    """
    found = []
    for name in _counted(spec):
        sites = int(ring[f"{_COUNTS}{name}/sites"][0])
        if sites >= FEWEST_SITES:
            counts = tuple(int(count) for count in ring[f"{_COUNTS}{name}/counts"])
            edges = bin_edges(catalogue().get(name))
            found.append(SummedHistogram(endpoint=name, edges=edges, counts=counts, sites=sites))
    return tuple(found)


def statistics_layout(spec: RunSpec, width: int) -> Layout:
    """The layout of an encoded contribution."""
    tensors: list[tuple[str, str, tuple[int, ...]]] = [
        ("input/mean", "uint32", (width,)),
        ("input/square", "uint32", (width,)),
        ("weight/input", "uint32", (1,)),
    ]
    for endpoint in spec.endpoints:
        group = target(endpoint.id)
        tensors += [
            (f"{group}/mean", "uint32", (1,)),
            (f"{group}/square", "uint32", (1,)),
            (f"weight/{group}", "uint32", (1,)),
        ]
    for name in _counted(spec):
        tensors.append((f"{_COUNTS}{name}/counts", "uint32", (BINS,)))
        tensors.append((f"{_COUNTS}{name}/sites", "uint32", (1,)))
    return tuple(sorted(tensors))


def _counted(spec: RunSpec) -> list[str]:
    """Endpoints of a run whose histograms are added up."""
    if not spec.data.histograms:
        return []
    return [e.id for e in spec.endpoints if bin_edges(catalogue().get(e.id))]


def _span(name: str) -> tuple[float, float]:
    endpoint = catalogue().get(name)
    if endpoint.kind == "binary":
        return 0.0, 1.0
    return _range(endpoint)


def _range(endpoint: Endpoint) -> tuple[float, float]:
    """Center and half width of the values to expect."""
    if endpoint.credible_range is None:
        return _OPEN_SPAN
    low, high = endpoint.credible_range.low, endpoint.credible_range.high
    return (low + high) / 2, (high - low) / 2
