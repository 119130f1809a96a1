"""The sets of the TDC ADMET group and what others have published about them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["PUBLISHED", "Published"]


@dataclass(frozen=True)
class Published:
    """One set.

    Attributes:
        metric: Of the leaderboard.
        best: Mean and standard deviation of the leaderboard's first, June 2024.
        minimol: The same of MiniMol.
    """

    metric: str
    best: tuple[float, float]
    minimol: tuple[float, float]


def _read() -> dict[str, Published]:
    table = tomllib.loads(Path(__file__).with_name("published.toml").read_text("utf-8"))
    return {
        name: Published(row["metric"], tuple(row["best"]), tuple(row["minimol"]))
        for name, row in table.items()
    }


PUBLISHED: Final = _read()
