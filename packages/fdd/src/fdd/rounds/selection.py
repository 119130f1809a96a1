"""Which sites a round asks to train and to judge, where it does not ask all."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.federation.port import Federation
from fdd.rounds.state import RunState

__all__ = ["choose", "judges"]

_Turns = Sequence[tuple[SiteId, int]]


def choose(
    spec: RunSpec, number: int, sites: Sequence[SiteId], asked: _Turns
) -> tuple[tuple[SiteId, ...], tuple[tuple[SiteId, int], ...]]:
    """The cohort of round ``number``, and how often each site was chosen from then on.

    Those who were chosen least often come first, and lots decide among equals: with the same sites
    in each round no site is ever two rounds ahead of another, while the company changes. Who was
    away, or is new, does not make up for it. The lots follow from the run's seed, so that a round
    is replayed with the same sites.

    Args:
        spec: The run.
        number: The round.
        sites: Those who can take part, sorted.
        asked: How often each was chosen before; who is missing was not.
    """
    size = spec.cohort.sample
    if not size:
        return tuple(sites), tuple(asked)
    counts = dict(asked)
    least = max(counts.values(), default=0) - 1
    turns = {site: max(counts.get(site, 0), least) for site in sites}
    lots = {site: derive_seed(spec.seed, "cohort", number, site) for site in sites}
    cohort = sorted(sorted(sites, key=lambda site: (turns[site], lots[site]))[:size])
    counts.update({site: turns[site] + 1 for site in cohort})
    return tuple(cohort), tuple(sorted(counts.items()))


def judges(state: RunState, federation: Federation) -> tuple[SiteId, ...]:
    """Who evaluates the round's model: all, where rounds ask others each time to train, so that
    their scores can be compared; none stands for the survivors. Who has not answered is busy."""
    if not state.spec.cohort.sample:
        return ()
    busy = dict(state.excluded)
    return tuple(site for site in federation.sites(state.run_id) if site not in busy)
