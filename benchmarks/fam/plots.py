"""Plots of the result page as SVG, drawn by hand: no plotting library, text in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

__all__ = ["Arrow", "arrows", "coverage", "ecdf"]

WIDTH: Final = 720
LEFT, RIGHT, TOP, ROW = 110, 24, 58, 20
INK, MUTED, LINE = "#14201f", "#566462", "#e2e8e7"
LOCAL, FEDERATED, OWN = "#8a9694", "#0f9d92", "#5b6ee1"

Arrow = tuple[str, float, float, float]
"""A partner's name, its local, its federated and the central figure."""


def arrows(title: str, axis: str, rows: Sequence[Arrow], legend: Sequence[str]) -> str:
    """A row for each partner, from its local figure to its federated one; the bar is central."""
    values = [value for row in rows for value in row[1:]]
    x = _scale(min(values), max(values))
    height = TOP + ROW * len(rows) + 40
    body = [_axis(x, min(values), max(values), height - 34, axis)]
    for number, (name, local, federated, central) in enumerate(rows):
        y = TOP + ROW * number + ROW / 2
        body += [
            _text(LEFT - 10, y + 4, name, anchor="end", color=MUTED),
            _line((x(local), y), (x(federated), y), FEDERATED, 2.5, opacity=0.4),
            _line((x(central), y - 6), (x(central), y + 6), INK, 1.5),
            _dot(x(local), y, LOCAL, hollow=True),
            _dot(x(federated), y, FEDERATED),
        ]
    marks = [(LOCAL, True), (FEDERATED, False), (INK, False)]
    return _svg(height, title, body, list(zip(legend, marks, strict=True)))


def coverage(
    title: str, axis: str, rows: Sequence[tuple[str, float, float]], legend: Sequence[str]
) -> str:
    """A row for each partner: what share its local and its federated intervals hold abroad."""
    low = min(0.5, *(value for row in rows for value in row[1:]))
    x = _scale(low, 1.0)
    height = TOP + ROW * len(rows) + 40
    body = [_axis(x, low, 1.0, height - 34, axis)]
    for promised, dash in ((0.9, "none"), (0.85, "4 3")):
        at = x(promised)
        body.append(_line((at, TOP - 6), (at, height - 40), INK, 1, dash=dash))
    for number, (name, local, federated) in enumerate(rows):
        y = TOP + ROW * number + ROW / 2
        body += [
            _text(LEFT - 10, y + 4, name, anchor="end", color=MUTED),
            _dot(x(local), y, LOCAL, hollow=True),
            _dot(x(federated), y, FEDERATED),
        ]
    return _svg(
        height, title, body, list(zip(legend, [(LOCAL, True), (FEDERATED, False)], strict=True))
    )


def ecdf(title: str, axis: str, series: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Share of partners and endpoints (upwards) that gain at most so much (to the right)."""
    values = [value for _, found in series for value in found]
    low, high = min(-0.2, *values), max(0.4, *values)
    x = _scale(low, high)
    height, bottom = 320, 280
    body = [_axis(x, low, high, bottom, axis)]
    body.append(_line((x(0), TOP - 6), (x(0), bottom), MUTED, 1))
    colors = (FEDERATED, OWN)
    for (_, found), color in zip(series, colors, strict=True):
        steps = sorted(found)
        points = [(x(low), float(bottom))]
        for number, value in enumerate(steps):
            before = bottom - (bottom - TOP) * number / len(steps)
            after = bottom - (bottom - TOP) * (number + 1) / len(steps)
            points += [(x(value), before), (x(value), after)]
        points.append((x(high), float(TOP)))
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
    for share in (0, 0.5, 1):
        y = bottom - (bottom - TOP) * share
        body.append(_text(LEFT - 10, y + 4, f"{share:.0%}", anchor="end", color=MUTED))
    names = [(name, (color, False)) for (name, _), color in zip(series, colors, strict=True)]
    return _svg(height, title, body, names)


class _scale:  # noqa: N801 - used as a function
    def __init__(self, low: float, high: float) -> None:
        pad = (high - low or 1.0) * 0.04
        self._low, self._high = low - pad, high + pad

    def __call__(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def _axis(x: _scale, low: float, high: float, y: float, label: str) -> str:
    parts = [_line((LEFT, y), (WIDTH - RIGHT, y), LINE, 1)]
    for step in range(5):
        value = low + (high - low) * step / 4
        parts.append(_text(x(value), y + 16, f"{value:.2f}", anchor="middle", color=MUTED))
    parts.append(_text(WIDTH - RIGHT, y + 31, label, anchor="end", color=MUTED))
    return "".join(parts)


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    color: str,
    width: float,
    *,
    opacity: float = 1.0,
    dash: str = "none",
) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{color}" stroke-width="{width}" stroke-opacity="{opacity}" '
        f'stroke-dasharray="{dash}"/>'
    )


def _dot(x: float, y: float, color: str, *, hollow: bool = False) -> str:
    fill = "#ffffff" if hollow else color
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{color}" '
        'stroke-width="1.6"/>'
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", color: str = INK, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{color}"{weight}>{escape(text)}</text>'


def _svg(
    height: float,
    title: str,
    body: Sequence[str],
    legend: Sequence[tuple[str, tuple[str, bool]]],
) -> str:
    x, marks = LEFT, []
    for name, (color, hollow) in legend:
        marks += [_dot(x, 38, color, hollow=hollow), _text(x + 10, 42, name, color=MUTED)]
        x += 30 + sum(13 if ord(letter) > 0x2E80 else 7 for letter in name)
    font = 'font-family="Pretendard, Noto Sans KR, sans-serif" font-size="12"'
    box = f'viewBox="0 0 {WIDTH} {height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {font} role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height:.0f}" rx="10" fill="#ffffff"/>',
        _text(16, 22, title, bold=True),
        *marks,
        *body,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
