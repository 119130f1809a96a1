"""What is wrong with a document: the field, what is allowed, a near name; never a value."""

import pytest
from pydantic import ValidationError

from fdd.core.errors import SpecError
from fdd.core.explain import explained
from fdd.core.spec import RunSpec, load_spec
from fdd.data.mapping import ColumnMapping

CANARY = "CC(C)(C)c1cc(I)c(Br)c(C#C)c1"


def problem(model, document):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document)
    return explained(caught.value, model)


MAPPING = {"structure": "smiles", "values": [{"column": "v", "endpoint": "herg.pic50"}]}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"values": [{"column": "v", "endpoint": "herg.pic50", "units": "nM"}]},
         "values.0.units", "Did you mean 'unit'?"),
        ({"values": [{"column": "v"}]}, "values.0.endpoint", "is missing"),
        ({"structure": 3}, "structure", "must be text"),
        ({"values": []}, "values", "at least 1"),
        ({"values": [{"column": "v", "endpoint": "herg.pic5"}]}, "", "herg.pic50"),
        ({"values": [{"column": "v", "endpoint": "hERG pIC50"}]},
         "values.0.endpoint", "lower-case letters"),
        ({"specie": "Species"}, "specie", "Did you mean 'species'?"),
        ({CANARY: "x"}, "?", "Known here: structure"),
        ({"structure": [CANARY]}, "structure", "must be text"),
    ],
)  # fmt: skip
def test_the_field_and_what_it_allows_are_said(change, field, says):
    found = problem(ColumnMapping, {**MAPPING, **change})
    assert found.field == field
    assert says in f"{found.problem}. {found.advice}"
    assert CANARY not in found.sentence("a.json") + found.advice


def test_words_that_are_allowed_are_listed():
    found = problem(RunSpec, {"name": "x", "endpoints": [{"id": "herg.pic50", "head": "own"}]})
    assert found.field == "endpoints.0.head"
    assert "'shared' or 'private'" in found.advice


def test_a_specification_that_is_wrong_says_what_is_allowed(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text('name="x"\nendpoints=[{id="herg.pic50"}]\n[training]\nround=3\n', "utf-8")
    with pytest.raises(SpecError, match=r"training\.round") as caught:
        load_spec(path)
    assert "Did you mean 'rounds'?" in caught.value.hint
