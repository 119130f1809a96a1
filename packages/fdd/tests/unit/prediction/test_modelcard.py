"""The card says what may be said, in both languages."""

from __future__ import annotations

import pytest

from fdd.evaluation import PooledIntervals
from fdd.prediction.modelcard import _band, model_card

from .conftest import ANSWER, NUMBER


@pytest.fixture(scope="module")
def card(made):
    return model_card(made.card, made.value, licence="CC BY 4.0")


def test_every_served_endpoint_is_described(card):
    assert [endpoint.endpoint for endpoint in card.endpoints] == [NUMBER, ANSWER]
    number, answer = card.endpoints
    assert (number.binary, number.metric, answer.positive_en != "") == (False, "mae", True)
    assert number.own.low < number.own.value < number.own.high


def test_exact_counts_and_scores_of_few_molecules_stay_away(made, card):
    counts = {str(n) for row in made.value.rows for n in row.molecules}
    assert not counts & set(card.model_dump_json().replace(",", " ").replace(":", " ").split())
    few = made.value.model_copy(
        update={
            "rows": tuple(
                row.model_copy(update={"own": row.own.model_copy(update={"enough": False})})
                for row in made.value.rows
            )
        }
    )
    assert all(e.own is None for e in model_card(made.card, few).endpoints)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Limits", "Licence: CC BY 4.0")), ("ko", ("한계", "이용 조건"))]
)
def test_the_text_is_whole_in_a_language(card, language, words):
    text = card.markdown(language)
    assert all(word in text for word in words)
    assert "{" not in text
    assert NUMBER in text


def test_the_recipe_is_on_the_card_where_it_was_kept(made, card):
    text = card.markdown("en")
    assert "6 rounds of 1 epochs, batch 32" in text
    assert "hidden 32" in text
    older = model_card(made.card.model_copy(update={"provenance": None}), made.value)
    assert "Recipe" not in older.markdown("en")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "200–500 molecules"), ("ko", "분자 200–500")]
)
def test_what_all_sites_calibrated_is_named_as_a_band(made, card, language, words):
    pooled = PooledIntervals(level=0.9, molecules=321, sites=3, half_width=1.0)
    number, answer = made.card.endpoints
    shared = (number.model_copy(update={"pooled": pooled}), answer)
    text = model_card(made.card.model_copy(update={"endpoints": shared}), made.value).markdown(
        language
    )
    assert words in text
    assert "321" not in text
    assert words not in card.markdown(language)


def test_bands():
    assert [_band(n) for n in (3, 20, 777, 10**6)] == ["< 20", "20–50", "500–1,000", "≥ 100,000"]
