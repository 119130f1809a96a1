"""``fdd simulate``: a run in one process."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.cli.brought import Brought
from fdd.cli.output import console, print_json
from fdd.cli.publicdata import public_data
from fdd.cli.table import closed_gap, gap_text, home_texts, value_rows, value_tables
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec, load_spec
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.endpoints import catalogue
from fdd.data.histograms import noisy_histograms
from fdd.data.readers import read_table
from fdd.language import coded, told
from fdd.models.device import Device, computing_on, resolved
from fdd.protocol.messages import Phase, TaskKey
from fdd.simulation import SimulatedFederation, simulate
from fdd.simulation.central import central_scores
from fdd.simulation.public import Deal, deal, mapping_for
from fdd.simulation.runner import Federate
from fdd.storage import DirectoryStore
from fdd.training import SiteData, site_data

__all__ = ["run"]


def run(
    path: Path,
    sites: int,
    limit: int | None,
    chemistry: bool,
    folder: Path | None,
    brought: Brought,
    ray: str | None,
    wanted: str,
    as_json: bool,
) -> None:
    """Deal public data, simulate, print the table.

    Args:
        brought: What the run takes from files.
        ray: Address of the Ray cluster on which the sites work; empty for one of this machine,
            None for this process.
        wanted: Where networks compute; see ``fdd.models.device``.
    """
    spec = load_spec(path)
    device = resolved(wanted)
    with tempfile.TemporaryDirectory(prefix="fdd-simulate-") as scratch:
        home = folder or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        spec = brought.named_in(spec, DirectoryStore(home / "blobs"))
        data = _prepare(spec, sites, limit, chemistry, home)
        teachers = brought.dealt(list(data))
        if ray is None:
            _simulate(spec, data, home, SimulatedFederation, teachers, device, as_json)
            return
        from fdd.simulation.on_ray import RayFederation, ray_cluster

        with ray_cluster(ray or None):
            _simulate(spec, data, home, RayFederation, teachers, device, as_json)


def _simulate(
    spec: RunSpec,
    data: dict[SiteId, SiteData],
    home: Path,
    federate: Federate,
    teachers: dict[SiteId, str],
    device: Device,
    as_json: bool,
) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    steps = spec.training.rounds * len(data)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=console(),
        transient=True,
    ) as bar:
        line = bar.add_task(told("training"), total=steps)

        def moved(site: SiteId, key: TaskKey) -> None:
            bar.update(
                line,
                description=" · ".join(
                    (told(f"round {key.round}"), coded("phases", key.phase.value), site)
                ),
            )
            if key.phase is Phase.TRAIN:
                bar.advance(line)

        result = simulate(spec, data, home, "simulation", moved, federate, teachers, device)
        bar.update(line, description=told("central yardstick"), completed=steps)
        with computing_on(device):
            central = central_scores(spec, data)
    rows = value_rows(result.reports, central)
    gaps = {e.id: closed_gap(rows, e.id) for e in spec.endpoints}
    if as_json:
        print_json(
            {
                "run": result.state.model_dump(mode="json"),
                "rows": [{"site": r.institution, **r.row.model_dump(mode="json")} for r in rows],
                "gap_closed_abroad": gaps,
            }
        )
        return
    from rich.console import Console

    out = Console()
    for table in value_tables(rows):
        out.print(table)
    for endpoint, gap in gaps.items():
        if (text := gap_text(endpoint, gap)) is not None:
            out.print(text)
    for text in home_texts(rows):
        out.print(text)
    out.print(told(f"model {result.state.model}"))


def _prepare(
    spec: RunSpec, sites: int, limit: int | None, chemistry: bool, home: Path
) -> dict[SiteId, SiteData]:
    """Each site's data; prepared rows are cached in the folder, so that a second run is quick."""
    endpoints = [endpoint.id for endpoint in spec.endpoints]
    for endpoint in endpoints:
        catalogue().get(endpoint)
    key = derive_seed(spec.seed, "fold-key").to_bytes(8, "big") * 4
    names = [f"site-{number + 1:02d}" for number in range(sites)]
    limits = dict.fromkeys(endpoints, limit) if limit else {}
    out = console()
    data = public_data(out).folder
    if data is None:
        out.print(
            told("These values are computed from structures, not measured."), style="bold yellow"
        )
    with out.status(told("dealing public molecules to the sites")):
        dealt = deal(
            endpoints,
            names,
            key,
            spec.seed,
            limits={name: most for name, most in limits.items() if most},
            chemistry=chemistry,
            directory=data,
            computed=data is None,
        )
    pipeline = Pipeline(PipelineOptions(featurizer=spec.data.featurizer))
    found = {}
    for name in names:
        with out.status(told(f"preparing {name}")):
            own = _dataset(dealt, name, "own", pipeline, key, home)
            others = _dataset(dealt, name, "others", pipeline, key, home)
            counts = noisy_histograms(own, endpoints, name.encode())  # imaginary, so no secret
            found[name] = site_data(spec, own, others, histograms=counts)
    return found


def _dataset(
    dealt: Deal, name: SiteId, part: str, pipeline: Pipeline, key: bytes, home: Path
) -> Dataset:
    path = home / f"{name}-{part}.csv"
    path.write_text(dealt.own(name) if part == "own" else dealt.others(name), "utf-8")
    mapping = mapping_for(list(dealt.values))
    return build(read_table(path), mapping, pipeline, key, cache=home / "cache").dataset
