"""The pipeline version that a site has accepted: signed by the hub, and proved on this machine."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from fdd.chem.guard import MoleculeLimits
from fdd.chem.pipeline import Pipeline
from fdd.core.errors import InvalidInputError
from fdd.data.bundle import PipelineBundle, bundle_of
from fdd.protocol.signing import PublicKey
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import PipelineDiffersError

__all__ = ["accept_pipeline", "accepted_bundle", "site_pipeline"]

_KIND = "pipeline"


def accept_pipeline(folder: SiteFolder, path: Path) -> PipelineBundle:
    """Accept a signed bundle, if this installation computes what it declares.

    Raises:
        InvalidInputError: if the file is no signed bundle.
        SignatureError: if the hub that this site joined did not sign it.
        PipelineDiffersError: if a step gives another result here; it says which.
        RdkitVersionError: if it is declared for another RDKit release.
    """
    try:
        signed = SignedStatement.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path.name} is not a signed pipeline", hint="Ask the consortium for the file again"
        ) from error
    bundle = _opened(folder, signed)
    _refuse_differences(bundle)
    folder.write_private(folder.pipeline, signed.model_dump_json(indent=1).encode())
    return bundle


def accepted_bundle(folder: SiteFolder) -> PipelineBundle | None:
    """The accepted bundle; ``None`` while the pipeline of the installed release is used.

    Raises:
        SignatureError: if the stored one was changed.
    """
    if not folder.pipeline.exists():
        return None
    signed = SignedStatement.model_validate_json(folder.pipeline.read_bytes())
    return _opened(folder, signed)


def site_pipeline(folder: SiteFolder) -> Pipeline:
    """The pipeline that prepares this site's data, proved again on the reference set.

    Raises:
        PipelineDiffersError: if the installation no longer computes what was accepted.
    """
    bundle = accepted_bundle(folder)
    if bundle is None:
        return Pipeline(limits=MoleculeLimits())
    _refuse_differences(bundle)
    return Pipeline(bundle.options, limits=MoleculeLimits())


def _opened(folder: SiteFolder, signed: SignedStatement) -> PipelineBundle:
    hub = PublicKey(folder.identity().hub_key)
    return open_statement(signed, _KIND, PipelineBundle, hub)


def _refuse_differences(bundle: PipelineBundle) -> None:
    steps = bundle.differences()
    if steps:
        raise PipelineDiffersError(
            f"This installation differs from pipeline {bundle.name} in: {', '.join(steps)}",
            hint="Install the release of FDD that the consortium uses, then accept it again",
            pipeline=bundle.name,
            steps=", ".join(steps),
            reference=bundle_of(bundle.name, bundle.options).reference_hash,
        )
