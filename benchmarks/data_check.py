"""Validity checks: wall seconds to examine all 22 TDC sets, report page and certificate included.

Two processes share the sets, longest first, as a site with two cores would. What the checks then
say about the sets is counted, so that a fast run that finds nothing is noticed.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from rdkit import rdBase

__all__ = ["TITLE", "run"]

TITLE = "data_check: all 22 TDC sets through every validity check"

TARGET_S = 150.0
ROWS = 81_809
KEY = b"benchmark fold key"

# Longest first; `--quick` takes the last six.
SETS = (
    "cyp2c9_veith", "cyp2d6_veith", "cyp3a4_veith", "solubility_aqsoldb", "ames", "ld50_zhu",
    "lipophilicity_astrazeneca", "ppbr_az", "bbb_martins", "vdss_lombardo", "pgp_broccatelli",
    "clearance_hepatocyte_az", "clearance_microsome_az", "caco2_wang",
    "cyp2c9_substrate_carbonmangels", "cyp2d6_substrate_carbonmangels",
    "cyp3a4_substrate_carbonmangels", "half_life_obach", "herg", "bioavailability_ma", "hia_hou",
    "dili",
)  # fmt: skip
QUICK = 6


def run(quick: bool, against: Sequence[str]) -> dict[str, Any]:
    """Examine the sets; ``quick`` takes the six smallest in this process."""
    sets = SETS[-QUICK:] if quick else SETS
    if not os.environ.get("FDD_DATA_DIR"):
        return _result({}, [], ["everything: FDD_DATA_DIR names no folder with the public data"])
    started = time.perf_counter()
    if quick:
        seen = [_examined(name) for name in sets]
    else:
        os.environ["OMP_NUM_THREADS"] = "1"
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            seen = list(pool.map(_examined, sets))
    wall = time.perf_counter() - started
    rows = sum(each["rows"] for each in seen)
    measures = {
        "wall_s": round(wall, 1),
        "cpu_s": round(sum(each["cpu_s"] for each in seen), 1),
        "rows_per_s": round(rows / wall),
        "sets": len(sets),
        "rows": rows,
        "certificates_that_pass": sum(each["passes"] for each in seen),
        "report_bytes": sum(each["report_bytes"] for each in seen),
    }
    for severity in ("block", "warn", "note"):
        measures[f"findings_{severity}"] = sum(each[severity] for each in seen)
    missed = [] if quick or wall <= TARGET_S else [f"wall_s ≤ {TARGET_S:g}"]
    if not quick and rows != ROWS:
        missed.append(f"rows = {ROWS}")
    left = [f"{len(SETS) - QUICK} larger sets; wall_s ≤ {TARGET_S:g}"] if quick else []
    return _result(measures, missed, left + [f"against {peer}: no such peer" for peer in against])


def _result(measures: dict[str, Any], missed: list[str], left: list[str]) -> dict[str, Any]:
    return {
        "name": "data_check",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, RDKit {rdBase.rdkitVersion}",
        "measures": measures,
        "targets": {"wall_s": TARGET_S},
        "missed": missed,
        "not_measured": left,
    }


def _examined(name: str) -> dict[str, Any]:
    """One set, read from its files, up to the report page and the certificate."""
    from fdd.chem.pipeline import Pipeline, PipelineOptions
    from fdd.data.examination import declared, examine
    from fdd.data.readers import read_table
    from fdd.data.report import validity_report
    from fdd.data.sources import SOURCES, public_data_directory
    from fdd.data.table import joined

    start = time.process_time()
    source = SOURCES[name]
    tables = [read_table(public_data_directory() / path) for path in source.files]
    table = joined(name, tables)
    pipeline = Pipeline(PipelineOptions(featurizer="ecfp4-counts"))
    examined = examine(table, source.mapping, pipeline, KEY, splits=declared(tables))
    page = validity_report(examined.view, examined.certificate, examined.findings, "en")
    found = [finding.severity.value for finding in examined.findings]
    return {
        "rows": len(table),
        "passes": examined.certificate.passes,
        "report_bytes": len(page.encode()),
        "cpu_s": time.process_time() - start,
        **{severity: found.count(severity) for severity in ("block", "warn", "note")},
    }
