"""Prediction: what it costs beside the featuriser, and how long one molecule takes when warm.

Structures in, calibrated rows out, against standardising and featurising the same structures in the
same process, in turn; the best of the repeats counts. Peak memory of a long file is set against
that of a short one.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

import numpy as np
from rdkit import rdBase

from benchmarks.turns import alternate
from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.pipeline import Pipeline
from fdd.chem.standardize import Failure, Standardizer
from fdd.core.spec import DataSpec, EndpointSpec, RunSpec, TrainingSpec
from fdd.data.aggregate import build
from fdd.data.computed import computed_set
from fdd.data.sources import load
from fdd.models import FAMILIES
from fdd.prediction import OwnMolecules, Predictor
from fdd.prediction.files import predict_file
from fdd.training import fingerprint_bits, finish, site_data
from fdd.training.personalize import train_alone

__all__ = ["TITLE", "run"]

TITLE = "predict: structures to calibrated rows, against the featuriser alone"

RATIO, P95_MS = 1.15, 60.0
_MOLECULES: Final = 1500
_FEW: Final = {False: 10_000, True: 2_100}
_MANY: Final = {False: 100_000, True: 4_200}
_FEATURIZER: Final = "ecfp4-counts+descriptors"


def run(quick: bool, against: Sequence[str]) -> dict[str, Any]:
    """Measure; ``quick`` uses fewer molecules."""
    del against
    predictor, smiles, source = _made(200 if quick else 1000)
    featurize, standardize = FEATURIZERS.get(_FEATURIZER)(), Standardizer()

    def features_only() -> None:
        parents = [standardize(text) for text in smiles]
        featurize([None if isinstance(parent, Failure) else parent for parent in parents])

    alone_s, whole_s = alternate([features_only, lambda: predictor(smiles)], 2 if quick else 4)
    singles = []
    for text in smiles[: 60 if quick else 300]:
        start = time.perf_counter()
        predictor([text], neighbours=3)
        singles.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(singles, n=20)[-1]
    short, long = (_peak_of_file(predictor, rows) for rows in (_FEW[quick], _MANY[quick]))
    ratio = whole_s / alone_s
    missed = [] if ratio <= RATIO else [f"ratio to featuriser is {ratio:.2f}, target ≤ {RATIO}"]
    if p95 > P95_MS:
        missed.append(f"one molecule, p95 is {p95:.0f} ms, target ≤ {P95_MS:.0f}")
    return {
        "name": "predict",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, RDKit {rdBase.rdkitVersion}",
        "measures": {
            "ratio to featuriser": round(ratio, 3),
            "molecules/s": round(len(smiles) / whole_s, 1),
            "featuriser alone, CPU ms a molecule": round(alone_s / len(smiles) * 1000, 2),
            "one molecule warm, p50 ms": round(statistics.median(singles), 1),
            "one molecule warm, p95 ms": round(p95, 1),
            f"peak memory, file of {_FEW[quick]:,}, MiB": short,
            f"peak memory, file of {_MANY[quick]:,}, MiB": long,
            "peak memory, KiB a further molecule": round(
                (long - short) * 1024 / (_MANY[quick] - _FEW[quick]), 2
            ),
            "own training molecules searched": len(predictor.own) if predictor.own else 0,
            "molecules": len(smiles),
            "source": source,
        },
        "targets": {"ratio to featuriser": RATIO, "one molecule warm, p95 ms": P95_MS},
        "missed": [] if quick else missed,
        "not_measured": ["targets: only the full run may claim them"] if quick else [],
    }


def _made(count: int) -> tuple[Predictor, list[str], str]:
    """A small model, and other molecules to ask it about."""
    public = bool(os.environ.get("FDD_DATA_DIR"))
    table, mapping = load("lipophilicity_astrazeneca") if public else computed_set()
    smiles = list(dict.fromkeys(table.column(mapping.structure)))
    spec = RunSpec(
        name="predict",
        endpoints=(EndpointSpec(id="lipophilicity.logd74"),),
        training=TrainingSpec(rounds=3),
        data=DataSpec(minimum_rows=1),
    )
    rows = table.take(np.arange(min(len(table), _MOLECULES)))
    dataset = build(rows, mapping, Pipeline(), b"benchmark fold key").dataset
    data, family = site_data(spec, dataset), FAMILIES.get(spec.model.family)
    alone = train_alone(spec, family, data, "elsewhere")
    done = finish(spec, family, data, alone, "site", "0" * 64, "run", lambda _: None)
    names = [endpoint.endpoint for endpoint in done.card.endpoints]
    own = OwnMolecules(dataset, names, fingerprint_bits(_FEATURIZER))
    asked = smiles[-count:]
    return Predictor(done.card, done.models, own), asked, "logD set" if public else "computed set"


def _peak_of_file(predictor: Predictor, rows: int) -> int:
    """MiB that the process has held at most while it predicted a file of so many molecules."""
    with tempfile.TemporaryDirectory(prefix="fdd-predict-") as folder:
        source, target = Path(folder) / "asked.csv", Path(folder) / "said.csv"
        source.write_text("\n".join(["smiles", *islice(_small_molecules(), rows)]), "utf-8")
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        predict_file(predictor, source, target)
    held = Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2]
    return int(held.split()[0]) // 1024


def _small_molecules() -> Iterator[str]:
    """More than 100,000 different ones: rings with chains at both sides."""
    rings = ("c1ccc(cc1)", "c1ccnc(c1)", "C1CCN(CC1)", "C1CCC(CC1)", "c1csc(c1)", "C1CN(CCO1)")
    links = ("", "O", "N", "C(=O)N", "C(=O)O", "S", "OC", "NC", "CC(=O)", "S(=O)(=O)N")
    chains = [
        start + "C" * length for start in ("", "C(C)", "C(O)", "C(F)") for length in range(10)
    ]
    ends = ("", "O", "N", "F", "Cl", "C#N", "C(=O)O", "C(F)(F)F", "OC", "C=C", "Br", "SC")
    for end, chain, link, ring, before in product(ends, chains, links, rings, range(4)):
        yield f"{'C' * before}{ring}{link}C{chain}C{end}"
