from __future__ import annotations

import pytest

from fdd.cli.brought import Brought
from fdd.core.errors import InvalidInputError
from fdd.core.plugins import UnknownPluginError
from fdd.core.spec import RunSpec
from fdd.data.errors import MappingError
from fdd.protocol.codec import decode
from fdd.storage import DirectoryStore, read_blob


def spec(strategy: str) -> RunSpec:
    return RunSpec.model_validate(
        {
            "name": "test",
            "endpoints": [{"id": "lipophilicity.logd74", "head": "shared"}],
            "training": {"rounds": 1},
            "strategy": {"name": strategy},
            "data": {"featurizer": "descriptors-fast"},
        }
    )


@pytest.fixture
def structures(tmp_path):
    file = tmp_path / "public.csv"
    file.write_text("name,smiles\na,CCO\nb,c1ccccc1O\nagain,CCO\nnone,\n", "utf-8")
    return file


def test_public_structures_become_features_that_the_run_names(structures, tmp_path):
    store = DirectoryStore(tmp_path / "blobs")
    named = Brought(transfer=structures).named_in(spec("distil"), store)
    kept = decode(read_blob(store, named.strategy.transfer))
    assert len(kept["transfer/starts"]) == 3, "two molecules, one of them twice in the file"
    assert b"CCO" not in read_blob(store, named.strategy.transfer)
    again = Brought(transfer=structures).named_in(spec("distil"), store)
    assert again.digest() == named.digest()


def test_a_run_that_averages_weights_has_no_use_for_them(structures, tmp_path):
    for brought in (Brought(transfer=structures), Brought(teachers=("boosting",))):
        with pytest.raises(InvalidInputError, match="distil"):
            brought.named_in(spec("fedavg"), DirectoryStore(tmp_path / "blobs"))


def test_a_table_without_structures_is_refused(tmp_path):
    file = tmp_path / "numbers.csv"
    file.write_text("a,b\n1,2\n3,4\n", "utf-8")
    with pytest.raises(MappingError):
        Brought(transfer=file).named_in(spec("distil"), DirectoryStore(tmp_path / "blobs"))


def test_teachers_are_dealt_in_turn_and_must_be_known():
    brought = Brought(teachers=("boosting", "linear-ecfp"))
    assert brought.dealt(["a", "b", "c"]) == {"a": "boosting", "b": "linear-ecfp", "c": "boosting"}
    assert Brought().dealt(["a"]) == {}
    with pytest.raises(UnknownPluginError):
        Brought(teachers=("forest",)).dealt(["a"])
