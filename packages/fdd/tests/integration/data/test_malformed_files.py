"""A thousand malformed files, from bytes to certificate: each examined or refused, none hangs."""

import faulthandler
import io
import os
import random
from pathlib import Path

import openpyxl
import pytest
from rdkit import Chem

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.errors import FddError
from fdd.data.checks import run_checks
from fdd.data.examination import examine
from fdd.data.mapping import guess
from fdd.data.readers import read_table
from fdd.data.report import validity_report

KEY = b"0123456789abcdef"
FILES = 10_000 if os.environ.get("FDD_SOAK") else 1_000
SECONDS_A_FILE = 60

SMILES = ["CCO", "c1ccccc1O", "CC(=O)Oc1ccccc1C(=O)O", "[Na+].[O-]C(=O)C", "C[C@H](N)C(=O)O"]
BROKEN = [
    "C1CC", "c1ccccc1(", "[Xx]", "CC(C)(C)(C)(C)C", "C%99", "*", "C\nC", "C" * 5000, "[2H]", "()",
    "[" * 300, "C1" * 200, "=A1+1", "@SUM(A1)", "CCO |$a$|", "\x00", "아스피린", "aspirin", "#REF!",
    "(" * 800 + "C" + ")" * 800, "C.C.C." * 100, "[C--]", "c1cccc1", "N#N#N", "[99999C]",
]  # fmt: skip
VALUES = [
    "1.5", "-2", "<3", ">10", "1,5", "1.234,5", "nan", "", "inf", "1e400", "-1e-400", "~5", "=1+1",
    "3-Jan", "2024-01-03", "0x1F", "1/2", "１.５", "+-3", "1.2.3", "\u202e5", "> 4", "≥2", "N/A",
    "--", "9" * 400,
]  # fmt: skip
HEADERS = [
    "SMILES,logD", "smiles;logD", "구조\tlogD", "SMILES,logD,logD", ",",
    '"SMILES\n(as drawn)",logD',
    "SMILES,logD,unit,relation", "name,logD", "SMILES", "logD,SMILES", "SMILES,herg ic50 [nM]", "",
]  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949", "latin-1"]
ENDPOINTS = ["", "lipophilicity.logd74", "herg.pic50", "herg.inhibition", "ppb.bound"]


def csv_file(chance: random.Random) -> bytes:
    header = chance.choice(HEADERS)
    delimiter = ";" if ";" in header else "\t" if "\t" in header else ","
    lines = [header]
    bad = chance.choice([0.0, 0.1, 0.3, 0.9])
    for _ in range(chance.randint(0, 30)):
        cells = [chance.choice(BROKEN if chance.random() < bad else SMILES)]
        for _ in range(header.count(delimiter)):
            odd = chance.random() < bad
            cells.append(chance.choice(VALUES) if odd else f"{chance.gauss(2, 1):.2f}")
        if chance.random() < 0.05:
            cells.append("extra")
        quote = '"' if chance.random() < 0.1 else ""
        lines.append(delimiter.join(f"{quote}{cell}{quote}" for cell in cells))
    ending = chance.choice(["\n", "\r\n", "\r", "\n\n"])
    if header.startswith("logD"):
        lines = [lines[0], *(delimiter.join(line.split(delimiter)[::-1]) for line in lines[1:])]
    return ending.join(lines).encode(chance.choice(ENCODINGS), "replace")


def sdf_file(chance: random.Random) -> bytes:
    text = io.StringIO()
    with Chem.SDWriter(text) as writer:
        for _ in range(chance.randint(1, 6)):
            mol = Chem.MolFromSmiles(chance.choice(SMILES))
            mol.SetProp("logD", chance.choice(["1.5", "-2", "<3", "x"]))
            writer.write(mol)
    lines = text.getvalue().split("\n")
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(lines))
        action = chance.random()
        if action < 0.3:
            del lines[at]
        elif action < 0.6:
            lines[at] = chance.choice(["$$$$", "M  END", ">  <logD>", "9" * 6, "\x00", " 5 4 0"])
        else:
            lines.insert(at, lines[chance.randrange(len(lines))])
    return "\n".join(lines).encode()


def xlsx_file(chance: random.Random) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if chance.random() < 0.3:
        sheet.append(["exported on a Monday"])
        sheet.merge_cells("A1:B1")
    sheet.append(["SMILES", "logD"])
    for _ in range(chance.randint(0, 8)):
        sheet.append([chance.choice(SMILES), chance.choice([1.5, None, True, "=A1", "<3", "x"])])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(0, 3)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(0, len(changed))] if chance.random() < 0.2 else changed)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(PipelineOptions(featurizer="ecfp4-counts"))


@pytest.mark.parametrize("part", range(10))
def test_malformed_files_are_examined_or_refused(
    tmp_path: Path, pipeline: Pipeline, part: int
) -> None:
    makers = {"csv": csv_file, "sdf": sdf_file, "xlsx": xlsx_file}
    examined = refused = 0
    for number in range(FILES // 10):
        chance = random.Random(f"{part} {number}")
        ending = chance.choices(list(makers), (0.8, 0.15, 0.05))[0]
        content = makers[ending](chance)
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(damaged(content, chance) if chance.random() < 0.3 else content)
        faulthandler.dump_traceback_later(SECONDS_A_FILE, exit=True)
        try:
            table = read_table(path)
            mapping = guess(table, chance.choice(ENDPOINTS)).mapping
            if mapping is None:
                refused += 1
                continue
            found = examine(table, mapping, pipeline, KEY)
            validity_report(found.view, found.certificate, found.findings, "ko")
            assert run_checks(found.view) == found.findings
            examined += 1
        except FddError:
            refused += 1
        finally:
            faulthandler.cancel_dump_traceback_later()
    assert examined + refused == FILES // 10
    assert min(examined, refused) > FILES // 100
