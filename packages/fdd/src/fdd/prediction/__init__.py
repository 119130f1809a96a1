"""From structures to numbers that say how far they may be trusted."""

from fdd.prediction.own import OwnMolecules
from fdd.prediction.predictor import EndpointPrediction, Predictions, Predictor
from fdd.prediction.store import load_model, save_model

__all__ = [
    "EndpointPrediction",
    "OwnMolecules",
    "Predictions",
    "Predictor",
    "load_model",
    "save_model",
]
