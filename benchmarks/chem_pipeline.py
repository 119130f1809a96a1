"""Chemistry: CPU seconds from SMILES to parent, key, fold and fingerprint, against RDKit's floor.

The floor is what nobody can go below with RDKit: parse and compute the fingerprint. Both, and the
peers, run in turn on the same molecules in the same process or in their own environment; the best
of the repeats counts, so that a busy machine changes little but the absolute figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdFingerprintGenerator

from benchmarks.bounded import bounded
from benchmarks.peers import python_of
from benchmarks.turns import alternate
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.reference import REFERENCE_SMILES

__all__ = ["TITLE", "arguments", "run"]

TITLE = "chem_pipeline: SMILES to parent, key, fold and fingerprint"

GATE, STRETCH = 7.0, 5.0
LARGE, MOST_MIB = 100_000, 1536
KEY = b"benchmark fold key"

# What each peer offers nearest to parent + fingerprint; run in the peer's own environment.
_PEER_CODE = {
    "datamol": """
import datamol as dm
dm.disable_rdkit_log()
def work(smiles):
    mol = dm.to_mol(smiles)
    if mol is not None:
        dm.to_fp(dm.standardize_mol(dm.sanitize_mol(mol)), as_array=False)
run = lambda texts: [work(text) for text in texts]
""",
    "molpipeline": """
from molpipeline import Pipeline
from molpipeline.any2mol import SmilesToMol
from molpipeline.mol2any import MolToMorganFP
from molpipeline.mol2mol import LargestFragmentChooser, MetalDisconnector, Uncharger
from molpipeline import ErrorFilter
steps = [("read", SmilesToMol()), ("metal", MetalDisconnector()),
         ("part", LargestFragmentChooser()), ("charge", Uncharger()), ("errors", ErrorFilter()),
         ("fp", MolToMorganFP(radius=2, n_bits=2048, counted=True))]
run = lambda texts: Pipeline(steps).fit_transform(texts)
""",
}
_PEER_MAIN = """
import json, sys, time
texts = json.load(sys.stdin)
run(texts[:50])
start = time.process_time()
run(texts)
print(json.dumps(time.process_time() - start))
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--no-large", action="store_true", help=f"leave {LARGE:,} molecules out")


def run(quick: bool, against: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Measure; ``quick`` uses fewer molecules and leaves out peers and scaling."""
    smiles, source = _molecules(500 if quick else 4000)
    thousand = len(smiles) / 1000
    bare = Pipeline(PipelineOptions(featurizer="ecfp4-counts"))
    whole = Pipeline()
    floor_s, ours_s = alternate(
        [lambda: _floor(smiles), lambda: bare.prepare(smiles, KEY)], repeats=3 if quick else 5
    )
    few = smiles[: 200 if quick else 1000]
    (whole_s,) = alternate([lambda: whole.prepare(few, KEY)], repeats=1 if quick else 2)
    measures: dict[str, Any] = {
        "ratio_to_floor": round(ours_s / floor_s, 2),
        "ours_cpu_s_per_1000": round(ours_s / thousand, 3),
        "floor_cpu_s_per_1000": round(floor_s / thousand, 3),
        "with_descriptors_cpu_s_per_1000": round(whole_s / len(few) * 1000, 3),
        "molecules": len(smiles),
        "source": source,
    }
    not_measured = []
    if quick:
        not_measured.append("scaling from one to two processes")
        not_measured.append(f"{LARGE:,} molecules in bounded memory, killed and resumed")
        not_measured += [f"against {peer}" for peer in against]
    else:
        measures.update(_scaling(whole, smiles))
        if options.no_large:
            not_measured.append(f"{LARGE:,} molecules in bounded memory, killed and resumed")
        else:
            measures.update(bounded(LARGE))
        for peer in against:
            seconds = _peer(peer, smiles)
            if seconds is None:
                not_measured.append(
                    f"against {peer}: not built; python -m benchmarks peers builds it"
                )
            else:
                measures[f"{peer}_over_ours"] = round(seconds / ours_s, 2)
    missed = [] if measures["ratio_to_floor"] <= GATE else [f"ratio_to_floor ≤ {GATE}"]
    if measures.get("large_peak_mib", 0) > MOST_MIB:
        missed.append(f"large_peak_mib ≤ {MOST_MIB}")
    if quick:
        not_measured.append(f"ratio_to_floor ≤ {GATE}: only the full run may claim it")
    return {
        "name": "chem_pipeline",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, RDKit {rdBase.rdkitVersion}",
        "measures": measures,
        "targets": {
            "large_peak_mib": MOST_MIB,
            "ratio_to_floor": GATE,
            "ratio_to_floor_stretch": STRETCH,
        },
        "missed": missed,
        "not_measured": not_measured,
    }


def _molecules(count: int) -> tuple[list[str], str]:
    """Public molecules of several sets where there are any, else the reference set repeated."""
    if os.environ.get("FDD_DATA_DIR"):
        from fdd.data.sources import load

        pool: list[str] = []
        for name in ("cyp2d6_veith", "lipophilicity_astrazeneca", "solubility_aqsoldb"):
            table, mapping = load(name)
            pool += table.column(mapping.structure)
        distinct = list(dict.fromkeys(pool))
        return distinct[:: max(len(distinct) // count, 1)][:count], "CYP2D6, logD and AqSolDB sets"
    drugs = list(REFERENCE_SMILES.values())
    longer = [f"{'C' * n}{smiles}" for n in range(count // len(drugs) + 1) for smiles in drugs]
    return longer[:count], "reference set with growing chains (set FDD_DATA_DIR for real ones)"


def _floor(smiles: Sequence[str]) -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    for text in smiles:
        mol = Chem.MolFromSmiles(text)
        if mol is not None:
            generator.GetCountFingerprintAsNumPy(mol)


def _scaling(pipeline: Pipeline, smiles: Sequence[str]) -> dict[str, float]:
    """Wall seconds with one and two processes, the start of the processes included."""
    seconds = []
    for processes in (1, 2):
        start = time.perf_counter()
        pipeline.prepare(smiles, KEY, processes=processes)
        seconds.append(time.perf_counter() - start)
    return {
        "speedup_two_processes": round(seconds[0] / seconds[1], 2),
        "one_process_wall_s": round(seconds[0], 2),
        "two_processes_wall_s": round(seconds[1], 2),
    }


def _peer(name: str, smiles: Sequence[str]) -> float | None:
    """Best CPU seconds of a peer, or ``None`` without its environment."""
    python = python_of(name)
    if name not in _PEER_CODE or python is None:
        return None
    best = float("inf")
    for _ in range(2):
        done = subprocess.run(
            [str(python), "-c", _PEER_CODE[name] + _PEER_MAIN],
            input=json.dumps(list(smiles)),
            capture_output=True,
            text=True,
            check=True,
        )
        best = min(best, float(done.stdout.splitlines()[-1]))
    return best
