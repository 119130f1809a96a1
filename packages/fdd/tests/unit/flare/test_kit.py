"""A relay is put into a kit by its own operator, into ``local/`` only."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fdd.cli.app import app
from fdd.core.errors import InvalidInputError
from fdd.flare.kit import add_hub_relay, add_site_relay


@pytest.fixture
def kit(tmp_path):
    def make(startup):
        for name in ("startup", "local"):
            (tmp_path / name).mkdir()
        (tmp_path / "startup" / startup).write_text("{}")
        given = {"components": [{"id": "resource_manager", "path": "x", "args": {}}]}
        (tmp_path / "local" / "resources.json.default").write_text(json.dumps(given))
        return tmp_path

    return make


def components(path):
    return {c["id"]: c for c in json.loads(path.read_text())["components"]}


def test_a_site_keeps_its_components_and_gets_one_relay_however_often_it_is_added(kit, tmp_path):
    folder = kit("fed_client.json")
    add_site_relay(folder, tmp_path / "a.sock")
    found = components(add_site_relay(folder, tmp_path / "b.sock"))
    assert set(found) == {"resource_manager", "fdd_relay"}
    assert found["fdd_relay"]["args"] == {"socket": str(tmp_path / "b.sock")}


def test_a_server_gets_the_hub_and_its_authority(kit, tmp_path):
    found = components(
        add_hub_relay(kit("fed_server.json"), "https://hub:8443", tmp_path / "ca.pem")
    )
    assert found["fdd_relay"]["args"] == {
        "hub": "https://hub:8443",
        "authority": str(tmp_path / "ca.pem"),
    }


def test_no_argument_of_a_component_has_a_name_that_flare_takes_for_a_component(kit, tmp_path):
    found = components(add_hub_relay(kit("fed_server.json"), "https://hub", None))
    assert not {"path", "name", "class_path"} & set(found["fdd_relay"]["args"])


def test_the_wrong_kit_a_long_path_and_a_plain_address_are_refused(kit, tmp_path):
    folder = kit("fed_client.json")
    with pytest.raises(InvalidInputError):
        add_hub_relay(folder, "https://hub:8443", None)
    with pytest.raises(InvalidInputError):
        add_site_relay(folder, tmp_path / ("long" * 40))
    with pytest.raises(InvalidInputError):
        add_hub_relay(folder, "http://hub:8443", None)
    assert not (folder / "local" / "resources.json").exists()


def test_resources_that_are_not_flares_are_refused(kit, tmp_path):
    folder = kit("fed_client.json")
    (folder / "local" / "resources.json").write_text("[]")
    with pytest.raises(InvalidInputError):
        add_site_relay(folder, tmp_path / "a.sock")


@pytest.mark.parametrize(
    ("startup", "arguments", "component"),
    [
        ("fed_client.json", ("site", "--socket", "/run/fdd.sock"), "fdd.flare.site_side.SiteRelay"),
        ("fed_server.json", ("hub", "--url", "https://hub"), "fdd.flare.hub_side.HubRelay"),
    ],
)
def test_the_commands_name_the_file_that_they_changed(kit, startup, arguments, component):
    command, *options = arguments
    done = CliRunner().invoke(
        app, ["flare", command, str(kit(startup)), *options, "--json"], catch_exceptions=False
    )
    changed = json.loads(done.stdout)["changed"]
    found = Path(changed).read_text()
    assert component in found
    assert "resource_manager" in found
