"""What a simulated run takes from files: a trunk, public molecules to label, and who labels how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fdd.core.arrays import Arrays
from fdd.core.errors import InvalidInputError
from fdd.core.ids import BlobId, SiteId
from fdd.core.spec import RunSpec
from fdd.storage.blobs import BlobStore

__all__ = ["Brought"]


@dataclass(frozen=True)
class Brought:
    """See the module.

    Attributes:
        trunk: A model whose trunk the run starts from.
        transfer: A table of public structures that the sites label.
        teachers: What the sites teach with, dealt in turn; empty = the run's own family.
    """

    trunk: Path | None = None
    transfer: Path | None = None
    teachers: tuple[str, ...] = ()

    def named_in(self, spec: RunSpec, store: BlobStore) -> RunSpec:
        """The specification with what is put where the run finds it.

        Raises:
            InvalidInputError: if a file cannot be read, or the run has no use for it.
            ModelInputError: if a file holds nothing of use.
        """
        if not spec.distils and (self.transfer or self.teachers):
            raise InvalidInputError(
                "--transfer and --teachers are for runs that distil",
                hint='Set name = "distil" under [strategy]',
            )
        if self.trunk is not None:
            kept = _kept(store, _trunk(self.trunk))
            model = spec.model.model_copy(update={"start": None, "trunk": kept})
            spec = spec.model_copy(update={"model": model})
        if self.transfer is not None:
            kept = _kept(store, _transfer(self.transfer, spec.data.featurizer))
            strategy = spec.strategy.model_copy(update={"transfer": kept})
            spec = spec.model_copy(update={"strategy": strategy})
        return spec

    def dealt(self, sites: Sequence[SiteId]) -> dict[SiteId, str]:
        """Site → what it teaches with.

        Raises:
            UnknownPluginError: if a teacher is neither boosting nor a model family.
        """
        from fdd.models import FAMILIES
        from fdd.training.teacher import BOOSTING

        for name in set(self.teachers) - {BOOSTING}:
            FAMILIES.get(name)
        if not self.teachers:
            return {}
        return {site: self.teachers[n % len(self.teachers)] for n, site in enumerate(sites)}


def _kept(store: BlobStore, tensors: Arrays) -> BlobId:
    from fdd.protocol.codec import encode_pieces, encoded_size

    return store.write(encoded_size(tensors.layout), encode_pieces(tensors)).id


def _trunk(file: Path) -> Arrays:
    from fdd.models.trunk import trunk_of
    from fdd.protocol.codec import decode

    try:
        return trunk_of(decode(file.read_bytes()))
    except OSError as error:
        raise InvalidInputError(
            f"{file.name} cannot be read: {error.strerror}", hint="Give a safetensors file"
        ) from error


def _transfer(file: Path, featurizer: str) -> Arrays:
    """Features of the molecules of a file; which scaffolds they have does not matter here."""
    from fdd.chem.pipeline import Pipeline, PipelineOptions
    from fdd.data.mapping import structure_column
    from fdd.data.readers import read_table
    from fdd.models.transfer import transfer_set

    table = read_table(file)
    smiles = list(dict.fromkeys(table.column(structure_column(table))))
    pipeline = Pipeline(PipelineOptions(featurizer=featurizer))
    return transfer_set(pipeline.prepare(smiles, bytes(32)).features)
