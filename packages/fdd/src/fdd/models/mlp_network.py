"""The forward pass of fully connected trunks, in torch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from fdd.core.arrays import Arrays
from fdd.models.base import FloatMatrix, head
from fdd.models.fitting import scaled_inputs

__all__ = ["MlpNetwork", "heads"]


class MlpNetwork:
    """Layers with norm, ReLU and dropout; a layer without a norm is linear."""

    block = 4096

    def inputs(self, model: Arrays, features: FloatMatrix) -> Tensor:
        """See ``Network``."""
        return scaled_inputs(model, features)

    def outputs(
        self,
        weights: Mapping[str, Tensor],
        batch: Tensor,
        endpoints: tuple[str, ...],
        generator: torch.Generator | None,
    ) -> Tensor:
        """See ``Network``."""
        x, layer = batch, 0
        while f"trunk/{layer}/weight" in weights:
            prefix = f"trunk/{layer}"
            x = functional.linear(x, weights[f"{prefix}/weight"], weights[f"{prefix}/bias"])
            if f"{prefix}/norm/weight" in weights:
                x = functional.layer_norm(
                    x,
                    x.shape[-1:],
                    weights[f"{prefix}/norm/weight"],
                    weights[f"{prefix}/norm/bias"],
                )
                x = functional.relu(x)
            x = dropped(x, weights, generator)
            layer += 1
        return heads(weights, x, endpoints)


def dropped(x: Tensor, weights: Mapping[str, Tensor], generator: torch.Generator | None) -> Tensor:
    """``x`` with a share of its units left out, while training."""
    share = float(weights["recipe/dropout"][0]) if generator is not None else 0.0
    if generator is None or share <= 0:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= share
    return x * keep / (1 - share)


def heads(weights: Mapping[str, Tensor], x: Tensor, endpoints: tuple[str, ...]) -> Tensor:
    """``(rows, tasks)``: one linear head a task on ``(rows, hidden)``."""
    chosen = [weights[f"{head(name)}/weight"] for name in endpoints]
    biases = [weights[f"{head(name)}/bias"] for name in endpoints]
    return functional.linear(x, torch.cat(chosen), torch.cat(biases))
