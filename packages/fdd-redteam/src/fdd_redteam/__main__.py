"""``python -m fdd_redteam``: the attack on public lipophilicity data, for everyone to see."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.spec import DataSpec, EndpointSpec, RunSpec, TrainingSpec
from fdd.data.aggregate import build
from fdd.data.readers import read_table
from fdd.simulation.public import deal, mapping_for
from fdd.training import SiteData, site_data
from fdd_redteam.hub import watch_first_round
from fdd_redteam.scenarios import ReadOneUpdate

_ENDPOINT = "lipophilicity.logd74"
_SITES = ("site-01", "site-02", "site-03", "site-04")
_MOLECULES = 2000


def _sites(spec: RunSpec, folder: Path) -> dict[str, SiteData]:
    key = bytes(16)
    dealt = deal([_ENDPOINT], _SITES, key, spec.seed, limits={_ENDPOINT: _MOLECULES})
    pipeline = Pipeline(PipelineOptions(featurizer=spec.data.featurizer))
    found = {}
    for name in _SITES:
        path = folder / f"{name}.csv"
        path.write_text(dealt.own(name), "utf-8")
        built = build(read_table(path), mapping_for([_ENDPOINT]), pipeline, key)
        found[name] = site_data(spec, built.dataset)
    return found


def main() -> None:
    """Attack each of four sites and print how much was learnt."""
    spec = RunSpec(
        name="attack",
        endpoints=(EndpointSpec(id=_ENDPOINT, head="shared"),),
        data=DataSpec(featurizer="ecfp4-counts"),
        training=TrainingSpec(rounds=1),
    )
    with tempfile.TemporaryDirectory(prefix="fdd-redteam-") as scratch:
        folder = Path(scratch)
        sites = _sites(spec, folder)
        sys.stdout.write("site      bits   AUC  agreement  chance\n")
        for name in _SITES:
            world = watch_first_round(spec, sites, name, folder / "blobs")
            found = ReadOneUpdate().run(world)
            sys.stdout.write(
                f"{name}  {found.inputs:5}  {found.auc:.3f}  {found.agreement:9.3f}"
                f"  {found.chance:6.3f}\n"
            )


if __name__ == "__main__":
    main()
