"""Data of a site: reading, endpoints and units, datasets, validity checks and certificates."""

from fdd.data.aggregate import BuildResult, build
from fdd.data.certificate import ValidityCertificate, certify
from fdd.data.checks import DataView, Finding, Severity, run_checks
from fdd.data.consortium import ConsortiumStatistics
from fdd.data.dataset import Dataset
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.examination import Examination, examine
from fdd.data.mapping import ColumnMapping, Guess, ValueColumn, guess
from fdd.data.readers import read_table
from fdd.data.table import Limits, Table

__all__ = [
    "BuildResult",
    "ColumnMapping",
    "ConsortiumStatistics",
    "DataView",
    "Dataset",
    "Endpoint",
    "Examination",
    "Finding",
    "Guess",
    "Limits",
    "Severity",
    "Table",
    "ValidityCertificate",
    "ValueColumn",
    "build",
    "catalogue",
    "certify",
    "examine",
    "guess",
    "read_table",
    "run_checks",
]
