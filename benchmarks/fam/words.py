"""The texts of the result pages, by language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

__all__ = ["WORDS"]

WORDS: Final[dict[str, dict[str, str]]] = {
    language: json.loads(Path(__file__).with_name(f"words.{language}.json").read_text("utf-8"))
    for language in ("en", "ko")
}
