"""Checks that compare molecules with each other, with the consortium and with time."""

import re
from dataclasses import replace

import numpy as np
import pytest

from fdd.chem.splits import keyed_fold
from fdd.data.checks import DataView, Finding, Severity, run_checks
from fdd.data.consortium import ConsortiumStatistics, EndpointHistogram, SharedMolecules
from fdd.data.overlap import SMALLEST_GROUP, fingerprints, intersect, keyed_digests
from fdd.data.plots import value_histogram

KEY = b"0123456789abcdef"
SERIES = [
    f"{'C' * chain}{head}c1cc{ring}cc1{tail}"
    for chain in range(1, 6)
    for head in ("O", "N", "S", "C(=O)N")
    for ring in ("c", "n")
    for tail in ("F", "Cl", "OC", "C#N")
]


def found(view: DataView, code: str) -> list[Finding]:
    return [finding for finding in run_checks(view) if finding.code == code]


def learnable(series: list[str]) -> list[float]:
    """A property that similar molecules share."""
    return [
        round(0.3 * s.count("C") + s.count("Cl") - 1.5 * s.count("N") + 0.2 * s.count("n"), 2)
        for s in series
    ]


def test_labels_with_signal_are_left_alone(view_of) -> None:
    assert not found(view_of(SERIES, learnable(SERIES)), "labels_without_signal")


def test_shuffled_labels_are_recognised(view_of) -> None:
    shuffled = np.random.default_rng(3).permutation(learnable(SERIES)).tolist()
    (finding,) = found(view_of(SERIES, shuffled), "labels_without_signal")
    assert finding.severity is Severity.WARN


def test_one_wrong_value_is_a_suspect(view_of) -> None:
    values = learnable(SERIES)
    values[17] += 8
    (finding,) = found(view_of(SERIES, values), "label_noise_suspects")
    assert 19 in finding.rows  # the first row of the file is its second line


def test_near_identical_molecules_with_tenfold_values_are_a_cliff(view_of) -> None:
    long = [f"{'C' * n}c1ccc(F)cc1" for n in range(12, 40)]
    values = [2.0 + 0.01 * n for n in range(28)]
    values[10] = 4.5
    (finding,) = found(view_of(long, values), "activity_cliffs")
    assert 12 in finding.rows
    assert finding.params["apart"] == "tenfold or more"


def test_drift_over_the_years_is_noted(view_of, molecules) -> None:
    many = [s for _ in range(3) for s in molecules]
    dates = [f"{2010 + row // 60}-05-01" for row in range(180)]
    values = [1 + row // 60 + 0.001 * (row % 60) for row in range(180)]
    view = view_of(many, values, extra={"d": dates}, mapping={"date": "d"})
    (finding,) = found(view, "year_drift")
    assert (finding.params["first_year"], finding.params["last_year"]) == (2010, 2012)
    steady = view_of(many, [1 + 0.01 * (row % 60) for row in range(180)],
                     extra={"d": dates}, mapping={"date": "d"})  # fmt: skip
    assert not found(steady, "year_drift")


def test_tautomers_with_another_identity_are_noted(view_of, molecules) -> None:
    # A ketone and its enol have different parent keys; 2-pyridone and its alcohol have one.
    view = view_of([*molecules, "CC(O)=CC(C)=O", "Oc1ccccn1"], [1 + 0.01 * n for n in range(62)])
    rows = [row for finding in found(view, "tautomer_sensitive") for row in finding.rows]
    assert 63 not in rows


def histogram(centre: float) -> EndpointHistogram:
    edges = tuple(np.linspace(centre - 2, centre + 2, 9))
    return EndpointHistogram(edges=edges, counts=(5, 10, 20, 40, 80, 80, 40, 20, 10, 5), sites=4)


@pytest.mark.parametrize(("centre", "code"), [(5.3, None), (8.3, "factor"), (6.9, "shift")])
def test_values_are_compared_with_the_consortium(view_of, molecules, centre, code) -> None:
    view = view_of(
        molecules, [round(4 + 0.045 * n, 3) for n in range(60)], "herg.pic50", unit="pIC50"
    )
    statistics = ConsortiumStatistics(histograms={"herg.pic50": histogram(centre)})
    codes = {f.code for f in run_checks(replace(view, consortium=statistics))}
    assert codes & {"consortium_factor", "consortium_shift"} == (
        {f"consortium_{code}"} if code else set()
    )


def test_the_consortium_is_drawn_with_the_area_of_the_bars(view_of, molecules) -> None:
    view = view_of(
        molecules, [round(4 + 0.045 * n, 3) for n in range(60)], "herg.pic50", unit="pIC50"
    )
    (column,) = view.columns()
    assert "<path" not in value_histogram(column, "en")
    flat = EndpointHistogram(edges=(5.0, 7.0, 9.0), counts=(20, 20, 20, 20), sites=4)
    drawn = value_histogram(column, "ko", flat)
    assert "사이트 4곳" in drawn
    low, high, bars, width, height = 3.0, 11.0, 40, 480, 110
    top = np.histogram(column.values, bars, (low, high))[0].max()
    expected = height * (len(column.values) / bars) / top
    steps = re.findall(r"V([\d.]+) H([\d.]+)", drawn)
    assert [float(x) for _, x in steps] == [width / 4 * n for n in range(1, 5)]
    assert all(height - float(y) == pytest.approx(expected, abs=0.1) for y, _ in steps)


def test_factor_of_a_thousand_blocks(view_of, molecules) -> None:
    view = view_of(
        molecules, [round(4 + 0.045 * n, 3) for n in range(60)], "herg.pic50", unit="pIC50"
    )
    statistics = ConsortiumStatistics(histograms={"herg.pic50": histogram(8.3)})
    (finding,) = found(replace(view, consortium=statistics), "consortium_factor")
    assert finding.severity is Severity.BLOCK
    assert finding.params["decades"] == -3


def test_copied_dataset_is_recognised_by_counts_alone(view_of, molecules) -> None:
    view = view_of(molecules, [1 + 0.01 * n for n in range(60)])
    mine, theirs = (fingerprints(view.dataset, site, KEY) for site in ("alpha", "beta"))
    overlap = intersect(mine, theirs)
    assert (overlap.molecules, overlap.same_values) == (60, 60)
    statistics = ConsortiumStatistics(shared=(overlap.shared(),))
    (finding,) = found(replace(view, consortium=statistics), "copied_dataset")
    assert finding.params["site"] == "beta"


def test_other_values_of_the_same_molecules_are_no_copy(view_of, molecules) -> None:
    mine = fingerprints(view_of(molecules, [1 + 0.01 * n for n in range(60)]).dataset, "a", KEY)
    theirs = fingerprints(view_of(molecules, [2 + 0.02 * n for n in range(60)]).dataset, "b", KEY)
    overlap = intersect(mine, theirs)
    assert (overlap.molecules, overlap.same_values) == (60, 0)


def test_small_overlaps_stay_hidden(view_of, molecules) -> None:
    few = SMALLEST_GROUP - 1
    mine = fingerprints(view_of(molecules, [1 + 0.01 * n for n in range(60)]).dataset, "a", KEY)
    theirs = fingerprints(view_of(molecules[:few], [1.0] * few).dataset, "b", KEY)
    assert intersect(mine, theirs).molecules == 0


def test_fingerprints_under_another_key_have_nothing_in_common(view_of, molecules) -> None:
    dataset = view_of(molecules, [1 + 0.01 * n for n in range(60)]).dataset
    other = fingerprints(dataset, "b", b"another key of sixteen")
    assert intersect(fingerprints(dataset, "a", KEY), other).molecules == 0
    assert not set(dataset.keys.tolist()) & set(other.molecules)


def test_held_out_molecules_in_training_block(view_of, molecules) -> None:
    view = view_of(molecules, [1 + 0.01 * n for n in range(60)])
    training = view.dataset.keys[view.dataset.splits == "train"][:3]
    held_out = frozenset(map(str, keyed_digests(training, KEY)))
    known = replace(view, consortium=ConsortiumStatistics(held_out=held_out), key=KEY)
    (finding,) = found(known, "held_out_in_training")
    assert (finding.severity, finding.count, len(finding.rows)) == (Severity.BLOCK, 3, 3)


def test_digests_differ_from_the_folds_of_the_same_key() -> None:
    assert keyed_digests(["a"], KEY)[0] != f"{keyed_fold('a', KEY):032x}"


@pytest.mark.parametrize("counts", [(1,), (1, 2, -3)])
def test_histogram_that_does_not_fit_is_refused(counts) -> None:
    with pytest.raises(ValueError, match="histogram"):
        EndpointHistogram(edges=(0.0, 1.0), counts=counts, sites=1)


def test_shared_counts_below_half_are_no_copy(view_of, molecules) -> None:
    view = view_of(molecules, [1 + 0.01 * n for n in range(60)])
    shared = SharedMolecules(site="b", mine=60, molecules=50, same_values=20)
    assert not found(
        replace(view, consortium=ConsortiumStatistics(shared=(shared,))), "copied_dataset"
    )
