"""Predictions through the walls: a real process, a real model, a site's own molecules."""

from __future__ import annotations

import csv
import json
import shutil
import threading

import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.errors import MappingError, UnitError
from fdd.language import Language, speak
from fdd.models import ModelInputError
from fdd.prediction.asked import units_of
from fdd_client.agent.served import ServedModelDamagedError
from fdd_client.main import predicting
from fdd_client.prediction import open_session
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import VaultError

ENDPOINT = "lipophilicity.logd74"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


@pytest.fixture(scope="module")
def session(serving):
    with open_session(serving) as opened:
        yield opened


def test_structures_are_answered_with_pictures_and_own_neighbours(session, molecules):
    done = session.structures([ASPIRIN, "no structure", molecules[0]], [], {})
    good, bad, own = done.molecules
    assert good.problem is None
    assert good.picture.startswith("<?xml")
    found = good.endpoints[ENDPOINT]
    assert (found.binary, found.label) == (False, "")
    assert found.verdict == "unknown"  # few molecules were kept aside here
    assert found.atoms.startswith("<?xml")
    assert "<ellipse" in found.atoms
    assert (bad.problem, bad.picture, bad.nearest) == ("unparsable", None, ())
    assert len(own.nearest) == 3
    assert own.nearest[0].values[ENDPOINT] >= 0
    assert own.nearest[0].picture.startswith("<?xml")


def test_many_structures_come_without_a_picture_of_atoms(session):
    done = session.structures([ASPIRIN] * 21, [], {})
    assert {molecule.endpoints[ENDPOINT].atoms for molecule in done.molecules} == {None}


def test_errors_come_through_the_walls_as_what_they_are(session):
    with pytest.raises(UnitError):
        session.structures([ASPIRIN], [], {ENDPOINT: "furlong"})
    with pytest.raises(ModelInputError):
        session.structures([ASPIRIN], ["herg.pic50"], {})
    assert session.structures([ASPIRIN], [], {}).molecules


def test_a_process_that_is_killed_is_started_again(session):
    before = session.structures([ASPIRIN], [], {})
    session.close()
    after = session.structures([ASPIRIN], [], {})
    assert after.molecules == before.molecules


def test_a_process_outlives_the_thread_that_asked_first(session):
    session.close()
    asking = threading.Thread(target=session.structures, args=([ASPIRIN], [], {}))
    asking.start()
    asking.join()
    started = session._answers.pid
    assert started is not None
    assert session.structures([ASPIRIN], [], {}).molecules
    assert session._answers.pid == started


def test_a_file_is_predicted_by_the_command(serving, tmp_path, capsys):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", newline="") as file:
        csv.writer(file).writerows([("id", "SMILES"), ("a", ASPIRIN), ("b", "((")])
    before = set(serving.root.glob(".predict-*"))
    predicting.predict_table(serving, None, source, target, "", [], {}, True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rows"], answer["failed"], answer["run_id"]) == (2, 1, "run-1")
    assert answer["problems"] == {"unparsable": 1}
    with target.open() as file:
        first, second = csv.DictReader(file)
    assert first["id"] == "a"
    assert float(first[f"{ENDPOINT}.low"] or -99) < float(first[ENDPOINT])
    assert second["problem"] == "unparsable"
    assert set(serving.root.glob(".predict-*")) == before


def test_what_cannot_be_predicted_is_refused_and_leaves_nothing(serving, tmp_path):
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("x,y\n1,2\n")
    with pytest.raises(MappingError):
        predicting.predict_table(serving, None, numbers, tmp_path / "o.csv", "", [], {}, False)
    with pytest.raises(InvalidInputError):
        predicting.predict_table(serving, None, numbers, tmp_path / "o.pdf", "", [], {}, False)
    with pytest.raises(InvalidInputError):
        predicting.predict_structures(serving, None, [], [], {}, False)
    assert not list(tmp_path.glob("o.*"))


def test_structures_and_models_are_printed_for_people(serving, capsys):
    predicting.predict_structures(serving, "run-1", [ASPIRIN, "(("], [], {}, False)
    text = capsys.readouterr().out
    assert ENDPOINT in text
    assert "nearest own molecule" in text
    assert "This is not a structure that can be read." in text
    predicting.list_models(serving, False)
    assert "run-1" in capsys.readouterr().out


def test_a_card_is_printed_in_the_language_asked_for(serving, capsys):
    speak(Language.KO)
    predicting.show_card(serving, None, False)
    speak(Language.EN)
    assert capsys.readouterr().out.startswith("# 모델 카드: test")
    predicting.show_card(serving, "run-1", True)
    assert json.loads(capsys.readouterr().out)["run_id"] == "run-1"


def test_a_damaged_model_or_lost_data_end_before_any_process(serving, tmp_path):
    copied = SiteFolder(tmp_path / "copy")
    shutil.copytree(serving.root, copied.root)
    weights = copied.runs / "run-1" / "models" / "local.safetensors"
    data = weights.read_bytes()
    weights.write_bytes(data[:-1] + b"\0")
    with pytest.raises(ServedModelDamagedError), open_session(copied):
        pass
    weights.write_bytes(data)
    shutil.rmtree(copied.vault / "main")
    with pytest.raises(VaultError), open_session(copied):
        pass


def test_units_are_pairs():
    assert units_of(["herg.pic50=nM"]) == {"herg.pic50": "nM"}
    with pytest.raises(InvalidInputError):
        units_of(["nM"])
