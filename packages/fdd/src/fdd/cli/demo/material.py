"""What the demo is about: institutions, run, policy, and their molecules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.spec import (
    CohortSpec,
    DataSpec,
    EndpointSpec,
    EvaluationSpec,
    PersonalizationSpec,
    RunSpec,
    TrainingSpec,
)
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.readers import read_table
from fdd.simulation.public import DEMO_LIMITS, Deal, mapping_for
from fdd.training import SiteData, site_data

__all__ = [
    "INSTITUTIONS",
    "Institution",
    "demo_spec",
    "limits",
    "policy_text",
    "read_material",
    "write_material",
]


@dataclass(frozen=True)
class Institution:
    """One imaginary member."""

    label: str
    name_ko: str
    name_en: str


INSTITUTIONS: Final = tuple(
    Institution(
        f"institution-{letter.lower()}", f"시연 기관 {letter}", f"Demo institution {letter}"
    )
    for letter in "ABCD"
)


def demo_spec(quick: bool, *, computed: bool) -> RunSpec:
    """The run that the demo trains. One seed: everybody sees the same figures."""
    name = "COMPUTED VALUES, NOT MEASURED · ADMET demo" if computed else "ADMET demo"
    return RunSpec(
        name=f"{name}: logD, hERG, CYP2D6",
        project="demo",
        seed=20261124,
        endpoints=tuple(EndpointSpec(id=name, head="shared") for name in DEMO_LIMITS),
        data=DataSpec(histograms=True),
        training=TrainingSpec(rounds=4 if quick else 20),
        cohort=CohortSpec(
            minimum_sites=3, gather_seconds=120, deadline_seconds=300, offline_seconds=20
        ),
        evaluation=EvaluationSpec(every=1),
        personalization=PersonalizationSpec(epochs=10, learning_rate=5e-4),
    )


def limits(quick: bool) -> dict[str, int]:
    """Most molecules an endpoint."""
    return {name: min(most, 500) if quick else most for name, most in DEMO_LIMITS.items()}


def policy_text(spec: RunSpec) -> str:
    """The policy that each demo institution signs, written to be read."""
    endpoints = json.dumps([endpoint.id for endpoint in spec.endpoints])
    return f"""# What this site allows. Everything else is refused.
version = 1
weakest_sandbox = "C"              # training never runs without isolation from the network

[projects.{spec.project}]
approve = "automatic"              # when all limits below hold; "ask" waits for a person
endpoints = {endpoints}
families = ["{spec.model.family}"]
privacy_modes = ["open"]           # the hub can read each update; here the data are public
minimum_sites = {spec.cohort.minimum_sites}
most_rounds = 100
metrics = "basic"                  # losses per endpoint leave this site
share_histograms = true            # noisy, as on the data card; default is false
share_report = true                # the demo shows everybody's figures; default is false
"""


def write_material(folder: Path, dealt: Deal, spec: RunSpec) -> None:
    """Write each institution's files: its own table, public molecules of others, its policy."""
    mapping = mapping_for(list(dealt.values)).model_dump_json(indent=1)
    for name in dealt.names:
        home = folder / name
        home.mkdir(parents=True, exist_ok=True)
        (home / "assays.csv").write_text(dealt.own(name), "utf-8")
        (home / "others.csv").write_text(dealt.others(name), "utf-8")
        (home / "columns.json").write_text(mapping, "utf-8")
        (home / "policy.toml").write_text(policy_text(spec), "utf-8")


def read_material(folder: Path, spec: RunSpec, key: bytes) -> dict[str, SiteData]:
    """The rows of every institution, prepared from its files as its site prepares them.

    The sites' vaults are sealed, and nobody but they opens them; the demo dealt the molecules.
    """
    mapping = mapping_for([endpoint.id for endpoint in spec.endpoints])
    pipeline = Pipeline(PipelineOptions(featurizer=spec.data.featurizer))

    def prepared(path: Path) -> Dataset:
        return build(
            read_table(path), mapping, pipeline, key, cache=folder / "cache"
        ).dataset  # one institution's own molecules are among the others' of the next

    return {
        home.name: site_data(spec, prepared(home / "assays.csv"), prepared(home / "others.csv"))
        for home in sorted(path.parent for path in folder.glob("*/assays.csv"))
    }
