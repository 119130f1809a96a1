"""From structures to numbers that say how far they may be trusted."""

from fdd.prediction.own import OwnMolecules
from fdd.prediction.predictor import Attribution, EndpointPrediction, Predictions, Predictor
from fdd.prediction.store import load_model, save_model

__all__ = [
    "Attribution",
    "EndpointPrediction",
    "OwnMolecules",
    "Predictions",
    "Predictor",
    "load_model",
    "save_model",
]
