"""A version of the pipeline as data: what is declared, and what it must compute.

A consortium signs it; a site accepts it only if its own installation computes the same on the
public reference set. Code does not travel: a bundle chooses among what the installed release has.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.reference import ReferenceDigests
from fdd.core.ids import Digest, Name
from fdd.data.endpoints import catalogue

__all__ = ["PipelineBundle", "bundle_of"]


class PipelineBundle(BaseModel):
    """One version.

    Attributes:
        name: Of the version, such as ``2026.2``.
        options: All choices that decide what a SMILES becomes.
        reference: What each step makes of the public reference set.
        catalogue: Digest of the endpoint catalogue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    name: Name
    options: PipelineOptions
    reference: ReferenceDigests
    catalogue: Digest
    reference_hash: Digest = Field(description="Over all steps; what a run names.")

    def differences(self) -> list[str]:
        """Names of what this installation computes or holds differently; empty if nothing.

        Raises:
            RdkitVersionError: if the bundle is declared for another RDKit release.
            UnknownPluginError: if it names a featuriser that is not installed.
        """
        mine = bundle_of(self.name, self.options)
        steps = mine.reference.differing_steps(self.reference)
        return steps + (["catalogue"] if mine.catalogue != self.catalogue else [])


def bundle_of(name: str, options: PipelineOptions | None = None) -> PipelineBundle:
    """The bundle of what is installed here.

    Raises:
        RdkitVersionError: if ``options`` are declared for another RDKit release.
        UnknownPluginError: if they name a featuriser that is not installed.
    """
    pipeline = Pipeline(options)
    return PipelineBundle(
        name=name,
        options=pipeline.options,
        reference=pipeline.reference,
        catalogue=catalogue().digest(),
        reference_hash=pipeline.reference_hash(),
    )
