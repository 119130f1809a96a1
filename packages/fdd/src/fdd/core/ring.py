"""Sums in the ring of integers modulo 2³²: exact and independent of order.

A site folds its weight into each value, quantises with a fixed step and sends unsigned 32-bit
integers. The server adds them with wrap-around; the sum of up to 2^(32 - bits) sites decodes to the
exact sum of what was quantised, whichever arrives first. Secure aggregation adds its masks in the
same ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.errors import InvalidInputError

if TYPE_CHECKING:  # whoever reads a specification needs no array library
    import numpy as np
    from numpy.typing import NDArray

    from fdd.core.arrays import Array, Arrays

    Ring = NDArray[np.uint32]

__all__ = ["FixedPoint"]


class FixedPoint(BaseModel):
    """How real values become integers of the ring.

    Values beyond ±``clip`` are clipped; the step is ``clip / (2^(bits-1) - 1)``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: float = Field(default=8.0, gt=0, le=1e6)
    bits: int = Field(default=24, ge=8, le=30)

    @property
    def scale(self) -> float:
        """Integer units per 1.0."""
        return ((1 << (self.bits - 1)) - 1) / self.clip

    @property
    def most_terms(self) -> int:
        """How many encoded values can be added before the sum may wrap."""
        return 1 << (32 - self.bits)

    def encode(self, values: Array) -> Ring:
        """Quantise finite values of any shape to ring elements of the same shape.

        Raises:
            InvalidInputError: if a value is NaN or infinite.
        """
        import numpy as np

        real = np.asarray(values, dtype=np.float64)
        if not np.isfinite(real).all():
            raise InvalidInputError(
                "An update holds NaN or infinite values",
                hint="Lower the learning rate, or look at the data of this site",
            )
        return (
            np.rint(np.clip(real, -self.clip, self.clip) * self.scale)
            .astype(np.int32)
            .view(np.uint32)
        )

    def decode(self, total: Ring) -> NDArray[np.float64]:
        """The real value of a sum of encoded values."""
        import numpy as np

        return total.view(np.int32).astype(np.float64) / self.scale

    def encode_all(self, arrays: Arrays) -> Arrays:
        """``encode`` on every tensor."""
        return arrays.map(self.encode)

    def require_terms(self, terms: int) -> None:
        """Refuse a sum of more terms than the ring can hold.

        Raises:
            InvalidInputError: if ``terms`` could wrap around.
        """
        if terms > self.most_terms:
            raise InvalidInputError(
                f"{terms} sites do not fit a sum of {self.bits}-bit values",
                hint=f"Use at most {self.most_terms} sites or fewer bits",
                sites=terms,
                bits=self.bits,
            )
