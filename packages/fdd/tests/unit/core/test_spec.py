from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from fdd.core.errors import SpecError, UnknownPluginError, all_errors
from fdd.core.ids import is_name, new_id
from fdd.core.plugins import Registry
from fdd.core.seeds import derive_seed
from fdd.core.spec import PrivacySpec, RunSpec, load_spec, spec_document

MINIMAL = {"name": "r", "endpoints": [{"id": "lipophilicity.logd74"}]}
GOLDEN = "7e965a8924057c582785ca47d3bbcd3a6275721f978133b2538ee8bef8f6c6df"


def test_defaults_are_part_of_the_digest():
    implicit = RunSpec.model_validate(MINIMAL)
    explicit = RunSpec.model_validate({**MINIMAL, "training": {"rounds": 20}})
    assert implicit.digest() == explicit.digest()
    other = RunSpec.model_validate({**MINIMAL, "training": {"rounds": 21}})
    assert other.digest() != implicit.digest()


def test_the_digest_survives_a_round_trip_through_json():
    spec = RunSpec.model_validate(MINIMAL)
    assert RunSpec.model_validate_json(spec.model_dump_json()).digest() == spec.digest()


def test_the_digest_is_the_same_for_ever():
    # Sites have signed it: a change here breaks approvals and needs a new spec version. What they
    # sign is complete, so another default is another specification, not another digest of this one.
    complete = MINIMAL | {"personalization": {"epochs": 5, "learning_rate": 2e-4}}
    assert RunSpec.model_validate(complete).digest() == GOLDEN


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"endpoints": []},
        {"endpoints": [{"id": "A b"}]},
        {"endpoints": [{"id": "x"}, {"id": "x"}]},
        {"training": {"rounds": 0}},
        {"training": {"learning_rate": float("nan")}},
        {"privacy": {"mode": "sealed"}},
        {"cohort": {"minimum_sites": 3, "sample": 2}},
    ],
)
def test_what_is_unknown_or_impossible_is_refused(change):
    with pytest.raises(ValidationError):
        RunSpec.model_validate({**MINIMAL, **change})


def test_late_updates_are_refused_where_updates_are_not_open():
    sealed = PrivacySpec.model_construct(mode="sealed", aggregator="hub")
    late = {**MINIMAL, "cohort": {"late_rounds": 1}}
    assert RunSpec.model_validate(late).cohort.late_rounds == 1
    with pytest.raises(ValidationError, match="open"):
        RunSpec.model_validate({**late, "privacy": sealed})


def test_a_specification_cannot_be_changed():
    with pytest.raises(ValidationError):
        RunSpec.model_validate(MINIMAL).seed = 2


def test_files_are_read_as_toml_and_json(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(MINIMAL))
    (tmp_path / "a.toml").write_text('name = "r"\n[[endpoints]]\nid = "lipophilicity.logd74"\n')
    assert load_spec(tmp_path / "a.json") == load_spec(tmp_path / "a.toml")


def test_a_bad_file_says_which_field(tmp_path):
    (tmp_path / "a.toml").write_text('name = "r"\nround = 3\n[[endpoints]]\nid = "x"\n')
    with pytest.raises(SpecError, match="round") as caught:
        load_spec(tmp_path / "a.toml")
    assert caught.value.hint
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(tmp_path / "missing.toml")


def test_streams_of_different_labels_differ():
    seeds = {derive_seed(1, *labels) for labels in [("ab", "c"), ("a", "bc"), ("abc",), ()]}
    assert len(seeds) == 4
    assert all(0 <= seed < 1 << 63 for seed in seeds)


def test_ids_sort_by_time_and_are_names():
    ids = [new_id("run") for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(map(is_name, ids))
    assert not is_name("../x")
    assert not is_name("")


def test_error_codes_are_unique():
    assert all_errors()["FDD-1005"] is SpecError


def test_a_registry_loads_only_what_is_allowed():
    registry: Registry[object] = Registry("thing", {"json": "json:dumps"})
    assert registry.get("json") is json.dumps
    with pytest.raises(UnknownPluginError) as caught:
        registry.get("jso")
    assert "json" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [("run.toml", 'name = ""\nnobody = 1\n'), ("run.json", '{"name": "", "nobody": 1}')],
)
def test_a_document_is_read_whatever_it_says(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert spec_document(tmp_path / name) == {"name": "", "nobody": 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [("run.toml", "name = "), ("run.json", "{"), ("run.json", "[]"), ("run.toml", "seed = nan")],
)
def test_what_is_no_document_is_refused(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(SpecError):
        spec_document(tmp_path / name)
