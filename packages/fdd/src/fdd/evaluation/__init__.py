"""How good predictions are: one function per score, one table of names."""

from fdd.evaluation.scores import SCORES, Score, better, score

__all__ = ["SCORES", "Score", "better", "score"]
