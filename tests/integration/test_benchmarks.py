"""The benchmark of models: its small form runs, is kept, and makes whole pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.real_data, pytest.mark.timeout(600)]

_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmarks")


def run(home: Path, data: Path, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "fam", "--quick", "--json", *arguments],
        cwd=ROOT,
        env={**os.environ, "FDD_BENCH_DIR": str(home), "FDD_DATA_DIR": str(data), **_THREADS},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_a_finished_cell_is_kept_and_pages_are_made_of_it(home, data_dir):
    first = run(home, data_dir, "--pages", str(home / "pages"))
    kept = {path: json.loads(path.read_text()) for path in (home / "fam" / "cells").glob("*.json")}
    (cell,) = (path for path, content in kept.items() if "partners" in content)
    assert len(kept) == 2  # trees are kept apart
    written, stored = cell.stat().st_mtime_ns, kept[cell]
    assert len(stored["partners"]) == 4
    assert all(row["own"]["n"] and row["others"]["n"] for row in stored["partners"])
    assert run(home, data_dir)["measures"] == first["measures"]
    assert cell.stat().st_mtime_ns == written
    assert first["missed"] == []
    assert first["not_measured"]
    for language, word in (("en", "## Targets"), ("ko", "## 목표")):
        page = (home / "pages" / language / "fam-benchmark.md").read_text()
        assert stored["digest"][:16] in page
        assert word in page
    plots = list((home / "pages" / "images").glob("*.svg"))
    assert len(plots) == 6
    for plot in plots:
        text = plot.read_text().strip()
        assert text.startswith("<svg")
        assert text.endswith("</svg>")
        assert "nan" not in text
