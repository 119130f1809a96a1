"""Structures stay where their owner put them: a canary goes through every failure of a site.

Its structure, in the spelling of the file and in every spelling that the product makes of it, and
its identifier must then be nowhere but in the owner's own file: the vault's copy is sealed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from rdkit import Chem

from fdd.cli.demo.processes import program
from fdd.data.drugs import DRUGS
from tests.integration.consortium import Consortium, run_cli, small_spec

CANARY = "FC(F)(F)Sc1cc(Br)c(C(=O)NCC2CC2I)cc1[N+](=O)[O-]"
NAME = "CANARY-7F3A"
ROWS = [
    f"{smiles},{name},{number % 40 / 10:.1f}"
    for number, (name, smiles) in enumerate(list(DRUGS.items())[:150])
]
ROW = f"{CANARY},{NAME},2.5"
SECONDS = 90.0
MOLECULE = Chem.MolFromSmiles(CANARY)
NEEDLES = sorted(
    text.encode().lower()
    for text in {
        CANARY,
        CANARY[:16],
        NAME,
        Chem.MolToSmiles(MOLECULE),
        Chem.MolToSmiles(MOLECULE, isomericSmiles=False),
        Chem.MolToSmiles(MOLECULE, kekuleSmiles=True),
        Chem.MolToInchi(MOLECULE),
        Chem.MolToInchiKey(MOLECULE),
    }
)
KEY = Chem.MolToInchiKey(MOLECULE)[:14].encode()
"""The key by which a prepared dataset tells molecules apart: it stays in the vault, sealed."""


def found_in(data: bytes) -> list[bytes]:
    folded = data.lower()
    return [needle for needle in NEEDLES if needle in folded]


def found_below(*roots: Path) -> list[str]:
    """Files in which the canary occurs; the vault is sealed, so it is searched like all else."""
    found = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            if found_in(str(path).encode()):
                found.append(str(path))
            if not path.is_file():
                continue
            data = path.read_bytes()
            if found_in(data) or KEY in data:
                found.append(str(path))
    return found


@pytest.fixture(scope="module")
def consortium(tmp_path_factory):
    made = Consortium(tmp_path_factory.mktemp("canary"), sites=1)
    try:
        made.prepare(small_spec(), molecules=100)
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def in_order(consortium):
    """Each test finds hub and agent at work, whatever became of the test before."""
    consortium.revive()


@pytest.fixture(scope="module")
def owner(tmp_path_factory):
    """Where the owner keeps files; not searched."""
    return tmp_path_factory.mktemp("owner")


@pytest.fixture
def site(consortium):
    return consortium.home / "site-0"


@pytest.fixture
def clean(consortium, site):
    """Whatever a command prints and writes is searched when the test is over."""
    outputs = []

    def run(*arguments, **options):
        done = run_cli("fdd-client", *arguments, "--folder", str(site), **options)
        outputs.append(done.stdout + done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    yield run
    for output in outputs:
        assert found_in(output.encode()) == [], output
        assert KEY.decode() not in output
    assert found_below(consortium.home) == []


def table(owner, name, *lines, header="smiles,id,logD"):
    path = owner / name
    path.write_text("\n".join([*([header] if header else []), *lines]) + "\n", "utf-8")
    return str(path)


def columns(owner, structure="smiles", value="logD"):
    path = owner / f"{structure}-{value}.json"
    mapping = {
        "structure": structure,
        "values": [{"column": value, "endpoint": "lipophilicity.logd74"}],
        "identifier": "id",
    }
    path.write_text(json.dumps(mapping))
    return str(path)


def test_the_search_finds_the_canary_where_it_is(owner):
    table(owner, "searched.csv", ROW)
    assert found_below(owner)


@pytest.mark.parametrize(
    ("name", "lines", "header"),
    [
        pytest.param(name, lines, header, id=name)
        for name, lines, header in [
            ("unclosed", [f'"{ROW}', ROW, ROW], "smiles,id,logD"),
            ("ragged", [f"{ROW},1,2,3,4", CANARY, f",,,{ROW}"], "smiles,id,logD"),
            ("headless", [ROW, ROW.replace("2.5", "2.6")], None),
            ("only-a-header", [], ROW),
            ("header-of-structures", ["1,2", "3,4"], f"{CANARY},{NAME}"),
            ("one-cell", [CANARY], None),
            ("nothing", [], None),
        ]
    ],
)
def test_a_broken_table(clean, owner, name, lines, header):
    file = table(owner, f"{name}.csv", *lines, header=header)
    for options in (("--endpoint", "lipophilicity.logd74"), ("--json",), ("--dry-run",)):
        assert clean("data", "add", file, "--name", "broken", *options).returncode in {1, 2, 5}


@pytest.mark.parametrize("name", ["broken.sdf", "broken.xlsx", "broken.parquet", "broken.csv.gz"])
def test_a_file_that_is_not_what_its_name_says(clean, owner, name):
    file = owner / name
    file.write_text(f"{ROW}\n{CANARY}\n", "utf-8")
    assert clean("data", "add", str(file)).returncode in {1, 2}


def test_bytes_that_are_no_text(clean, owner):
    file = owner / "bytes.csv"
    file.write_bytes(b"\xff\xfe\x00" + CANARY.encode() + b"\x00\xff\n" + ROW.encode("utf-16"))
    assert clean("data", "add", str(file)).returncode in {1, 2}


@pytest.mark.parametrize(
    ("structure", "value"), [("absent", "logD"), ("smiles", "absent"), ("logD", "smiles")]
)
def test_a_column_that_is_missing_or_another(clean, owner, structure, value):
    for header in ("smiles,id,logD", ROW):
        file = table(owner, f"columns-{len(header)}.csv", ROW, header=header)
        done = clean("data", "add", file, "--map", columns(owner, structure, value))
        assert done.returncode in {1, 2}


def test_a_mapping_that_is_itself_wrong(clean, owner):
    file = table(owner, "mapped.csv", ROW)
    mapping = owner / "wrong.json"
    mapping.write_text(json.dumps({"structure": CANARY, NAME: CANARY}))
    assert clean("data", "add", file, "--map", str(mapping)).returncode == 2


def test_structures_that_cannot_be_read(clean, owner):
    broken = [f"{CANARY}((,{NAME},1.0", f"{CANARY}%99X,{NAME},2.0", f"{CANARY} |$x$|,{NAME},3.0"]
    file = table(owner, "unparsable.csv", *ROWS, *broken)
    done = clean("data", "add", file, "--map", columns(owner), "--name", "unparsable")
    assert done.returncode == 0
    assert "kept aside" in done.stdout


def test_a_data_card_that_is_shared(clean, owner, consortium):
    file = table(owner, "carded.csv", *ROWS, ROW)
    assert clean("data", "add", file, "--map", columns(owner), "--name", "carded").returncode == 0
    digest = json.loads(clean("data", "card", "carded", "--json").stdout)["digest"]
    assert clean("data", "card", "carded", "--share", digest).returncode == 0
    until = time.monotonic() + SECONDS
    while not consortium.platform.data_cards():  # once shown, it stays: nobody withdraws it
        assert time.monotonic() < until
        time.sleep(0.2)


def test_values_that_are_structures(clean, owner):
    file = table(owner, "values.csv", *ROWS, f"{CANARY},{NAME},{CANARY}")
    clean("data", "add", file, "--map", columns(owner), "--name", "values")


def test_too_few_rows(clean, owner):
    file = table(owner, "few.csv", ROW)
    assert clean("data", "add", file, "--map", columns(owner), "--name", "few").returncode == 1


def test_a_full_disk_while_importing(clean, owner):
    file = table(owner, "full.csv", *ROWS, ROW)
    add = ("data", "add", file, "--map", columns(owner), "--name", "full")

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = clean(*add, preexec_fn=small)
    assert done.returncode not in {0, 1}
    assert "FDD-" in done.stderr
    listed = clean("data", "list", "--json")
    assert "full" not in [item["name"] for item in json.loads(listed.stdout)["items"]]
    assert clean(*add).returncode == 0, "the next try succeeds"


def test_an_interrupt_while_importing(clean, owner, site):
    file = table(owner, "interrupted.csv", *ROWS, ROW)
    arguments = ["data", "add", file, "--map", columns(owner), "--name", "interrupted"]
    for wait in (0.3, 1.0, 1.6):
        with subprocess.Popen(
            [program("fdd-client"), *arguments, "--folder", str(site)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGINT)
            output, _ = process.communicate(timeout=30)
        assert found_in(output) == []
    clean("data", "list")


def test_a_hub_that_cannot_be_reached(tmp_path):
    stray = tmp_path / "stray"
    done = run_cli(
        "fdd-client", "join", "https://127.0.0.1:1", "-", "--folder", str(stray), input=f"{NAME}\n"
    )
    assert done.returncode == 4
    assert found_in((done.stdout + done.stderr).encode()) == []
    assert found_below(stray) == []


def test_a_run_on_the_canarys_data_with_a_killed_training(clean, owner, consortium, site):
    """All that hub and site keep of a whole run."""
    file = table(owner, "trained.csv", *ROWS, ROW)
    added = clean("data", "add", file, "--map", columns(owner), "--name", "zz-trained")
    assert added.returncode == 0, added.stderr
    run_id = str(consortium.platform.submit(small_spec(rounds=3, sites=1))["run_id"])
    consortium.until(run_id, lambda run: run["phase"] == "train" and run["round"] >= 1)
    consortium.kill("site-0")
    consortium.start_site("site-0")
    ended = consortium.finish(run_id)
    assert ended["status"] == "completed", ended["stop_reason"]
    job = json.loads((site / "runs" / run_id / "job" / "job.json").read_bytes())
    assert "/zz-trained/" in job["dataset"]
    for command in (("status",), ("journal", "list"), ("report", run_id), ("doctor",)):
        clean(*command)


def test_a_training_that_fails(clean, consortium, site):
    settings = site / "client.toml"
    before = settings.read_text()
    consortium.kill("site-0")
    settings.write_text(before + "training_memory_mib = 64\n")
    cohort = {
        "minimum_sites": 1, "gather_seconds": 1, "deadline_seconds": 8, "offline_seconds": 8,
    }  # fmt: skip
    consortium.start_site("site-0")
    run_id = str(consortium.platform.submit(small_spec(rounds=2, cohort=cohort))["run_id"])
    assert consortium.finish(run_id, SECONDS)["status"] in {"failed", "stopped"}
    consortium.kill("site-0")
    settings.write_text(before)
    clean("status")


def test_a_full_disk_while_the_agent_works(clean, consortium, site):
    """The journal cannot grow: nothing is sent, nothing is lost, and the next agent goes on."""
    consortium.kill("site-0")
    size = (site / "journal.jsonl").stat().st_size

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 64, size + 64))

    process = subprocess.Popen(
        [program("fdd-client"), "run", "--folder", str(site)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # a pipe: the limit holds for every file
        preexec_fn=small,
    )
    run_id = str(consortium.platform.submit(small_spec(rounds=2, sites=1))["run_id"])
    until = time.monotonic() + SECONDS
    while "disk of this site is full" not in (told := clean("status").stdout):
        assert process.poll() is None, "the agent waits until there is room"
        assert time.monotonic() < until, told
    process.send_signal(signal.SIGTERM)
    log, _ = process.communicate(timeout=20)
    assert process.returncode == 0, log[-2000:]
    assert found_in(log) == []
    assert clean("journal", "verify").returncode == 0
    consortium.start_site("site-0")
    ended = consortium.finish(run_id)
    assert ended["status"] == "completed", ended["stop_reason"]
