"""A change of the key that the hub did not take, in words."""

from __future__ import annotations

import time

from fdd_client.settings import RefusedKey

__all__ = ["refusal"]

_ADVICE = {
    "FDD-2209": "two keys of this site are in use already: try again when the older one has ended, "
    "a day later unless the operator set something else",
    "FDD-1105": "its release is too old for that: wait until it was updated",
}


def refusal(refused: RefusedKey) -> str:
    """When, with which code, and what to do."""
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(refused.at))
    advice = _ADVICE.get(refused.code, "ask the administrator of the consortium")
    return f"{at} · {refused.code} · {advice}. The key in force goes on."
