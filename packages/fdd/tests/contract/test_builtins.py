"""The shipped contract suites over everything that ships."""

from __future__ import annotations

import errno

import pytest

from fdd.models import FAMILIES
from fdd.models.catalogue import catalogue, smallest_spec
from fdd.protocol.blobs import CHUNK_BYTES, manifest_of
from fdd.rounds.memory import DirectoryStates, MemoryStates
from fdd.storage import DirectoryStore
from fdd.storage.blobs import StorageFullError
from fdd.strategies import STRATEGIES
from fdd.testing.models import ModelFamilyContract
from fdd.testing.states import RunStatesContract
from fdd.testing.storage import BlobStoreContract
from fdd.testing.strategies import StrategyContract


class TestDirectoryStore(BlobStoreContract):
    def make(self, folder):
        return DirectoryStore(folder)

    @pytest.mark.parametrize("failing", [1, 2])
    def test_no_blob_is_there_whose_bytes_the_disk_refused(self, store, monkeypatch, failing):
        """The system reports what it could not write once, to the next sync: none may be lost."""
        syncs = []

        def full(_file: int) -> None:
            syncs.append(True)
            if len(syncs) == failing:
                raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr("fdd.storage.directory.os.fdatasync", full)
        data = bytes(CHUNK_BYTES + 1)
        with pytest.raises(StorageFullError):
            store.write(len(data), iter([data[:CHUNK_BYTES], data[CHUNK_BYTES:]]))
        assert len(syncs) == 2
        assert manifest_of(data).id not in store
        assert list(store.root.rglob(".*")) == []


class TestMemoryStates(RunStatesContract):
    def make(self, folder):
        return MemoryStates()


class TestDirectoryStates(RunStatesContract):
    def make(self, folder):
        return DirectoryStates(folder)


# A plug-in that is added to a table is tested without anyone thinking of it.
for _name in STRATEGIES.names():
    globals()[f"TestStrategy_{_name}"] = type(
        f"TestStrategy_{_name}", (StrategyContract,), {"strategy": STRATEGIES.get(_name)}
    )
for _name in FAMILIES.names():
    _family = FAMILIES.get(_name)
    _small = {"hidden": 16} if "hidden" in _family.card.options else {}
    globals()[f"TestFamily_{_name}"] = type(
        f"TestFamily_{_name}", (ModelFamilyContract,), {"family": _family, "options": _small}
    )


def test_every_family_has_a_card_with_words_and_measured_costs():
    cards = {card.name: card for card in catalogue() if card.kind == "family"}
    assert sorted(cards) == FAMILIES.names()
    for card in cards.values():
        said = [card.purpose, *(option.meaning for option in card.options)]
        assert all(words.en.isascii() and not words.ko.isascii() for words in said)
        assert card.costs is not None, "python -m benchmarks train --write"
        assert 0 < card.costs.packed <= 1 < card.costs.cpu_ms * 1000
        assert smallest_spec(card.name).data.featurizer in card.featurizers
