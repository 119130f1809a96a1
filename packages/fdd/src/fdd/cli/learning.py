"""``fdd train`` and ``fdd predict``: one institution's own file, without a platform."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from blake3 import blake3

from fdd.chem.pipeline import Pipeline
from fdd.cli.output import console, preparing, print_json
from fdd.core.errors import ExitCode, InvalidInputError
from fdd.core.seeds import derive_seed
from fdd.core.spec import DataSpec, EndpointSpec, PersonalizationSpec, RunSpec
from fdd.data.checks import Severity, worded
from fdd.data.dataset import Dataset
from fdd.data.errors import EmptyFileError
from fdd.data.examination import Examination, examine
from fdd.data.language import Language, told
from fdd.data.mapping import guess
from fdd.data.names import shown_name
from fdd.data.readers import read_table
from fdd.data.rejected import write_rejected
from fdd.data.unmapped import not_mapped
from fdd.models import FAMILIES
from fdd.prediction import OwnMolecules, Predictions, Predictor, load_model, save_model
from fdd.prediction.asked import structures_of, unused_beside
from fdd.prediction.files import predict_file
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
    language: Language,
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
    _say_findings(examined, language)
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
    with out.status("training, choosing and calibrating"):
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
    sys.stdout.write(card.markdown(language.value))
    out.print(f"Next: fdd predict MOLECULES.csv --model {target}", soft_wrap=True)


def _say_findings(examined: Examination, language: Language) -> None:
    """What was read and what is wrong with it, on standard error; notes are left to the report."""
    view, out = examined.view, console()
    counts = f"{view.table.written} rows → {len(view.dataset)} molecules"
    lines = [told(f"{counts}, {len(view.rejections)} kept aside", language)]
    for finding in examined.findings:
        if finding.severity is not Severity.NOTE:
            text = worded(finding, language.value)
            lines += [f"{told(finding.severity.value, language):5}  {text.title}"]
    out.print("\n".join(lines), soft_wrap=True, markup=False)


def predict(
    model: Path,
    file: Path | None,
    target: Path | None,
    column: str,
    endpoints: Sequence[str],
    units: dict[str, str],
    as_json: bool,
) -> None:
    """Predict a file, or structures from standard input, one a line."""
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
        lines = structures_of(sys.stdin)
        if not any(lines):
            raise EmptyFileError(
                "No structure came on standard input", hint="Write one SMILES a line"
            )
        _print(predictor(lines, endpoints, units=units), lines, as_json)
        return
    made = target or unused_beside(file)
    done = predict_file(predictor, file, made, structure=column, endpoints=endpoints, units=units)
    summary = {"file": str(made), "rows": done.rows, "failed": done.failed}
    if as_json:
        print_json({**summary, "problems": dict(done.problems), "outside": dict(done.outside)})
        return
    sys.stdout.write(f"{done.rows} rows → {made}, {done.failed} without a prediction\n")
    for reason, count in done.problems.items():
        sys.stdout.write(f"  {reason}: {count}\n")
    for name, outside in done.outside.items():
        sys.stdout.write(f"  {name}: {outside} outside the domain\n")
    if done.failed == done.rows:
        sys.stderr.write("No row holds a structure: name their column with --column\n")
        raise SystemExit(ExitCode.NO)


def _print(made: Predictions, lines: Sequence[str], as_json: bool) -> None:
    rows = []
    for row, failure in enumerate(made.failures):
        if not lines[row]:
            continue
        found = {
            name: {
                "value": None if failure else float(p.value[row]),
                "low": _finite(p.low[row]),
                "high": _finite(p.high[row]),
                "unit": p.unit,
                "class": p.label[row],
                "domain": p.verdict[row],
            }
            for name, p in made.endpoints.items()
        }
        problem = failure.value if failure else None
        rows.append({"line": row + 1, "problem": problem, "endpoints": found})
    if as_json:
        print_json({"items": rows})
        return
    for number, failure in enumerate(made.failures, 1):
        if not lines[number - 1]:
            continue
        if failure is not None:
            sys.stdout.write(f"{number}. no prediction: {failure.value}\n")
            continue
        for name, p in made.endpoints.items():
            ends = f"[{p.low[number - 1]:.3g}, {p.high[number - 1]:.3g}]"
            sys.stdout.write(
                f"{number}. {name} {p.value[number - 1]:.3g} {p.unit} {ends} "
                f"{p.label[number - 1]} {p.verdict[number - 1]}\n"
            )


def _finite(value: float) -> float | None:
    return float(value) if value == value else None
