"""Splits by time and by cluster, for work on one's own data."""

import numpy as np
import pytest

from fdd.chem.clusters import clusters
from fdd.chem.similarity import tanimoto
from fdd.data.dataset import Dataset
from fdd.data.drugs import DRUGS
from fdd.data.errors import MappingError
from fdd.data.splitting import dates_of, split_again

KEY = b"0123456789abcdef"
NONE = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def dataset(built) -> Dataset:
    smiles = list(DRUGS.values())
    _, _, result = built(smiles, [n / 10 for n in range(len(smiles))])
    return result.dataset


def test_the_newest_molecules_are_the_test(dataset: Dataset) -> None:
    dates = 20_000_101 + np.arange(len(dataset)) * 10_000
    splits = split_again(dataset, "time", KEY, dates).splits
    assert (np.diff([{"train": 0, "validation": 1, "test": 2}[s] for s in splits]) >= 0).all()
    shares = [np.mean(splits == name) for name in ("train", "validation", "test")]
    assert shares == pytest.approx([0.75, 0.10, 0.15], abs=0.03)


def test_molecules_of_one_date_stay_together_and_those_without_are_trained_on(dataset) -> None:
    dates = np.where(np.arange(len(dataset)) % 2, 20_240_000, 0)
    splits = split_again(dataset, "time", KEY, dates).splits
    assert set(splits[dates == 0]) == {"train"}
    assert set(splits[dates > 0]) == {"test"}
    with pytest.raises(MappingError, match="date"):
        split_again(dataset, "time", KEY, np.zeros(len(dataset), np.int64))


def test_every_molecule_is_like_its_leader_and_leaders_are_unlike_each_other(dataset) -> None:
    leaders = clusters(dataset.features, dataset.keys, KEY)
    chosen = np.unique(leaders)
    among = tanimoto(dataset.features.take(chosen), dataset.features.take(chosen))
    assert among[~np.eye(len(chosen), dtype=bool)].max() < 0.4
    own = tanimoto(dataset.features, dataset.features)[np.arange(len(dataset)), leaders]
    assert own.min() >= 0.4
    assert (leaders[chosen] == chosen).all()


def test_a_cluster_is_in_one_split_and_the_key_decides_which(dataset: Dataset) -> None:
    leaders = clusters(dataset.features, dataset.keys, KEY)
    splits = split_again(dataset, "cluster", KEY, NONE).splits
    assert all(len(set(splits[leaders == leader])) == 1 for leader in np.unique(leaders))
    other = split_again(dataset, "cluster", b"another key of 16", NONE).splits
    assert (splits != other).any()
    assert (split_again(dataset, "cluster", KEY, NONE).splits == splits).all()


def test_a_split_again_dataset_is_saved_and_read(dataset: Dataset, tmp_path) -> None:
    again = split_again(dataset, "cluster", KEY, NONE)
    again.save(tmp_path)
    assert Dataset.load(tmp_path).digest() == again.digest() != dataset.digest()
    assert split_again(dataset, "scaffold", KEY, NONE) is dataset


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2024-05-06", 20240506), ("2024.05.06 12:30", 20240506), ("20240506", 20240506),
        ("measured 2019", 20190000), ("3/4/2024", 20240000), ("", 0), ("12345", 0),
    ],
)  # fmt: skip
def test_dates_are_read_where_their_order_is_certain(cell: str, date: int) -> None:
    keys = np.array(["A"])
    assert dates_of([cell], keys, keys).tolist() == [date]


def test_the_first_date_of_a_molecule_counts() -> None:
    rows = np.array(["A", "B", "A", ""])
    found = dates_of(["2021-02-03", "", "2019", "2001"], rows, np.array(["A", "B"]))
    assert found.tolist() == [20190000, 0]
