"""A prediction process of one served model: asked many times, started once."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fdd.core.errors import revived
from fdd.core.ids import RunId
from fdd.protocol.predictions import StructuresAnswer
from fdd.training import fingerprint_bits
from fdd_client.agent.served import Served, ServedModels
from fdd_client.sandbox import Answers, Job, Refused, available
from fdd_client.sandbox.questions import FileAnswer, PredictJob, PredictQuestion
from fdd_client.settings import SiteFolder, load_settings
from fdd_client.vault.entry import STRUCTURES
from fdd_client.vault.errors import VaultError
from fdd_client.vault.vault import Vault

__all__ = ["Session", "open_session"]

Progress = Callable[[float], None]


class Session:
    """Answers questions about one model; only one is answered at a time.

    Attributes:
        served: The model, whose seal held when the session was opened.
    """

    def __init__(self, served: Served, answers: Answers) -> None:
        self.served = served
        self._answers = answers
        self._one = threading.Lock()

    def structures(
        self, smiles: Sequence[str], endpoints: Sequence[str], units: Mapping[str, str]
    ) -> StructuresAnswer:
        """Predict a few structures, with pictures and nearest own training molecules.

        Raises:
            ModelInputError, UnitError: as ``Predictor``.
            TrainingFailedError: if the process died.
        """
        question = PredictQuestion(
            structures=tuple(smiles), endpoints=tuple(endpoints), units=dict(units)
        )
        return StructuresAnswer.model_validate(self._ask(question, _silent, _always))

    def file(
        self,
        source: Path,
        target: Path,
        *,
        column: str = "",
        endpoints: Sequence[str] = (),
        units: Mapping[str, str] | None = None,
        progress: Progress | None = None,
        wanted: Callable[[], bool] | None = None,
    ) -> FileAnswer:
        """Predict a file that the session may read, or lies in its folder.

        ``wanted`` is asked twice a second; once it says no, the work stops.

        Raises:
            FddError: as ``fdd.prediction.files.predict_file``.
            TrainingFailedError: if the process died or is no longer wanted.
        """
        question = PredictQuestion(
            file=str(source.resolve()),
            target=target.name,
            column=column,
            endpoints=tuple(endpoints),
            units=dict(units or {}),
        )
        done = FileAnswer.model_validate(
            self._ask(question, progress or _silent, wanted or _always)
        )
        made = self._answers.job.folder / target.name
        if made.resolve() != target.resolve():
            shutil.move(made, target)
        return done

    @property
    def folder(self) -> Path:
        """Where files can be put for the process."""
        return self._answers.job.folder

    def close(self) -> None:
        """End the process."""
        self._answers.stop()

    def _ask(
        self, question: PredictQuestion, progress: Progress, wanted: Callable[[], bool]
    ) -> object:
        with self._one:
            try:
                return self._answers.ask(question, progress, wanted)
            except Refused as refused:
                raise revived(refused.failed) from None


@contextmanager
def open_session(
    folder: SiteFolder, run_id: RunId | None = None, readable: Sequence[Path] = ()
) -> Iterator[Session]:
    """A session for the model of a run, the newest when None.

    Args:
        folder: The site.
        run_id: The run.
        readable: Files that the process may read, beside the model and its training data.

    Raises:
        NoServedModelError: if the run left no model here.
        ServedModelDamagedError: if its seal does not hold.
        VaultError: if the data that it was trained on are gone.
    """
    served = ServedModels(folder).open(run_id)
    vault = Vault(folder)
    try:
        entry = vault.entry(served.dataset, served.version)
    except VaultError as error:
        raise VaultError(
            f"Dataset '{served.dataset}' {served.version}, which the model learned from, is gone",
            hint="Import it again and take part in a new run",
            dataset=served.dataset,
        ) from error
    settings = load_settings(folder.root)
    # Similarity needs the fingerprint; where the import made the same one, its features do.
    bits = fingerprint_bits(served.card.featurizer)
    same = bits == fingerprint_bits(entry.featurizer)
    featurizer = "" if same else served.card.featurizer
    with (
        vault.open(entry, "prediction", structures=True, featurizer=featurizer) as opened,
        tempfile.TemporaryDirectory(prefix=".predict-", dir=folder.root) as place,
    ):
        job = PredictJob(
            model=str(served.folder.resolve()),
            dataset=str(opened.dataset),
            structures=str(opened.path / STRUCTURES),
        )
        seen = [served.folder, opened.path, *readable]
        answers = Answers(
            Job(
                folder=Path(place),
                description=job,
                readable=[path.resolve() for path in seen],
                level=next(iter(available()), "none"),
                mode="predict",
                timeout_seconds=settings.training_timeout_seconds,
            )
        )
        session = Session(served, answers)
        try:
            yield session
        finally:
            session.close()


def _silent(share: float) -> None:
    del share


def _always() -> bool:
    return True
