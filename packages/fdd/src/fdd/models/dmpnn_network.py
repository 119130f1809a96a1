"""The forward pass of ``dmpnn`` in torch.

The equations and the names of the tensors are those of Chemprop's ``BondMessagePassing``; with the
same weights it gives the same numbers (tested on numbers of Chemprop 2.3.1; ADR 0010 says why it is
not imported).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from fdd.chem.featurizers.ecfp4_counts_descriptors_graph import DESCRIPTORS
from fdd.chem.graphs import COLUMNS, Graphs
from fdd.core.arrays import Arrays
from fdd.models.base import FloatMatrix
from fdd.models.fitting import scaled_inputs
from fdd.models.mlp_network import dropped, heads

__all__ = ["DmpnnNetwork"]


class _Batch(NamedTuple):
    atoms: Tensor
    bonds: Tensor
    begin: Tensor
    end: Tensor
    molecule: Tensor
    beside: Tensor


class _Molecules:
    """Codes of graphs, unpacked batch by batch."""

    def __init__(self, codes: FloatMatrix, beside: Tensor) -> None:
        self._codes = codes
        self._beside = beside

    def __getitem__(self, rows: Tensor) -> _Batch:
        made = Graphs.of(self._codes[rows.numpy()])
        place = self._beside.device
        return _Batch(
            atoms=torch.from_numpy(made.atoms).to(place),
            bonds=torch.from_numpy(made.bonds).to(place),
            begin=torch.from_numpy(made.ends[0]).to(place),
            end=torch.from_numpy(made.ends[1]).to(place),
            molecule=torch.from_numpy(made.molecule).to(place),
            beside=self._beside[rows],
        )


class DmpnnNetwork:
    """Messages along bonds, their mean over a molecule's atoms, one layer with the descriptors.

    Args:
        model: Whose recipe it follows.
    """

    block = 256

    def __init__(self, model: Arrays) -> None:
        self._depth = int(model["recipe/depth"][0])
        self._beside = bool(model["recipe/descriptors"][0])

    def inputs(self, model: Arrays, features: FloatMatrix) -> _Molecules:
        """See ``Network``."""
        columns = DESCRIPTORS if self._beside else slice(0, 0)
        return _Molecules(features[:, -COLUMNS:], scaled_inputs(model, features, columns))

    def outputs(
        self,
        weights: Mapping[str, Tensor],
        batch: _Batch,
        endpoints: tuple[str, ...],
        generator: torch.Generator | None,
    ) -> Tensor:
        """See ``Network``."""
        x = torch.cat([self.embedded(weights, batch, generator), batch.beside], dim=1)
        x = functional.linear(x, weights["trunk/readout/weight"], weights["trunk/readout/bias"])
        norm = weights["trunk/readout/norm/weight"], weights["trunk/readout/norm/bias"]
        x = functional.relu(functional.layer_norm(x, x.shape[-1:], *norm))
        return heads(weights, dropped(x, weights, generator), endpoints)

    def embedded(
        self, weights: Mapping[str, Tensor], batch: _Batch, generator: torch.Generator | None
    ) -> Tensor:
        """``(rows, hidden)``: the mean over each molecule's atoms of what their bonds brought."""
        atoms, begin, end = batch.atoms, batch.begin, batch.end
        first = functional.linear(
            torch.cat([atoms[begin], batch.bonds], dim=1), weights["trunk/message/W_i.weight"]
        )
        hidden = functional.relu(first)
        for _ in range(1, self._depth):
            arrived = _added(hidden, end, len(atoms))
            message = arrived[begin] - _turned(hidden)
            sent = functional.linear(message, weights["trunk/message/W_h.weight"])
            hidden = dropped(functional.relu(first + sent), weights, generator)
        whole = torch.cat([atoms, _added(hidden, end, len(atoms))], dim=1)
        found = functional.linear(
            whole, weights["trunk/message/W_o.weight"], weights["trunk/message/W_o.bias"]
        )
        found = dropped(functional.relu(found), weights, generator)
        rows = len(batch.beside)
        count = torch.bincount(batch.molecule, minlength=rows).clamp(min=1).unsqueeze(1)
        return _added(found, batch.molecule, rows) / count


def _added(values: Tensor, place: Tensor, places: int) -> Tensor:
    """``(places, width)``: the rows of ``values`` added up at their places."""
    return torch.zeros(places, values.shape[1], device=values.device).index_add(0, place, values)


def _turned(values: Tensor) -> Tensor:
    """Each directed bond's value taken from its other direction; the two follow each other."""
    return values.view(-1, 2, values.shape[1]).flip(1).reshape(values.shape)
