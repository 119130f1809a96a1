"""One consortium in one thread: two replicas of the hub, sites, a line, a clock, all from a seed.

Hub and sites run their own code; replaced are only what a seed must rule: time, network, disks,
processes and training. Nothing waits: the seed decides who acts next.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import pytest

import fdd_server.app.hub as hub_module
from fdd.core.errors import FddError
from fdd.core.ids import RunId
from fdd.core.record import RoundRecord
from fdd.core.spec import (
    CohortSpec,
    DataSpec,
    EndpointSpec,
    EvaluationSpec,
    ModelSpec,
    RunSpec,
    TrainingSpec,
)
from fdd.rounds import Engine, RunConflictError, RunState
from fdd_client.agent import tasks
from fdd_client.link import HubUnreachableError
from fdd_server.app.hub import Hub
from fdd_server.app.installation import Plan, create
from fdd_server.kernel import Home, load_settings
from fdd_server.kernel.settings import ConsortiumSettings, ListenSettings
from fdd_server.runs import repository, service
from tests.simulation.faults import (
    Dice,
    FaultyArea,
    FaultyDatabase,
    FaultyStore,
    HubDied,
    ManualClock,
)
from tests.simulation.ledger import Law, LawBrokenError, Ledger, WatchedStates, hold
from tests.simulation.members import newcomer
from tests.simulation.membership import Changes
from tests.simulation.site import ENDPOINT, Member, Site, refused
from tests.simulation.trainer import Trainer

__all__ = ["Template", "World"]

T = TypeVar("T")
START: Final = 1_800_000_000.0
SPEC: Final = RunSpec(
    name="simulated",
    endpoints=(EndpointSpec(id=ENDPOINT, head="shared"),),
    model=ModelSpec(options={"hidden": 8, "depth": 1}),
    data=DataSpec(featurizer="ecfp4-counts"),
    training=TrainingSpec(rounds=2),
    evaluation=EvaluationSpec(every=2),
    cohort=CohortSpec(minimum_sites=2, gather_seconds=60, deadline_seconds=120, offline_seconds=30),
)
_SITES: Final = 3
_SICK_STEPS: Final = 60
_MOST_STEPS: Final = 1500


def _spec(seed: int) -> RunSpec:
    """The run of a seed: some ask two sites a round, some take late updates, some do both."""
    cohort = {"sample": 2 if seed % 5 == 2 else 0, "late_rounds": (0, 1, 2)[seed % 3]}
    training = {"rounds": 2 if seed % 3 == 0 else 3}
    return SPEC.model_copy(
        update={
            "cohort": SPEC.cohort.model_copy(update=cohort),
            "training": SPEC.training.model_copy(update=training),
        }
    )


class Template:
    """A consortium of three sites, made once and copied for each seed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "hub"
        plan = Plan(
            consortium=ConsortiumSettings(name_en="Simulated", demo=True),
            listen=ListenSettings(port=0),
            database_url="",
            names=(),
            email="admin@hub.invalid",
            password="correct horse battery",
        )
        create(self.root, plan)
        home = Home(self.root)
        self.settings = load_settings(home.config, {})
        hub = Hub(home, self.settings, ManualClock(START))
        self.members = [newcomer(hub, number) for number in range(_SITES)]
        hub.close()


class World:
    """Everything that a seed sets in motion."""

    def __init__(
        self, seed: int, template: Template, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.dice = Dice(seed)
        self.spec = _spec(seed)
        self.rostered = seed % 2 == 1
        self.clock = ManualClock(START)
        self.ledger = Ledger()
        self.later: list[Callable[[Hub], object]] = []
        self.first_model: str | None = None
        self._template = template
        self._home = Home(folder / "hub")
        shutil.copytree(template.root, self._home.root)
        self._replace(monkeypatch)
        monkeypatch.setattr(service, "new_id", lambda kind: f"{kind}-{seed}")
        self._hubs: list[Hub | None] = [None, None]
        self._engines: list[Engine | None] = [None, None]
        self._folder = folder
        self.sites: list[Site] = []
        self.run_id = self._submit()
        for member in template.members:
            self.approve(self.enter(member))
        self._changes = Changes(self, rostered=self.rostered)

    def _replace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = {
            "Database": FaultyDatabase,
            "UploadArea": FaultyArea,
            "DirectoryStore": FaultyStore,
        }
        for name, part in parts.items():
            kind = type(name, (part,), {"dice": self.dice})
            if name == "Database":
                kind.interlude = staticmethod(self._interlude)  # type: ignore[attr-defined]
            monkeypatch.setattr(hub_module, name, kind)
        watched = type("SqlRunStates", (WatchedStates,), {"ledger": self.ledger})
        monkeypatch.setattr(hub_module, "SqlRunStates", watched)
        own = {"dice": self.dice, "spec": self.spec, "meanwhile": staticmethod(self._meanwhile)}
        monkeypatch.setattr(tasks, "Worker", type("T", (Trainer,), own))

    # -- what the seed rules -----------------------------------------------------------------

    def live(self) -> None:
        """Act until the run has ended.

        Raises:
            AssertionError: if it does not end, or a law is broken.
        """
        healed: int | None = None
        for step in range(_MOST_STEPS):
            if step == _SICK_STEPS:
                self._heal()
                healed = self._state().round
            self.clock.now += self.dice.random.uniform(0.1, 3.0)
            if healed is None:
                self._act()
            else:
                self._act_in_turn(step)
            if step % 4 == 0 and self._state().status.terminal:
                break
        self.dice.armed = False
        state = self._state()
        where = f"it stands at {state.phase} of {state.round}"
        hold(state.status.terminal, Law.ENDS, where)
        hold(state.stop_reason, Law.ENDS, "it has no reason")
        hub = self.hub(0)
        records = self._records(hub)
        self.ledger.check(self.spec, self.first_model, records, hub.store)
        hold(all(site.journal_is_intact() for site in self.sites), Law.JOURNAL)
        if healed is not None:
            self._progress(records, healed)

    def _act(self) -> None:
        random = self.dice.random
        what = random.random()
        if what < 0.45:
            self._advance(random.randrange(2))
        elif what < 0.93:
            random.choice(self.sites).turn()
        elif self.later:
            deliver = self.later.pop(random.randrange(len(self.later)))
            self._quietly(lambda: self.ask(deliver))
        elif self.dice.armed:
            self._trouble()

    def _act_in_turn(self, step: int) -> None:
        """Everybody has a chance: what a healthy machine's processes have, too."""
        actors: list[Callable[[], None]] = [lambda: self._advance(0), lambda: self._advance(1)]
        for number, site in enumerate(self.sites):
            actors.insert(2 * number, site.turn)
        actors[step % len(actors)]()

    def _trouble(self) -> None:
        random = self.dice.random
        what = random.random()
        if what < 0.3:
            # The clock of the hub, or of a site, jumps by up to ten minutes either way.
            jump = random.uniform(-600, 600)
            if random.random() < 0.5:
                self.clock.now += jump
                self.dice.trace.append(f"the hub's clock jumps by {jump:.0f} s")
            else:
                site = random.choice(self.sites)
                site.skew = jump
                self.dice.trace.append(f"the clock of {site.member.site_id} is off by {jump:.0f} s")
        elif what < 0.4 and not self._lost():
            self._revoke(random.choice(self.machines()))
        elif what < 0.7:
            self._kill(random.randrange(2), "between two steps")
        elif what < 0.78 and not self._lost():
            site = random.choice(self.machines())
            site.gone = True
            self.dice.trace.append(f"{site.member.site_id} never comes back")
        else:
            self._changes.happen()

    def _lost(self) -> set[str]:
        """Sites that the run must do without; one more would leave too few."""
        return {site.member.site_id for site in self.machines() if site.out or site.gone}

    def machines(self) -> list[Site]:
        """The latest machine of each site."""
        return list({site.member.site_id: site for site in self.sites}.values())

    def _meanwhile(self) -> None:
        """The others go on without a site that works for too long."""
        self.clock.now += self.spec.cohort.deadline_seconds
        for _ in range(6):
            self._advance(self.dice.random.randrange(2))

    def _revoke(self, site: Site) -> None:
        site_id = site.member.site_id
        self.dice.trace.append(f"{site_id} is revoked")

        def revoke() -> None:
            hub = self.hub(0)
            with hub.database.write() as work:
                hub.sites.revoke(work, "test", site_id)

        try:
            revoke()
        except HubDied:
            self._kill(0, "while a site was revoked")
            return
        site.revoked = True

    def _heal(self) -> None:
        self.dice.armed = False
        self.dice.trace.append("healed")
        self.later.clear()
        self._changes.settle()
        for site in self.sites:
            site.skew = 0.0

    # -- the hub -----------------------------------------------------------------------------

    def ask(self, deliver: Callable[[Hub], T]) -> T:
        """Let a replica serve a request; its errors reach the site as the client makes them."""
        number = self.dice.random.randrange(2)
        try:
            return deliver(self.hub(number))
        except HubDied:
            self._kill(number, "within a request")
            raise HubUnreachableError("the hub died") from None
        except HubUnreachableError:
            raise
        except FddError as error:
            if error.status >= 500 and error.status not in {503, 507}:
                raise LawBrokenError(Law.NO_FAULT, error.code) from error
            raise refused(error) from None

    def _advance(self, number: int) -> None:
        try:
            engine = self._engine(number)
            engine.advance(self.run_id)
        except HubDied:
            self._kill(number, "within a step")
        except RunConflictError:
            pass  # the other replica was faster
        except OSError as error:
            raise LawBrokenError(Law.NO_FAULT, type(error).__name__) from error
        except FddError as error:
            if not self.dice.armed:
                raise LawBrokenError(Law.NO_FAULT, error.code) from error
        finally:
            self._note_first_model()  # a step that failed may have let the other replica act

    def _interlude(self) -> None:
        """The other replica acts between a read and a write of this one."""
        number = self.dice.random.randrange(2)
        other = self._engines[number]
        if other is None:
            return
        with self.dice.resting(), contextlib.suppress(FddError):
            other.advance(self.run_id)
        self._note_first_model()

    def _note_first_model(self) -> None:
        if self.first_model is None:
            state = self._state()
            if state.round == 1 and state.model is not None:
                self.first_model = state.previous or state.model

    def hub(self, number: int) -> Hub:
        """A replica, started if need be."""
        hub = self._hubs[number]
        if hub is None:
            hub = Hub(self._home, self._template.settings, self.clock)
            self._hubs[number] = hub
        return hub

    def _engine(self, number: int) -> Engine:
        engine = self._engines[number]
        if engine is None:
            hub = self.hub(number)
            engine = Engine(hub.states, hub.federation, hub.store, hub.tracker, self.clock)
            self._engines[number] = engine
        return engine

    def _kill(self, number: int, where: str) -> None:
        self.dice.trace.append(f"replica {number} is gone: {where}")
        hub = self._hubs[number]
        self._hubs[number] = self._engines[number] = None
        if hub is not None:
            hub.close()

    def close(self) -> None:
        """End both replicas."""
        for number in (0, 1):
            self._kill(number, "the end")

    def _quietly(self, action: Callable[[], object]) -> None:
        with contextlib.suppress(FddError):
            action()

    # -- what is known -----------------------------------------------------------------------

    def _submit(self) -> RunId:
        hub = self.hub(0)
        with self.dice.resting(), hub.database.write() as work:
            return hub.runs.submit(work, "test", self.spec).run_id

    def enter(self, member: Member) -> Site:
        """Start the machine of a site that has joined."""
        with self.dice.resting():
            site = Site(self, member, self._folder / f"{member.site_id}-{len(self.sites)}")
        self.sites.append(site)
        return site

    def approve(self, site: Site) -> None:
        """Hand in a site's approval of the run."""
        hub, site_id = self.hub(0), site.member.site_id
        with self.dice.resting(), hub.database.write() as work:
            hub.approvals.accept_certificate(work, site_id, site.member.signed)
            hub.approvals.decide(work, site_id, site.approve(self.run_id, self.spec))

    def _state(self) -> RunState:
        return self.hub(0).states.load(self.run_id)

    def _records(self, hub: Hub) -> list[RoundRecord]:
        with hub.database.read() as work:
            return [
                RoundRecord.model_validate_json(text)
                for text in repository.rounds(work, self.run_id)
            ]

    def _progress(self, records: Sequence[RoundRecord], healed: int) -> None:
        """After healing, every site that a round counts on is counted, unless it is lost."""
        for record in records:
            if record.round > healed:
                there = set(record.cohort) - self._lost()
                hold(there <= set(record.survivors), Law.PROGRESS, str(record))
