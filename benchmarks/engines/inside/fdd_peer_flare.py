"""No-op rounds inside NVIDIA FLARE: a controller that sends a model, sites that send it back."""

import json
import time

import numpy as np
from nvflare.apis.executor import Executor
from nvflare.app_common.abstract.fl_model import FLModel, ParamsType
from nvflare.app_common.utils.fl_model_utils import FLModelUtils
from nvflare.app_common.workflows.model_controller import ModelController

__all__ = ["Echo", "Rounds"]


class Rounds(ModelController):
    """Sends the model to all sites, waits for all, averages; a line in ``sink`` after each round.

    FLARE 2.9.0 looks whether a task is complete every 0.2 s, whatever ``task_check_period`` says.

    Args:
        values: 32-bit values in the model.
        rounds: How many rounds.
        sites: How many sites to wait for.
        sink: File of the lines.
    """

    def __init__(self, values, rounds, sites, sink):
        super().__init__(persistor_id="", ignore_result_error=True, task_check_period=0.02)
        self._values, self._rounds, self._sites, self._sink = values, rounds, sites, sink

    def run(self):
        """See ``ModelController``."""
        model = np.ones(self._values, np.float32)
        for number in range(1, self._rounds + 1):
            begun, answers = time.perf_counter(), []
            self.send_model(
                targets=self.sample_clients(self._sites),
                data=FLModel(params={"w": model}, params_type=ParamsType.FULL),
                callback=lambda answer, kept=answers: kept.append(answer.params["w"]),
                timeout=600,
            )
            while self.get_num_standing_tasks():
                if self.abort_signal.triggered:
                    return
                time.sleep(0.002)
            model = np.mean(answers, axis=0, dtype=np.float32)
            line = {"round": number, "seconds": time.perf_counter() - begun, "n": len(answers)}
            with open(self._sink, "a") as file:  # noqa: PTH123 - as simple as can be
                file.write(json.dumps(line) + "\n")


class Echo(Executor):
    """Sends back what it got."""

    def execute(self, task_name, shareable, fl_ctx, abort_signal):
        """See ``Executor``."""
        got = FLModelUtils.from_shareable(shareable)
        return FLModelUtils.to_shareable(
            FLModel(params=got.params, params_type=ParamsType.FULL, current_round=0)
        )
