"""``fdd train`` and ``fdd predict``: one institution's own file, without a platform."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fdd.chem.pipeline import Pipeline
from fdd.cli.output import console, print_json
from fdd.core.canonical import canonical_digest
from fdd.core.errors import InvalidInputError
from fdd.core.seeds import derive_seed
from fdd.core.spec import DataSpec, EndpointSpec, PersonalizationSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.mapping import guess
from fdd.data.readers import read_table
from fdd.models import FAMILIES
from fdd.prediction import OwnMolecules, Predictions, Predictor, load_model, save_model
from fdd.prediction.files import predict_file
from fdd.prediction.modelcard import model_card
from fdd.training import fingerprint_bits, finish, site_data
from fdd.training.personalize import train_alone

__all__ = ["predict", "train"]

_OWN: Final = "own"
_KNOWN: Final = "known.json"


def train(file: Path, target: Path, endpoint: str, unit: str, seed: int, as_json: bool) -> None:
    """Train, choose, calibrate and judge on one file; keep the model in a folder."""
    out = console()
    table = read_table(file)
    proposal = guess(table, endpoint, unit)
    if proposal.mapping is None:
        raise InvalidInputError(
            f"{file.name}: no column could be taken for a structure and a known endpoint",
            hint="Name it with --endpoint; fdd data check FILE shows what was recognised",
        )
    mapping = proposal.mapping
    key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
    with out.status("preparing molecules"):
        built = build(table, mapping, Pipeline(), key)
    spec = RunSpec(
        name=file.name.partition(".")[0][:80],
        seed=seed,
        endpoints=tuple(EndpointSpec(id=name) for name in mapping.endpoints()),
        data=DataSpec(minimum_rows=20),
        personalization=PersonalizationSpec(epochs=0),
    )
    data = site_data(spec, built.dataset)
    family = FAMILIES.get(spec.model.family)
    with out.status("training, choosing and calibrating"):
        alone = train_alone(spec, family, data, "alone")
        digest = canonical_digest(spec)
        done = finish(spec, family, data, alone, "alone", digest, "alone", lambda _: None)
    # Alone, all ways are one model; it is called what it is.
    served = tuple(e.model_copy(update={"way": "local"}) for e in done.card.endpoints)
    served_card = done.card.model_copy(update={"endpoints": served})
    save_model(target, served_card, done.models)
    built.dataset.save(target / _OWN)
    names = table.column(mapping.identifier) if mapping.identifier else [""] * len(table)
    structures = table.column(mapping.structure)
    keys = built.measurements.prepared.keys.tolist()
    known = {k: [s, n] for k, s, n in zip(keys, structures, names, strict=True) if k}
    (target / _KNOWN).write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    card = model_card(served_card, done.value, alone=True)
    for language in ("en", "ko"):
        text = card.markdown("ko" if language == "ko" else "en")
        (target / f"model-card.{language}.md").write_text(text, "utf-8")
    if as_json:
        print_json({"folder": str(target), **card.model_dump(mode="json")})
        return
    sys.stdout.write(card.markdown("en"))
    out.print(f"Next: fdd predict MOLECULES.csv --model {target}", soft_wrap=True)


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
        lines = [line.strip() for line in sys.stdin if line.strip()]
        _print(predictor(lines, endpoints, units=units), as_json)
        return
    made = target or file.with_name(f"{file.name.split('.')[0]}-predicted.csv")
    done = predict_file(predictor, file, made, structure=column, endpoints=endpoints, units=units)
    summary = {"file": str(made), "rows": done.rows, "failed": done.failed}
    if as_json:
        print_json({**summary, "outside": dict(done.outside)})
        return
    sys.stdout.write(f"{done.rows} rows → {made}, {done.failed} without a prediction\n")
    for name, count in done.outside.items():
        sys.stdout.write(f"  {name}: {count} outside the domain\n")


def _print(made: Predictions, as_json: bool) -> None:
    rows = []
    for row, failure in enumerate(made.failures):
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
        rows.append({"problem": failure.value if failure else None, "endpoints": found})
    if as_json:
        print_json({"items": rows})
        return
    for number, (failure, _) in enumerate(zip(made.failures, rows, strict=True), 1):
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
