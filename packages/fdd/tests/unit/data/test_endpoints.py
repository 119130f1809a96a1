from pathlib import Path

import pytest

from fdd.core.ids import is_name
from fdd.data.endpoints import Catalogue, Endpoint, catalogue
from fdd.data.errors import CatalogueError, UnknownEndpointError
from fdd.data.sources import SOURCES
from fdd.data.units import measure_of


def test_catalogue_holds_the_usual_panel() -> None:
    assert len(catalogue().ids()) >= 45
    assert {"lipophilicity.logd74", "herg.inhibition", "cyp2d6.inhibition"} <= set(
        catalogue().ids()
    )


def test_every_public_source_has_its_endpoints() -> None:
    for source in SOURCES.values():
        for value in source.mapping.values:
            assert value.endpoint in catalogue()


@pytest.mark.parametrize(
    "endpoint", list(catalogue().endpoints()), ids=lambda endpoint: endpoint.id
)
def test_endpoint_is_complete(endpoint: Endpoint) -> None:
    assert is_name(endpoint.id)
    assert endpoint.name("en") != endpoint.name("ko")
    assert any("가" <= letter <= "힣" or letter.isascii() for letter in endpoint.name_ko)
    assert measure_of(endpoint).scale == endpoint.scale
    if endpoint.credible_range is not None:
        assert endpoint.credible_range.low < endpoint.credible_range.high


def test_unknown_endpoint_names_the_closest() -> None:
    with pytest.raises(UnknownEndpointError) as caught:
        catalogue().get("herg.inhibit")
    assert "herg.inhibition" in caught.value.hint


def test_binary_endpoint_must_say_what_one_means() -> None:
    entry = catalogue().get("herg.inhibition").model_dump() | {"positive_en": ""}
    with pytest.raises(ValueError, match="what 1 means"):
        Endpoint.model_validate(entry)


def test_metric_must_fit_the_kind() -> None:
    entry = catalogue().get("lipophilicity.logd74").model_dump() | {"metric": "auroc"}
    with pytest.raises(ValueError, match="another kind"):
        Endpoint.model_validate(entry)


def test_ids_must_differ() -> None:
    entry = catalogue().get("herg.inhibition")
    with pytest.raises(ValueError, match="share an id"):
        Catalogue(version="1", endpoint=(entry, entry))


def test_catalogue_is_extended_by_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'version = "own"\n[[endpoint]]\nid = "plasma-stability.human"\ncategory = "metabolism"\n'
        'name_en = "Plasma stability"\nname_ko = "혈장 안정성"\nkind = "regression"\n'
        'quantity = "share left after an hour"\nunit = "%"\n',
        "utf-8",
    )
    extended = catalogue().extended(path)
    assert extended.get("plasma-stability.human").unit == "%"
    assert extended.version == f"{catalogue().version}+own"
    assert extended.digest() != catalogue().digest()


@pytest.mark.parametrize("text", ["version = ", 'version = "1"\n[[endpoint]]\nid = "x"\n'])
def test_broken_catalogue_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue().extended(path)
    assert caught.value.params["file"] == "own.toml"


def test_missing_catalogue_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError):
        catalogue().extended(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("logD", "lipophilicity.logd74"),
        ("hERG IC50", "herg.pic50"),
        ("cyp 2d6 inhibition", "cyp2d6.inhibition"),
        ("ames", "ames.mutagenicity"),
        ("caco-2", "caco2.papp"),
        ("lipophilicity.logd7.4", "lipophilicity.logd74"),
    ],
)
def test_what_people_write_finds_the_endpoint(asked: str, first: str) -> None:
    assert catalogue().near(asked)[0] == first


def test_words_of_both_languages_find_endpoints_and_nonsense_finds_none() -> None:
    assert "solubility.aqueous" in catalogue().near("용해도")
    assert catalogue().near("no.such.endpoint") == []


def test_a_catalogue_file_that_is_wrong_names_the_field(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('version="1"\n[[endpoint]]\nid="a.b"\ncategory="other"\n', "utf-8")
    with pytest.raises(CatalogueError, match=r"endpoint\.0\.category") as caught:
        catalogue().extended(path)
    assert "absorption" in caught.value.hint
