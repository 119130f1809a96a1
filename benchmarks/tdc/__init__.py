"""The TDC ADMET group: our central models on the official test folds, beside published figures.

Not a federated result: it says how good the default family, the graph family and their references
are where everybody can compare. Of each set one model is served, chosen before the test fold is
opened, by validation molecules that did not choose the epoch of a network as well.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from benchmarks.stored import Result, Store, options, store_of
from benchmarks.tdc import cells, choice, graph
from benchmarks.tdc.published import PUBLISHED
from benchmarks.tdc.table import ASKED_SEEDS, Row, figure, rows_of, write_pages
from fdd.data.sources import public_data_directory
from fdd.models.device import Device, computing_on

__all__ = ["TITLE", "arguments", "run"]

TITLE = "tdc: central models on the 22 sets of the TDC ADMET group, beside published figures"

LEAST_WINS: Final = 11
REFERENCES: Final = "references"
"""The default family, boosting and their mean, which are computed together."""

_MODELS: Final = (REFERENCES, choice.CHOICE, graph.GRAPH)

_RECIPE: Final = graph.GraphRecipe(hidden=300, epochs=60, batch=32)
"""Of the graph model, set by validation figures of seeds 100 and 101."""

_LARGE_RECIPE: Final = graph.GraphRecipe(hidden=300, epochs=20, batch=128)
"""Of large sets: what fitted into the time on a device; not tuned."""

_LARGE: Final = frozenset(
    {
        "ames", "cyp2c9_veith", "cyp2d6_veith", "cyp3a4_veith", "ld50_zhu",
        "lipophilicity_astrazeneca", "solubility_aqsoldb",
    }
)  # fmt: skip
"""Sets of more than 3,000 rows."""


class _Asked(NamedTuple):
    """One cell to compute; only that of the graph model has a recipe to choose."""

    name: str
    seed: int
    model: str
    recipe: graph.GraphRecipe | None

    def __str__(self) -> str:
        return f"{self.name}, seed {self.seed}, {self.model}"

    @property
    def digest(self) -> str:
        if self.recipe is not None:
            return graph.digest(self.name, self.seed, self.recipe)
        digest = choice.digest if self.model == choice.CHOICE else cells.digest
        return digest(self.name, self.seed)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--set", choices=sorted(PUBLISHED), action="append", help="default: all")
    parser.add_argument("--models", choices=_MODELS, action="append", help="default: all")
    parser.add_argument("--device", choices=get_args(Device), default="cpu")
    parser.add_argument("--jobs", type=int, default=1, help="cells that are computed at once")
    parser.add_argument(
        "--recipe",
        type=graph.GraphRecipe.of,
        help="of dmpnn: hidden x epochs x batch; default: by the size of the set",
    )
    options(parser, seeds=ASKED_SEEDS)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing; ``quick`` takes one small set and one seed."""
    del against
    store = store_of("tdc")
    names = given.set or (["dili"] if quick else list(PUBLISHED))
    models = given.models or (_MODELS[:2] if quick else _MODELS)
    seeds = range(given.first_seed, given.first_seed + (1 if quick else given.seeds))
    # All sets once before any twice: an interrupted benchmark has a whole table.
    wanted = [
        _Asked(name, seed, model, _recipe(name, given.recipe) if model == graph.GRAPH else None)
        for seed in seeds
        for model in models
        for name in names
    ]
    if given.finished:
        wanted = [one for one in wanted if store.get(one.digest) is not None]
    results = _computed(wanted, store, given.device, given.jobs)
    rows = rows_of(results)
    if given.pages is not None:
        write_pages(rows, results, given.pages)
    won = sum(row.no_worse for row in rows)
    whole = len(rows) == len(PUBLISHED)
    return {
        "name": "tdc",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": {row.name: _sentence(row) for row in rows} | {"no worse than MiniMol": won},
        "targets": {"sets no worse than MiniMol": f"≥ {LEAST_WINS} of {len(PUBLISHED)}"},
        "missed": [f"no worse on {won}, target {LEAST_WINS}"] if whole and won < LEAST_WINS else [],
        "not_measured": [] if whole else ["the target: it is about all sets"],
    }


def _recipe(name: str, wished: graph.GraphRecipe | None) -> graph.GraphRecipe:
    return wished or (_LARGE_RECIPE if name in _LARGE else _RECIPE)


def _computed(wanted: Sequence[_Asked], store: Store, device: str, jobs: int) -> list[Result]:
    directory = public_data_directory()
    work = partial(_compute, home=store.home, directory=directory, device=device)
    if jobs <= 1:
        return [work(one) for one in wanted]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        found = [pool.submit(work, one) for one in wanted]
        for number, done in enumerate(as_completed(found), 1):
            done.result()
            print(f"{number} of {len(found)}", flush=True)
        return [done.result() for done in found]


def _compute(asked: _Asked, home: Path, directory: Path, device: str) -> Result:
    print(asked, flush=True)
    store = Store(home)
    if asked.recipe is not None:
        with computing_on(device):
            return graph.compute(asked.name, asked.seed, asked.recipe, store, directory)
    compute = choice.compute if asked.model == choice.CHOICE else cells.compute
    return compute(asked.name, asked.seed, store, directory)


def _sentence(row: Row) -> str:
    minimol = PUBLISHED[row.name].minimol[0]
    served = "not chosen yet" if row.served is None else f"{figure(row.served)}, {row.chosen}"
    return f"{row.metric} {served}; MiniMol {minimol:.3f}"
