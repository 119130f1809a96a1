"""Values and rules that everything else is written in; imports nothing of fdd."""

from fdd.core.arrays import Array, Arrays, Layout, group_of
from fdd.core.canonical import canonical_bytes, canonical_digest
from fdd.core.metrics import Mean, MetricKey, MetricRow, Metrics
from fdd.core.record import Exclusion, RoundRecord
from fdd.core.ring import FixedPoint
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec, load_spec
from fdd.core.update import Update

__all__ = [
    "Array",
    "Arrays",
    "Exclusion",
    "FixedPoint",
    "Layout",
    "Mean",
    "MetricKey",
    "MetricRow",
    "Metrics",
    "RoundRecord",
    "RunSpec",
    "Update",
    "canonical_bytes",
    "canonical_digest",
    "derive_seed",
    "group_of",
    "load_spec",
]
