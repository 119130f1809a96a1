"""The values of an endpoint as a picture: bars, the credible range, and what all members have."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from fdd.data.checks.base import EndpointColumn
from fdd.data.consortium import EndpointHistogram

__all__ = ["Language", "value_histogram"]

Language = Literal["ko", "en"]

_BINS, _WIDTH, _HEIGHT = 40, 480, 110
_TICKS: Final = 5
_NOISE: Final[dict[Language, str]] = {"ko": "시험법 잡음", "en": "assay noise"}
_OTHERS: Final[dict[Language, str]] = {
    "ko": "선: 컨소시엄, 사이트 {}곳", "en": "line: consortium, {} sites"
}  # fmt: skip


def value_histogram(
    column: EndpointColumn, language: Language, known: EndpointHistogram | None = None
) -> str:
    """HTML with an SVG of the values of an endpoint; empty without values.

    Args:
        column: The values.
        language: Of all texts.
        known: Those of all members, drawn as a line of the same area as the bars.
    """
    endpoint, values = column.endpoint, column.values
    if not len(values):
        return ""
    low, high = float(values.min()), float(values.max())
    credible = endpoint.credible_range
    left = min(low, credible.low) if credible else low
    right = max(high, credible.high) if credible else high
    right = right if right > left else left + 1.0
    counts, _ = np.histogram(values, _BINS, (left, right))

    def x(value: float) -> float:
        return (value - left) / (right - left) * _WIDTH

    band = ""
    if credible:
        width = x(credible.high) - x(credible.low)
        band = _rect(x(credible.low), 0, width, _HEIGHT, "range")
    step, top = _WIDTH / _BINS, counts.max()
    bars = "".join(
        _rect(i * step, _HEIGHT - h, step - 1, h, "bar")
        for i, count in enumerate(counts)
        if (h := _HEIGHT * float(count) / top)
    )
    name = endpoint.name(language)
    noise = endpoint.assay_noise
    beside = f" · {_NOISE[language]} {noise.value:g}" if noise else ""
    line = ""
    if known is not None and known.total:
        beside += f" · {_OTHERS[language].format(known.sites)}"
        line = _line(known, (left, right), len(values) / float(top))
    return (
        f'<div class="card"><h3>{escape(name)} <span class="soft">'
        f"{escape(endpoint.written_unit)} · {len(values):,}{beside}</span></h3>"
        f'<svg class="values" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" '
        f'role="img" aria-label="{escape(name)}">{band}{bars}{line}</svg>{_axis(left, right)}</div>'
    )


def _axis(left: float, right: float) -> str:
    """Both ends and round numbers between, as text that keeps its size on a narrow screen."""
    step = 10.0 ** np.floor(np.log10((right - left) / 2))
    while (right - left) / step > _TICKS:
        step *= 2 if step / 10 ** np.floor(np.log10(step)) < 4 else 2.5
    # Adding zero takes the sign off a negative one.
    inner = np.arange(np.ceil(left / step), np.floor(right / step) + 1) * step + 0.0
    room = (right - left) / (2 * _TICKS)
    ticks = [left, *(t for t in inner if left + room < t < right - room), right]
    return (
        '<div class="axis">'
        + "".join(
            f'<span style="left:{100 * (tick - left) / (right - left):.1f}%">{tick:.4g}</span>'
            for tick in ticks
        )
        + "</div>"
    )


def _line(known: EndpointHistogram, span: tuple[float, float], bars: float) -> str:
    """Steps whose area is that of the bars, of which ``bars`` tallest ones would hold all values;
    the open outer bins reach to the ends of the picture."""
    left, right = span
    inner = [edge for edge in known.edges if left < edge < right]
    borders = [left, *inner, right]
    first = sum(edge <= left for edge in known.edges)
    unit = (right - left) / _BINS
    path = [f"M0 {_HEIGHT}"]
    for number, (start, end) in enumerate(pairwise(borders), start=first):
        share = known.counts[number] / known.total
        height = min(share * bars * unit / (end - start), 1.0) * _HEIGHT
        path.append(f"V{_HEIGHT - height:.1f} H{(end - left) / (right - left) * _WIDTH:.1f}")
    return f'<path class="others" d="{" ".join(path)} V{_HEIGHT}"/>'


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="var(--{colour})"/>'
