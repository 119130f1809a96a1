"""What changes in the membership while a run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.simulation.members import Institutions, join, newcomer
from tests.simulation.site import Site

if TYPE_CHECKING:
    from tests.simulation.world import World

__all__ = ["Changes"]


class Changes:
    """Newcomers, sites on new machines, and in half of the worlds a roster that has to follow.

    Between what happens and the version of the roster that says so, others act.

    Args:
        world: Whose membership it is.
        rostered: Whether there is a roster.
    """

    def __init__(self, world: World, *, rostered: bool) -> None:
        self._world = world
        self._dice = world.dice
        self._institutions = Institutions() if rostered else None
        self._entering: list[int] = []
        self._waiting: list[Site] = []
        self._ended: list[int] = []
        self._next = len(world.sites)
        if rostered:
            self._sign(range(self._next))

    def happen(self) -> None:
        """One change, or the version of the roster that the last ones wait for."""
        if self._waiting and self._dice.random.random() < 0.6:
            self.settle()
            return
        (self._newcomer, self._new_machine, self._unlist)[self._dice.random.randrange(3)]()

    def settle(self) -> None:
        """Let the members sign what has changed."""
        if self._waiting:
            self._sign(self._entering)
            for site in self._waiting:
                site.unlisted = False
                self._world.approve(site)
            self._entering, self._waiting = [], []

    def _newcomer(self) -> None:
        if self._next > 3:
            return
        with self._dice.resting():
            member = newcomer(self._world.hub(0), self._next)
        self._entering.append(self._next)
        self._next += 1
        self._dice.trace.append(f"{member.site_id} joins")
        self._admit(self._world.enter(member))

    def _new_machine(self) -> None:
        """A machine is lost; the same site goes on with another key, and an empty folder."""
        world = self._world
        old = self._dice.random.choice(world.machines())
        if old.unlisted or old.member.number in self._ended:
            return
        site_id, hub = old.member.site_id, world.hub(0)
        with self._dice.resting():
            with hub.database.write() as work:
                code = hub.joining.replace(work, "test", site_id, "https://h").code
            member = join(hub, old.member.number, code)
        old.replaced = True
        self._dice.trace.append(f"{site_id} goes on with a new machine")
        self._admit(world.enter(member))

    def _unlist(self) -> None:
        """The members end the membership of an institution."""
        world = self._world
        there = [site for site in world.machines() if not site.out and not site.gone]
        if self._institutions is None or self._waiting or len(there) < 3:
            return
        site = self._dice.random.choice(there)
        self._ended.append(site.member.number)
        self._dice.trace.append(f"the members end the membership of {site.member.site_id}")
        self._sign((), without=[site.member.number])
        site.unlisted = True

    def _admit(self, site: Site) -> None:
        if self._institutions is None:
            self._world.approve(site)
            self._entering = []
            return
        site.unlisted = True
        self._waiting.append(site)

    def _sign(self, entering: Sequence[int], without: Sequence[int] = ()) -> None:
        if self._institutions is not None:
            with self._dice.resting():
                self._institutions.sign(self._world.hub(0), entering=entering, without=without)
