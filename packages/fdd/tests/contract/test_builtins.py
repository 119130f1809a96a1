"""The shipped contract suites over everything that ships."""

from __future__ import annotations

from fdd.models import FAMILIES
from fdd.rounds.memory import DirectoryStates, MemoryStates
from fdd.storage import DirectoryStore
from fdd.strategies import STRATEGIES
from fdd.testing.models import ModelFamilyContract
from fdd.testing.states import RunStatesContract
from fdd.testing.storage import BlobStoreContract
from fdd.testing.strategies import StrategyContract


class TestDirectoryStore(BlobStoreContract):
    def make(self, folder):
        return DirectoryStore(folder)


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
