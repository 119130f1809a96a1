"""``fdd-client predict``: the site's own models on a file or on a few structures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fdd.core.errors import InvalidInputError
from fdd.language import coded, padded, speaking, told
from fdd.protocol.predictions import MOST_STRUCTURES, MoleculeAnswer
from fdd.training import ServedCard
from fdd_client.agent.served import ServedModels
from fdd_client.main.output import emit, say
from fdd_client.prediction import Session, card_of, open_session
from fdd_client.settings import SiteFolder

__all__ = ["list_models", "predict_structures", "predict_table", "show_card"]


def list_models(folder: SiteFolder, as_json: bool) -> None:
    """Print the runs that left a model here."""
    models = ServedModels(folder)
    cards = [models.open(run_id).card for run_id in models.runs()]
    emit(as_json, {"items": [card.model_dump(mode="json") for card in cards]})
    if as_json:
        return
    if not cards:
        say("No run has left a model here yet.")
    for card in cards:
        say(f"{card.run_id}  {card.run}")
        for endpoint in card.endpoints:
            way, rows = padded(told(endpoint.way), 12), endpoint.training_rows
            say(f"  {endpoint.endpoint:32} {way} {told(f'{rows} molecules')}")


def predict_table(
    folder: SiteFolder,
    run_id: str | None,
    source: Path,
    target: Path,
    column: str,
    endpoints: Sequence[str],
    units: dict[str, str],
    as_json: bool,
) -> None:
    """Predict a file into a file."""
    if not source.is_file():
        raise InvalidInputError(f"There is no file {source.name}", hint="Check its name")

    def moved(share: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{share:4.0%}")

    with open_session(folder, run_id, [source]) as session:
        done = session.file(
            source, target, column=column, endpoints=endpoints, units=units, progress=moved
        )
        card = session.served.card
    if sys.stderr.isatty():
        sys.stderr.write("\r")
    emit(as_json, {"run_id": card.run_id, "file": str(target), **done.model_dump(mode="json")})
    if as_json:
        return
    say(f"{done.rows} rows → {target}, {done.failed} without a prediction, {done.seconds:.1f} s")
    for reason, count in done.problems.items():
        say(f"  {count}: {coded('failures', reason)}")
    for name, count in done.outside.items():
        say(f"  {name}: {count} outside the domain")


def predict_structures(
    folder: SiteFolder,
    run_id: str | None,
    structures: Sequence[str],
    endpoints: Sequence[str],
    units: dict[str, str],
    as_json: bool,
) -> None:
    """Predict structures and print them; they come from standard input, never from arguments,
    which other people on the machine can read."""
    if not 1 <= len(structures) <= MOST_STRUCTURES:
        raise InvalidInputError(
            f"Between 1 and {MOST_STRUCTURES} structures can be asked for at once",
            hint="Put more of them into a file: fdd-client predict FILE",
        )
    with open_session(folder, run_id) as session:
        done = session.structures(structures, endpoints, units)
        emit(as_json, done.model_dump(mode="json"))
        if as_json:
            return
        _heading(session)
    for number, molecule in enumerate(done.molecules, 1):
        _molecule(number, molecule, session.served.card)


def show_card(folder: SiteFolder, run_id: str | None, as_json: bool) -> None:
    """Print the card of a model."""
    card = card_of(folder, run_id)
    emit(as_json, card.model_dump(mode="json"))
    if not as_json:
        sys.stdout.write(card.markdown(speaking().value))


def _heading(session: Session) -> None:
    card = session.served.card
    say(f"{card.run} ({card.run_id})")


def _molecule(number: int, molecule: MoleculeAnswer, card: ServedCard) -> None:
    if molecule.problem is not None:
        say(f"{number}. {coded('failures', molecule.problem)}")
        return
    near = molecule.nearest[0] if molecule.nearest else None
    like = ""
    if near is not None:
        like = told(f"nearest own molecule {near.name}, similarity {near.similarity:.2f}")
    say(f"{number}. {like}")
    for endpoint in card.endpoints:
        found = molecule.endpoints.get(endpoint.endpoint)
        if found is None or found.value is None:
            continue
        ends = ""
        if found.low is not None and found.high is not None:
            ends = f" [{found.low:.3g}, {found.high:.3g}]"
        spoken = (coded("labels", found.label), coded("verdicts", found.verdict))
        words = " · ".join(word for word in spoken if word)
        say(f"   {endpoint.endpoint:32} {found.value:.3g} {found.unit}{ends} {words}")
