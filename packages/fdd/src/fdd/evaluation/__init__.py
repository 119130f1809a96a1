"""How good predictions are, how far they may be trusted, and whether a difference is noise."""

from fdd.evaluation.comparison import Compared, Estimate, Judged, Verdict, compare, reaches_quorum
from fdd.evaluation.gains import Gains, gains, riptop
from fdd.evaluation.intervals import BANDS, IntervalCalibration, band_of, calibrate_intervals
from fdd.evaluation.pooled import Pooled, PooledIntervals, PooledSets
from fdd.evaluation.probabilities import ProbabilityCalibration, calibrate_probabilities
from fdd.evaluation.reliability import Reliability, ReliabilityBin, reliability
from fdd.evaluation.scores import SCORES, Score, better, score

__all__ = [
    "BANDS",
    "SCORES",
    "Compared",
    "Estimate",
    "Gains",
    "IntervalCalibration",
    "Judged",
    "Pooled",
    "PooledIntervals",
    "PooledSets",
    "ProbabilityCalibration",
    "Reliability",
    "ReliabilityBin",
    "Score",
    "Verdict",
    "band_of",
    "better",
    "calibrate_intervals",
    "calibrate_probabilities",
    "compare",
    "gains",
    "reaches_quorum",
    "reliability",
    "riptop",
    "score",
]
