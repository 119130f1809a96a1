"""``fdd train`` and ``fdd predict``: one institution's own file, without a platform."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from blake3 import blake3

from fdd.chem.pipeline import Pipeline
from fdd.cli.answering import answer_file, answer_lines, asked_lines
from fdd.cli.output import console, preparing, print_json
from fdd.core.errors import InvalidInputError
from fdd.core.seeds import derive_seed
from fdd.core.spec import DataSpec, EndpointSpec, PersonalizationSpec, RunSpec
from fdd.data.checks import Severity, worded
from fdd.data.dataset import Dataset
from fdd.data.examination import Examination, examine
from fdd.data.mapping import guess
from fdd.data.names import shown_name
from fdd.data.readers import read_table
from fdd.data.rejected import write_rejected
from fdd.data.unmapped import not_mapped
from fdd.language import Language, padded, speaking, told
from fdd.models import FAMILIES
from fdd.prediction import OwnMolecules, Predictor, load_model, save_model
from fdd.prediction.asked import place_for
from fdd.prediction.modelcard import model_card
from fdd.prediction.seal import require_intact, seal
from fdd.protocol.codec import encode
from fdd.training import fingerprint_bits, finish, site_data
from fdd.training.personalize import train_alone

__all__ = ["predict", "train"]

_OWN: Final = "own"
_KNOWN: Final = "known.json"
_REJECTED: Final = "rejected.csv"


def train(
    file: Path,
    target: Path,
    endpoint: str,
    unit: str,
    seed: int,
    as_json: bool,
) -> None:
    """Train, choose, calibrate and judge on one file; keep the model in a folder.

    Raises:
        InvalidInputError: if the checks let nothing of the file be trained on.
    """
    out = console()
    table = read_table(file)
    proposal = guess(table, endpoint, unit)
    if proposal.mapping is None:
        raise not_mapped(table, proposal)
    mapping = proposal.mapping
    key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
    with preparing() as progress:
        examined = examine(table, mapping, Pipeline(), key, progress=progress)
    _say_findings(examined)
    view = examined.view
    admitted = examined.certificate.admitted_endpoints
    if not admitted:
        raise InvalidInputError(
            f"{shown_name(file)} may not be trained on as it is",
            hint="Mend what blocks it: fdd data check FILE says how, fdd data fix does it",
        )
    spec = RunSpec(
        name=file.name.partition(".")[0][:80],
        seed=seed,
        endpoints=tuple(EndpointSpec(id=name) for name in admitted),
        data=DataSpec(minimum_rows=20),
        personalization=PersonalizationSpec(epochs=0),
    )
    data = site_data(spec, view.dataset)
    family = FAMILIES.get(spec.model.family)
    with out.status(told("training, choosing and calibrating")):
        alone = train_alone(spec, family, data, "alone")
        digest = blake3(encode(alone)).hexdigest()
        done = finish(spec, family, data, alone, "alone", digest, "alone", lambda _: None)
    # Alone, all ways are one model; it is called what it is.
    served = tuple(e.model_copy(update={"way": "local"}) for e in done.card.endpoints)
    served_card = done.card.model_copy(update={"endpoints": served})
    save_model(target, served_card, done.models)
    view.dataset.save(target / _OWN)
    write_rejected(target / _REJECTED, view.rejections, view.table)
    names = table.column(mapping.identifier) if mapping.identifier else [""] * len(table)
    structures = table.column(mapping.structure)
    keys = view.measurements.prepared.keys.tolist()
    known = {k: [s, n] for k, s, n in zip(keys, structures, names, strict=True) if k}
    (target / _KNOWN).write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    card = model_card(served_card, done.value, alone=True)
    for each in Language:
        (target / f"model-card.{each}.md").write_text(card.markdown(each.value), "utf-8")
    seal(target)
    if as_json:
        print_json({"folder": str(target), **card.model_dump(mode="json")})
        return
    sys.stdout.write(card.markdown(speaking().value))
    out.print(told(f"Next: fdd predict MOLECULES.csv --model {target}"), soft_wrap=True)


def _say_findings(examined: Examination) -> None:
    """What was read and what is wrong with it, on standard error; notes are left to the report."""
    view, out = examined.view, console()
    lines = [
        told(
            f"{view.table.written} rows → {len(view.dataset)} molecules, "
            f"{len(view.rejections)} kept aside"
        )
    ]
    for finding in examined.findings:
        if finding.severity is not Severity.NOTE:
            text = worded(finding, speaking().value)
            lines += [f"{padded(told(finding.severity.value), 5)}  {text.title}"]
    out.print("\n".join(lines), soft_wrap=True, markup=False)


def predict(
    model: Path,
    file: Path | None,
    target: Path | None,
    force: bool,
    column: str,
    endpoints: Sequence[str],
    units: dict[str, str],
    as_json: bool,
) -> None:
    """Predict a file, or structures from standard input, one a line; see ``fdd.cli.answering``."""
    if (model / _OWN).is_dir():
        require_intact(model)
    card, models = load_model(model)
    names = [endpoint.endpoint for endpoint in card.endpoints]
    own = None
    if (model / _OWN).is_dir():
        known = json.loads((model / _KNOWN).read_text("utf-8"))
        pairs = {key: (smiles, name) for key, (smiles, name) in known.items()}
        dataset = Dataset.load(model / _OWN)
        own = OwnMolecules(dataset, names, fingerprint_bits(card.featurizer), pairs)
    predictor = Predictor(card, models, own)
    if file is None:
        lines = asked_lines()
        answer_lines(predictor(lines, endpoints, units=units), lines, as_json)
    else:
        made = place_for(file, target, force=force)
        answer_file(predictor, file, made, column, endpoints, units, as_json)
