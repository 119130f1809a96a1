"""``fdd data`` as a person uses it."""

from __future__ import annotations

import json
import subprocess

import pytest

from fdd.cli.demo.processes import program

CANARY = "CC(C)(C)c1cc(I)c(Br)c(C#C)c1"


def fdd(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("fdd"), "data", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def table(tmp_path):
    rows = [f"{'C' * n}c1ccccc1,{n / 10}" for n in range(1, 80)]
    path = tmp_path / "assays.csv"
    path.write_text("smiles,logD\n" + "\n".join([*rows, f"{CANARY},1.5", f"{CANARY}((,2"]), "utf-8")
    return path


def test_a_file_is_checked_and_reported_in_both_languages(table, tmp_path):
    for language in ("ko", "en"):
        page = tmp_path / f"{language}.html"
        done = fdd("check", str(table), "--html", str(page), "--language", language, "--json")
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["admitted"] == ["lipophilicity.logd74"]
        assert document["kept_aside"] == 1
        text = page.read_text("utf-8")
        assert f'lang="{language}"' in text
        assert "http" not in text
        assert CANARY not in text + done.stdout + done.stderr


def test_prepare_keeps_reasons_and_no_structures(table, tmp_path):
    out = tmp_path / "prepared"
    done = fdd("prepare", str(table), "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kept_aside"] == 1
    assert "structure" in (out / "rejected.csv").read_text()
    for path in out.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes()
    again = fdd("prepare", str(table), "--out", str(out))
    assert again.returncode == 2
    assert "exists" in again.stderr


def test_prepare_splits_by_cluster_or_time(tmp_path):
    rows = [f"{'C' * n}c1ccccc1,{n / 10},20{10 + n % 10}-01-01" for n in range(1, 80)]
    path = tmp_path / "dated.csv"
    path.write_text("smiles,logD,date\n" + "\n".join(rows), "utf-8")
    done = fdd("prepare", str(path), "--out", str(tmp_path / "t"), "--split", "time", "--json")
    splits = json.loads(done.stdout)["splits"]
    assert splits["train"] > splits["test"] > 0
    done = fdd("prepare", str(path), "--out", str(tmp_path / "c"), "--split", "cluster")
    assert done.returncode == 0, done.stderr
    certificate = json.loads((tmp_path / "c" / "certificate.json").read_text())
    stored = json.loads((tmp_path / "c" / "dataset" / "dataset.json").read_text())
    assert certificate["dataset"] == stored["digest"]


def test_blocked_data_end_with_status_1(tmp_path):
    path = tmp_path / "few.csv"
    rows = "".join(f"{'C' * n}c1ccccc1,{n / 10}\n" for n in range(1, 12))
    path.write_text(f"smiles,logD\n{rows}", "utf-8")
    assert fdd("check", str(path), "--endpoint", "lipophilicity.logd74").returncode == 1


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"", ()),
        (b"smiles,logD\n", ()),
        (b"name,other\na,b\n", ()),
        (b"\xff\xfe\x00broken", ()),
        (b"smiles,logD\nCCO,1\n", ("--endpoint", "no.such.endpoint")),
    ],
)
def test_bad_input_is_an_error_with_a_next_step(tmp_path, content, arguments):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = fdd("check", str(path), *arguments)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    if done.returncode == 2:
        assert "→" in done.stderr


@pytest.fixture
def piled(tmp_path):
    values = [3] * 12 + [round(3 * 1.1**n, 2) for n in range(1, 60)]
    rows = [f"{'C' * (n + 1)}c1ccccc1,{value}" for n, value in enumerate(values)]
    path = tmp_path / "clearance.csv"
    path.write_text("smiles,CLint\n" + "\n".join(rows), "utf-8")
    return path


def test_a_correction_is_shown_made_and_undone(piled, tmp_path):
    listed = tmp_path / "fixes.json"
    how = [str(piled), "--endpoint", "clearance.microsome.human", "--unit", "uL/min/mg"]
    fix = ["fix", *how, "--corrections", str(listed), "--json"]
    code = "piled_up_extremes:clearance.microsome.human"
    assert code in json.loads(fdd(*fix).stdout)["offered"]
    shown = json.loads(fdd(*fix, "--finding", code).stdout)
    assert code in shown["gone"]
    assert not listed.exists()
    fdd(*fix, "--finding", code, "--yes")
    checked = json.loads(fdd("check", *how, "--corrections", str(listed), "--json").stdout)
    assert "piled_up_extremes" not in {f["code"] for f in checked["findings"]}
    assert json.loads(fdd(*fix, "--undo", "1", "--yes").stdout)["corrections"] == 0
    checked = json.loads(fdd("check", *how, "--corrections", str(listed), "--json").stdout)
    assert "piled_up_extremes" in {f["code"] for f in checked["findings"]}


def test_names_instead_of_structures_are_called_that(tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("compound,logD\naspirin,1.2\nibuprofen,3.1\ncaffeine,-0.1\n", "utf-8")
    done = fdd("check", str(path), "--endpoint", "lipophilicity.logd74")
    assert done.returncode == 2
    assert "FDD-1327" in done.stderr
    assert "holds names" in done.stderr


def test_a_header_that_is_a_formula_stays_text_in_what_is_written(tmp_path):
    path = tmp_path / "formula.csv"
    rows = [f"{'C' * n}c1ccccc1,{n / 10}" for n in range(1, 80)]
    path.write_text('smiles,"=logD(1)"\n' + "\n".join([*rows, "CCO,=A1"]), "utf-8")
    out = tmp_path / "out"
    fdd("prepare", str(path), "--endpoint", "lipophilicity.logd74", "--out", str(out))
    assert "'=logD(1)" in (out / "rejected.csv").read_text("utf-8")


def test_a_mapping_that_is_wrong_says_which_field_and_what_was_meant(table, tmp_path):
    path = tmp_path / "map.json"
    value = {"column": "logD", "endpoint": "lipophilicity.logd74", "units": ""}
    path.write_text(json.dumps({"structure": "smiles", "values": [value]}), "utf-8")
    done = fdd("check", str(table), "--map", str(path))
    assert done.returncode == 2
    assert "'values.0.units' is not a known name" in done.stderr
    assert "Did you mean 'unit'?" in done.stderr


def test_endpoints_are_listed_and_found_by_words():
    found = json.loads(fdd("endpoints", "hERG", "--json").stdout)["items"]
    assert found[0]["id"] == "herg.pic50"
    assert "lipophilicity.logd74" in fdd("endpoints").stdout


def test_without_a_unit_only_the_missing_unit_is_reported(piled):
    done = fdd("check", str(piled), "--endpoint", "clearance.microsome.human", "--json")
    codes = {finding["code"] for finding in json.loads(done.stdout)["findings"]}
    assert "unit_missing" in codes
    assert not codes & {"out_of_range", "piled_up_extremes"}


def test_a_full_disk_is_said_and_leaves_nothing_half_written(table, tmp_path):
    limited = f"ulimit -f 1; exec {program('fdd')} data prepare {table} --out {tmp_path / 'out'}"
    done = subprocess.run(
        ["bash", "-c", limited], capture_output=True, text=True, check=False, timeout=120
    )
    assert "FDD-1201" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
