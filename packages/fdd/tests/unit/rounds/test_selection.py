from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from fdd.core.spec import CohortSpec, EndpointSpec, RunSpec
from fdd.rounds.selection import choose


def spec(sample: int, seed: int = 1) -> RunSpec:
    return RunSpec(
        name="sampled",
        seed=seed,
        endpoints=(EndpointSpec(id="lipophilicity.logd74"),),
        cohort=CohortSpec(minimum_sites=1, sample=sample),
    )


def rounds(run: RunSpec, there: list[list[str]]) -> list[tuple[str, ...]]:
    asked: tuple[tuple[str, int], ...] = ()
    cohorts = []
    for number, sites in enumerate(there, start=1):
        cohort, asked = choose(run, number, sites, asked)
        cohorts.append(cohort)
    return cohorts


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 30), st.integers(0, 99))
def test_no_site_is_ever_two_rounds_ahead_of_another(sites, sample, number, seed):
    names = [f"site-{one}" for one in range(sites)]
    counts = Counter(dict.fromkeys(names, 0))
    for cohort in rounds(spec(sample, seed), [names] * number):
        assert list(cohort) == sorted(set(cohort))
        assert len(cohort) == min(sample, sites)
        counts.update(cohort)
        assert max(counts.values()) - min(counts.values()) <= 1


def test_the_company_changes_and_follows_from_the_seed():
    names = [f"site-{one}" for one in range(6)]
    one, again, other = (rounds(spec(3, seed), [names] * 12) for seed in (1, 1, 2))
    assert one == again != other
    assert len(set(one)) > 4


def test_who_was_away_does_not_make_up_for_it():
    present = [["a", "b", "c"]] * 20
    cohorts = rounds(spec(2), [*present, *[["a", "b", "c", "d"]] * 6])
    late = Counter(site for cohort in cohorts[20:] for site in cohort)
    assert max(late.values()) - min(late.values()) <= 2
    assert late["d"] <= 4


def test_without_a_sample_everybody_is_asked_and_nothing_is_counted():
    assert choose(spec(0), 1, ["a", "b"], ()) == (("a", "b"), ())
