"""Real processes, real TLS, real kills, in their dozens: nothing is lost, nothing counts twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from urllib.parse import urlsplit

import pytest

from tests.integration.consortium import Consortium, small_spec, training_processes
from tests.integration.faultproxy import FaultProxy
from tests.integration.postgresql import PostgreSQL, program
from tests.soak import numbers

pytestmark = pytest.mark.long

_FAULTS = numbers(30, 200)
_ROUNDS = 8


class Chaos:
    """Three sites, two replicas of the hub on one PostgreSQL, and a line that breaks."""

    def __init__(self, consortium: Consortium, proxy: FaultProxy, database: PostgreSQL) -> None:
        self.consortium = consortium
        self.proxy = proxy
        self.database = database
        self.random = random.Random(_FAULTS.start)
        self.done: list[str] = []

    def faults(self) -> Iterator[Callable[[], str]]:
        """All kinds in turn, for ever, beginning with the one whose turn it is in this part."""
        kinds = (
            lambda: self._kill_site("site-0"),
            self._cut,
            self._kill_hub,
            self._kill_training,
            lambda: self._pause("site-1"),
            self._deaf,
            self._kill_replica,
            self._throttle,
            lambda: self._pause("hub"),
            lambda: self._kill_site("site-2"),
            self._restart_database,
            lambda: self._pause("replica"),
        )
        return islice(cycle(kinds), _FAULTS.start % len(kinds), None)

    def _kill_site(self, name: str) -> str:
        self.consortium.kill(name)
        self.consortium.start_site(name)
        return f"kill -9 of {name}"

    def _kill_training(self) -> str:
        name = self.random.choice(self.consortium.names)
        children = training_processes(self.consortium.home / name)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return f"kill -9 of the training of {name}" if children else ""

    def _kill_hub(self) -> str:
        self.consortium.kill("hub")
        self.consortium.start_hub()
        return "kill -9 of the hub"

    def _kill_replica(self) -> str:
        self.consortium.kill("replica")
        self.proxy.targets[1] = self.consortium.start_replica("replica")
        return "kill -9 of the other replica"

    def _pause(self, name: str) -> str:
        self.consortium.pause(name, 1.0)
        return f"SIGSTOP of {name}"

    def _cut(self) -> str:
        return f"{self.proxy.cut()} connections cut"

    def _deaf(self) -> str:
        self.proxy.deaf = True
        self.proxy.cut()
        time.sleep(0.7)
        self.proxy.deaf = False
        return "the hub cannot be reached"

    def _throttle(self) -> str:
        self.proxy.bytes_a_second = 200_000
        time.sleep(1.0)
        self.proxy.bytes_a_second = 0
        return "a slow line"

    def _restart_database(self) -> str:
        self.database.restart()
        return "PostgreSQL restarted"


@pytest.fixture(scope="module")
def chaos(tmp_path_factory):
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    database, proxy = PostgreSQL(), FaultProxy()
    database.execute("CREATE DATABASE hub")
    consortium = None
    try:
        consortium = Consortium(
            tmp_path_factory.mktemp("chaos"),
            sites=3,
            database=database.url.replace("/postgres?", "/hub?"),
            gateway=f"https://127.0.0.1:{proxy.port}",
        )
        proxy.targets = [urlsplit(consortium.url).port or 0, consortium.start_replica("replica")]
        consortium.prepare(_spec(), molecules=200)
        yield Chaos(consortium, proxy, database)
    finally:
        if consortium is not None:
            consortium.close()
        proxy.close()
        database.close()


def _spec(rounds: int = _ROUNDS):
    cohort = {
        "minimum_sites": 3, "gather_seconds": 120, "deadline_seconds": 300, "offline_seconds": 240,
    }  # fmt: skip
    return small_spec(rounds=rounds, sites=3, cohort=cohort)


@pytest.mark.postgres
@pytest.mark.timeout(3600 if os.environ.get("FDD_SOAK") else 600)
def test_dozens_of_faults_change_nothing(chaos):
    consortium = chaos.consortium
    undisturbed = consortium.finish(str(consortium.platform.submit(_spec())["run_id"]))
    assert undisturbed["status"] == "completed", undisturbed["stop_reason"]
    faults = chaos.faults()
    while len(chaos.done) < len(_FAULTS):
        run_id = str(consortium.platform.submit(_spec())["run_id"])
        consortium.until(run_id, lambda run: run["status"] != "proposed")
        _disturb(chaos, faults, run_id)
        ended = consortium.finish(run_id)
        assert ended["status"] == "completed", (ended["stop_reason"], chaos.done)
        records = consortium.platform.rounds(run_id)
        assert [record["round"] for record in records] == list(range(1, _ROUNDS + 1))
        everyone = set(consortium.site_ids.values())
        assert all(set(record["survivors"]) == everyone for record in records), chaos.done
        assert ended["model"]["digest"] == undisturbed["model"]["digest"], chaos.done
    print("\n".join(chaos.done))


def _disturb(chaos: Chaos, faults: Iterator[Callable[[], str]], run_id: str) -> None:
    """Faults one after another while the run lasts."""
    while len(chaos.done) < len(_FAULTS):
        happened = next(faults)()
        if happened:
            chaos.done.append(happened)
        time.sleep(chaos.random.uniform(0.1, 0.8))
        with contextlib.suppress(Exception):
            if chaos.consortium.platform.run(run_id)["status"] not in {"running", "proposed"}:
                return
