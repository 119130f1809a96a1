"""A site in a folder, without a hub: identity, key, molecules, policies."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fdd.core.spec import EndpointSpec, RunSpec
from fdd.data.dataset import Dataset
from fdd.data.drugs import DRUGS
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.models import FAMILIES
from fdd.prediction import save_model
from fdd.protocol.messages import JoinReply
from fdd.protocol.signing import SigningKey
from fdd.training import ServedCard, ServedEndpoint, finish, site_data
from fdd.training.personalize import train_alone
from fdd.training.value import Against, EndpointValue, Part, ValueReport, WayScore
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.served import ServedModels
from fdd_client.policy import Policy, ProjectRule, sign_policy
from fdd_client.settings import SiteFolder
from fdd_client.vault.importing import import_file
from fdd_client.vault.vault import Vault

ENDPOINT = "lipophilicity.logd74"


def make_site(root: Path) -> SiteFolder:
    """A folder as ``fdd-client join`` leaves it behind."""
    folder = SiteFolder(root)
    folder.create()
    key = SigningKey()
    identity = JoinReply(
        site_id="site-one",
        site_name="main",
        institution_ko="기관",
        institution_en="Institution",
        consortium="Test consortium",
        hub_key="0" * 64,
        fold_key="1" * 64,
    )
    folder.write_private(folder.key, key.private_bytes())
    folder.write_private(folder.identity_file, identity.model_dump_json().encode())
    folder.write_private(folder.settings, b'server_url = "https://127.0.0.1:1"\n')
    return folder


def write_table(path: Path, structures: Sequence[str]) -> Path:
    """A table with one value for each structure."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["SMILES", "logD"])
        writer.writerows((smiles, f"{row % 40 / 10:.1f}") for row, smiles in enumerate(structures))
    return path


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return make_site(tmp_path / "site")


@pytest.fixture(scope="session")
def new_site() -> Callable[[Path], SiteFolder]:
    return make_site


@pytest.fixture(scope="session")
def table_of() -> Callable[[Path, Sequence[str]], Path]:
    return write_table


@pytest.fixture(scope="session")
def molecules() -> list[str]:
    """Ninety different molecules of many scaffolds, so that each split gets some."""
    return list(DRUGS.values())[:90]


@pytest.fixture(scope="session")
def mapping() -> ColumnMapping:
    return ColumnMapping(
        structure="SMILES", values=(ValueColumn(column="logD", endpoint=ENDPOINT),)
    )


@pytest.fixture(scope="session")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, molecules: list[str], mapping: ColumnMapping
) -> Path:
    """A site with one certified dataset; tests copy it."""
    home = tmp_path_factory.mktemp("stocked")
    folder = make_site(home / "site")
    table = write_table(home / "assays.csv", molecules)
    done = import_file(folder, table, "main", mapping=mapping)
    assert done.certificate.passes, done.findings
    return folder.root


@pytest.fixture
def stocked_site(stocked: Path, tmp_path: Path) -> SiteFolder:
    target = tmp_path / "stocked"
    shutil.copytree(stocked, target)
    return SiteFolder(target)


@pytest.fixture(scope="session")
def spec_of() -> Callable[..., RunSpec]:
    def make(**changes: object) -> RunSpec:
        values = {"name": "test", "endpoints": (EndpointSpec(id=ENDPOINT),), **changes}
        return RunSpec.model_validate(values)

    return make


@pytest.fixture(scope="session")
def allowing() -> Callable[..., Policy]:
    """A policy that lets the plain run train, with changes to its one rule."""

    def make(**changes: object) -> Policy:
        rule = {
            "approve": "automatic",
            "endpoints": (ENDPOINT,),
            "privacy_modes": ("open",),
            "minimum_sites": 1,
            **changes,
        }
        return Policy(projects={"demo": ProjectRule.model_validate(rule)})

    return make


@pytest.fixture(scope="session")
def signs() -> Callable[[SiteFolder, Policy], None]:
    return sign_policy


@pytest.fixture(scope="session")
def value_of() -> Callable[[str], ValueReport]:
    """A value report in which the mixture is chosen."""

    def make(run_id: str) -> ValueReport:
        scores = tuple(
            WayScore(
                way=way, value=value, low=value - 0.1, high=value + 0.1, coverage=0.9, width=1.1
            )
            for way, value in (("local", 0.6), ("federated", 0.5), ("mixed", 0.4))
        )
        gain = Against(way="mixed", difference=-0.2, low=-0.3, high=-0.1, p=0.01, verdict="better")
        own = Part(n=30, enough=True, scores=scores, against_local=(gain,))
        row = EndpointValue(
            endpoint=ENDPOINT,
            metric="mae",
            better="lower",
            binary=False,
            molecules=(60, 10, 30),
            validation={"local": 0.5, "federated": 0.4, "mixed": 0.3},
            chosen="mixed",
            personalised="mixed",
            own=own,
        )
        return ValueReport(run_id=run_id, model="c" * 64, level=0.9, rows=(row,))

    return make


@pytest.fixture(scope="session")
def card_of() -> Callable[[str], ServedCard]:
    """A card that serves the local model of one endpoint, without a calibration."""

    def make(run_id: str) -> ServedCard:
        return ServedCard(
            run_id=run_id,
            run="test",
            site="site-one",
            family="mlp-ecfp",
            featurizer="ecfp4-counts+descriptors",
            pipeline=None,
            catalogue="1",
            model="c" * 64,
            ways=("local",),
            endpoints=(
                ServedEndpoint(endpoint=ENDPOINT, way="local", binary=False, training_rows=60),
            ),
        )

    return make


@pytest.fixture(scope="session")
def serving(tmp_path_factory, stocked, spec_of) -> SiteFolder:
    """A site whose run has ended."""
    root = tmp_path_factory.mktemp("serving") / "site"
    shutil.copytree(stocked, root)
    folder = SiteFolder(root)
    vault = Vault(folder)
    entry = vault.entry("main")
    spec = spec_of(
        training={"rounds": 4}, data={"minimum_rows": 1},
        model={"family": "mlp-ecfp", "options": {"hidden": 16}},
    )  # fmt: skip
    with vault.open(entry, "training") as opened:
        data = site_data(spec, Dataset.load(opened.dataset))
    family = FAMILIES.get("mlp-ecfp")
    federated = train_alone(spec, family, data, "elsewhere")
    made = finish(spec, family, data, federated, "site-one", "b" * 64, "run-1", lambda _: None)
    run = RunFolder(folder, "run-1")
    run.create()
    save_model(run.job, made.card, made.models)
    run.keep_report(made.value)
    files = {way: f"{way}.safetensors" for way in made.card.ways}
    ServedModels(folder).keep(run, entry, made.card, files)
    return folder
