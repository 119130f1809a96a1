"""Other features of molecules that are in the vault: what a run's family reads.

A dataset is imported once, with one featuriser. A run that names another one gets features made
from the vault's structures when it opens the data, in memory, outside the training process, which
sees features and never a structure (docs/adr/0007 and 0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fdd.chem.pipeline import Pipeline
from fdd.data.dataset import Dataset
from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import VaultError
from fdd_client.vault.pipelines import site_pipeline

__all__ = ["featurised", "pipeline_with"]


def pipeline_with(folder: SiteFolder, featurizer: str) -> Pipeline:
    """The site's pipeline with another featuriser, and its limits for each molecule.

    Raises:
        UnknownPluginError: if there is no such featuriser here.
        PipelineDiffersError: if the installation no longer computes what was accepted.
    """
    own = site_pipeline(folder)
    options = own.options.model_copy(update={"featurizer": featurizer})
    return Pipeline(options, limits=own.limits)


def featurised(
    dataset: Dataset, structures: Mapping[str, tuple[str, str]], pipeline: Pipeline, key: bytes
) -> Dataset:
    """The same molecules, labels and folds with the features of ``pipeline``.

    Args:
        dataset: As it was imported.
        structures: Parent key → (structure as the file gives it, identifier).
        pipeline: With the wanted featuriser.
        key: The consortium's fold key.

    Raises:
        VaultError: if a structure no longer leads to the molecule that was imported.
    """
    smiles = [structures[name][0] for name in dataset.keys.tolist()]
    rows = pipeline.prepare(smiles, key)
    if not np.array_equal(rows.keys, dataset.keys):
        raise VaultError(
            "Structures in the vault no longer lead to the molecules that were imported",
            hint="Import the file again: fdd-client data add",
        )
    info = dataset.info.model_copy(
        update={"pipeline": pipeline.identity(), "width": pipeline.width}
    )
    return replace(dataset, info=info, features=rows.features)
