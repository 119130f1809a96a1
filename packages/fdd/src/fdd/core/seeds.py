"""Seeds: every random stream of a run is derived from one number and a path of labels."""

from __future__ import annotations

import hashlib

__all__ = ["derive_seed"]


def derive_seed(seed: int, *labels: str | int) -> int:
    """A seed of 63 bits for the stream named by ``labels``.

    Streams of different labels are independent, so a site, a round or a fold can be replayed
    alone. Labels are length-prefixed: ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    digest = hashlib.sha256(str(seed).encode())
    for label in labels:
        text = str(label).encode()
        digest.update(len(text).to_bytes(4, "big") + text)
    return int.from_bytes(digest.digest()[:8], "big") >> 1
