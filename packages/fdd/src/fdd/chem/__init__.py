"""Chemistry: from SMILES to parents, identities, keyed folds and features.

Nothing here opens a connection, and no structure leaves through a log, a ``repr`` or an error.
"""

from fdd.chem.features import Features
from fdd.chem.guard import MoleculeLimits
from fdd.chem.identity import Identity, identify
from fdd.chem.pipeline import Pipeline, PipelineOptions, Prepared, Progress
from fdd.chem.reference import ReferenceDigests
from fdd.chem.splits import Split, assign, keyed_fold, scaffold_of
from fdd.chem.standardize import Failure, Note, Parent, Standardizer, StandardizerOptions

__all__ = [
    "Failure",
    "Features",
    "Identity",
    "MoleculeLimits",
    "Note",
    "Parent",
    "Pipeline",
    "PipelineOptions",
    "Prepared",
    "Progress",
    "ReferenceDigests",
    "Split",
    "Standardizer",
    "StandardizerOptions",
    "assign",
    "identify",
    "keyed_fold",
    "scaffold_of",
]
