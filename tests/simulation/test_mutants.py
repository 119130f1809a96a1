"""The simulation notices what it is there to notice: each fault below was put back on purpose."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from fdd.rounds import checkpoint, engine, gathering, lateness
from fdd_client.agent.runs import RunFolder
from fdd_client.journal import Journal
from fdd_server.runs import repository, task_repository
from fdd_server.runs.link_federation import LinkFederation
from fdd_server.sites.rosters import RosterBook
from tests.simulation.ledger import Law, LawBrokenError
from tests.simulation.test_seeds import live, memory, template

__all__ = ["memory", "template"]

_MOST_SEEDS = 150


def saves_whatever_others_did(patch: pytest.MonkeyPatch) -> None:
    real = repository.swap_state

    def swap(work, state, expected):
        stored = repository.state(work, state.run_id)
        version = type(state).model_validate_json(stored).version
        return real(work, state.model_copy(update={"version": version + 1}), version)

    patch.setattr(repository, "swap_state", swap)


def leaves_the_task_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(task_repository, "close", lambda *_, late: None)


def trains_again_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RunFolder, "stored", lambda *_: None)


def deletes_payloads_too_early(patch: pytest.MonkeyPatch) -> None:
    real = LinkFederation.close

    def close(self, key, *, late=False):
        replies = real(self, key, late=late)
        self.forget(key)
        return replies

    patch.setattr(LinkFederation, "close", close)


def gives_no_reason(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "sort_out", lambda cohort, closed: (
        gathering.sort_out(cohort, closed)[0], ()
    ))  # fmt: skip


def counts_a_site_twice(patch: pytest.MonkeyPatch) -> None:
    real = gathering.Gathering.fold

    def fold(self, key, replies, add):
        return real(self, key, [*replies, *replies[:1]], add)

    patch.setattr(gathering.Gathering, "fold", fold)


def leaves_a_site_out_silently(patch: pytest.MonkeyPatch) -> None:
    real = gathering.Gathering.fold

    def fold(self, key, replies, add):
        return real(self, key, replies[:2], add)

    patch.setattr(gathering.Gathering, "fold", fold)


def keeps_a_torn_line_of_the_journal(patch: pytest.MonkeyPatch) -> None:
    def find(self):
        seq, last = 0, "0" * 64
        for entry in self.entries():
            seq, last = entry.seq, entry.hash
        return seq, last

    patch.setattr(Journal, "_find_last", find)


def breaks_the_chain(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checkpoint, "chain_link", lambda record: record.model.ljust(64, "0")[:64])


def waits_for_ever(patch: pytest.MonkeyPatch) -> None:
    real = gathering.Gathering.collect

    def collect(self, state, task, cohort):
        patient = task.model_copy(update={"deadline": 9e9})
        calm = state.spec.cohort.model_copy(update={"offline_seconds": 86_400.0})
        spec = state.spec.model_copy(update={"cohort": calm})
        return real(self, state.model_copy(update={"spec": spec}), patient, cohort)

    patch.setattr(gathering.Gathering, "collect", collect)


def believes_a_model_that_was_not_stored(patch: pytest.MonkeyPatch) -> None:
    from fdd.rounds.aggregate import Aggregator

    real = Aggregator.next_model

    def next_model(self, strategy):
        blob, state, norm = real(self, strategy)
        self._store.delete(blob)
        return blob, state, norm

    patch.setattr(Aggregator, "next_model", next_model)


def takes_a_late_update_again(patch: pytest.MonkeyPatch) -> None:
    real = lateness.Lateness.fold
    patch.setattr(lateness.Lateness, "fold", lambda *given: real(*given)._replace(taken=()))


def serves_who_is_not_listed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RosterBook, "admits", lambda *_: True)


LAWS: dict[Callable[[pytest.MonkeyPatch], None], Law] = {
    saves_whatever_others_did: Law.ONE_STEP,
    leaves_the_task_open: Law.ONE_ANSWER,
    trains_again_after_a_restart: Law.ONE_ANSWER,
    deletes_payloads_too_early: Law.NO_FAULT,
    gives_no_reason: Law.COUNTED,
    counts_a_site_twice: Law.COUNTED,
    leaves_a_site_out_silently: Law.COUNTED,
    keeps_a_torn_line_of_the_journal: Law.JOURNAL,
    breaks_the_chain: Law.CHAIN,
    waits_for_ever: Law.ENDS,
    believes_a_model_that_was_not_stored: Law.NO_FAULT,
    takes_a_late_update_again: Law.LATE,
    serves_who_is_not_listed: Law.OUTSIDE,
}
"""The faults, and which law must notice each: that any exception comes is not enough."""

RARE = {
    leaves_the_task_open: 15,
    serves_who_is_not_listed: 10,
    takes_a_late_update_again: 112,
}
"""The seeds from which on a fault shows soon, where that needs a rare history."""


@pytest.mark.parametrize("fault", LAWS, ids=lambda fault: fault.__name__)
def test_a_fault_put_back_on_purpose_is_caught_by_its_law(
    fault: Callable[[pytest.MonkeyPatch], None], template, memory
):
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        first = RARE.get(fault, 0)
        for seed in range(first, first + _MOST_SEEDS):
            try:
                with contextlib.redirect_stdout(None):
                    live(seed, template, memory)
            except LawBrokenError as error:
                if error.law is not LAWS[fault]:
                    raise  # another law has noticed what this one is there for
                return
    raise AssertionError(f"{_MOST_SEEDS} histories did not notice that the hub {fault.__name__}")
