"""The data card shows bands and noise, never a count or a molecule."""

import numpy as np
import pytest

from fdd.data.card import band, data_card
from fdd.data.checks import run_checks
from fdd.data.histograms import SMALLEST_GROUP

SECRET = b"the site's own secret"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "under 10"), (9, "under 10"), (10, "10-19"), (199, "100-199"), (60_000, "50000 or more")],
)
def test_counts_are_bands(count, text) -> None:
    assert band(count) == text


def test_card_is_the_same_however_often_it_is_asked_for(view_of, molecules) -> None:
    view = view_of(molecules, [round(4 + 0.05 * n, 2) for n in range(60)], "herg.pic50",
                   unit="pIC50")  # fmt: skip
    findings = run_checks(view)
    cards = {data_card(view.dataset, findings, SECRET).model_dump_json() for _ in range(3)}
    assert len(cards) == 1
    other = data_card(view.dataset, findings, b"another site's secret")
    assert other.model_dump_json() not in cards


def test_small_groups_are_not_shown_and_noise_is_there(view_of, molecules) -> None:
    values = [5.0 + 0.001 * n for n in range(57)] + [9.5, 9.6, 9.7]
    view = view_of(molecules, values, "herg.pic50", unit="pIC50")
    exact = np.histogram(view.dataset.values[:, 0], np.linspace(3, 11, 13))[0]
    seen = [
        data_card(view.dataset, (), f"secret {n}".encode()).endpoints[0].counts for n in range(40)
    ]
    small = np.flatnonzero(exact < SMALLEST_GROUP - 5)
    assert all(counts[row] == 0 for counts in seen for row in small)
    large = int(exact.argmax())
    shown = [counts[large] for counts in seen]
    assert len(set(shown)) > 3
    assert abs(np.mean(shown) - exact[large]) < 1.5


def test_nothing_exact_is_in_a_card(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0]], [1, 0] * 30 + [0], "herg.inhibition")
    card = data_card(view.dataset, run_checks(view), SECRET)
    (endpoint,) = card.endpoints
    assert (endpoint.molecules, endpoint.positive) == ("50-99", "35-50 %")
    assert endpoint.counts == ()
    text = card.model_dump_json()
    assert not any(str(key) in text for key in view.dataset.keys)
    assert any(finding.startswith("conflicting_replicates herg.inhibition under") for finding
               in card.findings)  # fmt: skip
