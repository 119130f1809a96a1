"""The card of a model that this site serves."""

from __future__ import annotations

from fdd.core.ids import RunId
from fdd.prediction.modelcard import ModelCard, model_card
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.served import ServedModels
from fdd_client.settings import SiteFolder

__all__ = ["card_of"]


def card_of(folder: SiteFolder, run_id: RunId | None = None) -> ModelCard:
    """The card of the model of a run, the newest when None.

    Raises:
        NoServedModelError: if there is none.
        ServedModelDamagedError: if its seal does not hold.
    """
    served = ServedModels(folder).open(run_id)
    value = RunFolder(folder, served.run_id).value()
    if value is None:
        raise AssertionError("a model is kept after its report")
    return model_card(served.card, value)
