"""A pipeline version is accepted only when it is signed and computes the same here."""

import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.bundle import bundle_of
from fdd.protocol.errors import SignatureError
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import sign_statement
from fdd_client.vault.errors import PipelineDiffersError
from fdd_client.vault.importing import import_file
from fdd_client.vault.pipelines import accept_pipeline, accepted_bundle, site_pipeline
from fdd_client.vault.vault import Vault


@pytest.fixture
def hub(site):
    key = SigningKey()
    identity = site.identity().model_copy(update={"hub_key": key.public.hex})
    site.write_private(site.identity_file, identity.model_dump_json().encode())
    return key


@pytest.fixture
def signed(hub, tmp_path):
    def make(bundle, key=None):
        path = tmp_path / "pipeline.json"
        path.write_text(sign_statement("pipeline", bundle, key or hub, "hub").model_dump_json())
        return path

    return make


def test_a_signed_version_is_accepted_and_prepares_what_is_imported(
    site, signed, tmp_path, table_of, molecules, mapping
):
    bundle = bundle_of("2026.2")
    assert accept_pipeline(site, signed(bundle)) == bundle
    assert accepted_bundle(site) == bundle
    assert site_pipeline(site).reference_hash() == bundle.reference_hash
    import_file(site, table_of(tmp_path / "a.csv", molecules), "main", mapping=mapping)
    assert Vault(site).entry("main").certificate.reference == bundle.reference_hash


@pytest.mark.parametrize("step", ["standardize", "identity", "splits", "features"])
def test_another_result_of_a_step_is_named_and_refused(site, signed, step):
    bundle = bundle_of("2026.2")
    other = bundle.model_copy(
        update={"reference": bundle.reference.model_copy(update={step: "0" * 64})}
    )
    with pytest.raises(PipelineDiffersError) as caught:
        accept_pipeline(site, signed(other))
    assert caught.value.params["steps"] == step
    assert not site.pipeline.exists()


def test_another_catalogue_is_named(site, signed):
    with pytest.raises(PipelineDiffersError, match="catalogue"):
        accept_pipeline(site, signed(bundle_of("x").model_copy(update={"catalogue": "0" * 64})))


def test_only_the_hub_of_this_site_may_sign(site, signed, tmp_path):
    with pytest.raises(SignatureError):
        accept_pipeline(site, signed(bundle_of("2026.2"), SigningKey()))
    rubbish = tmp_path / "x.json"
    rubbish.write_text("{}")
    with pytest.raises(InvalidInputError):
        accept_pipeline(site, rubbish)


def test_what_was_accepted_is_proved_again_before_data_are_prepared(
    site, hub, tmp_path, table_of, molecules, mapping
):
    bundle = bundle_of("2026.2")
    drifted = bundle.model_copy(
        update={"reference": bundle.reference.model_copy(update={"features": "0" * 64})}
    )
    stored = sign_statement("pipeline", drifted, hub, "hub").model_dump_json().encode()
    site.write_private(site.pipeline, stored)
    with pytest.raises(PipelineDiffersError):
        import_file(site, table_of(tmp_path / "a.csv", molecules), "main", mapping=mapping)
