"""The hub signs a pipeline version that it computes itself; sites check the signature."""

import json

import pytest
from typer.testing import CliRunner

from fdd.data.bundle import PipelineBundle, bundle_of
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_server.app.main import app
from fdd_server.kernel.keys import HubKeys


@pytest.fixture
def sign(home, tmp_path):
    def go(*arguments):
        out = tmp_path / "pipeline.json"
        given = ["pipeline", "sign", str(home.root), "2026.2", "--out", str(out), *arguments]
        return CliRunner().invoke(app, given), out

    return go


def test_the_installed_version_is_signed_with_the_hubs_key_and_audited(sign, home):
    done, out = sign("--json")
    assert done.exit_code == 0, done.output
    signed = SignedStatement.model_validate_json(out.read_bytes())
    key = HubKeys(home.keys).signing.public
    assert open_statement(signed, "pipeline", PipelineBundle, key) == bundle_of("2026.2")
    assert json.loads(done.output)["reference"] == bundle_of("2026.2").reference_hash


def test_a_version_that_this_installation_computes_differently_is_not_signed(sign, tmp_path):
    other = bundle_of("x")
    changed = other.reference.model_copy(update={"features": "0" * 64})
    path = tmp_path / "bundle.json"
    path.write_text(other.model_copy(update={"reference": changed}).model_dump_json())
    done, out = sign("--bundle", str(path))
    assert done.exit_code == 2
    assert "features" in done.output
    assert not out.exists()


def test_a_file_that_is_no_version_says_which_field(sign, tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text('{"name": "x"}')
    done, _ = sign("--bundle", str(path))
    assert done.exit_code == 2
    assert "'options' is missing" in done.output
