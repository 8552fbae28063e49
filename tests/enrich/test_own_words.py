"""Our own words: whole, labelled, and checks that are not among the examples."""

import pytest

from enrich.own_words import LANGUAGES, Outcome, f1, items, outcome
from enrich.passages import ARTICLE
from enrich.taxonomy import shipped

TOPICS = {topic.name for topic in shipped()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_item_is_whole(language: str) -> None:
    learnt, checked = items("examples", language), items("checks", language)
    articles = items("articles", language)
    for item in (*learnt, *checked, *articles):
        assert item.title
        assert item.label in ("positive", "hard_negative", "negative", "borderline")
        assert set(item.topics) <= TOPICS
        assert item.why
    assert not {item.title for item in learnt} & {item.title for item in checked}
    assert {item.positive for item in checked} == {True, False}
    assert {item.positive for item in articles} == {True, False}
    assert min(len(item.text) for item in articles) > ARTICLE


def test_an_outcome_counts_hits_and_alarms() -> None:
    everything = outcome("de", lambda _title, _text: True)
    assert (everything.hits, everything.alarms) == (everything.stories, everything.others)
    nothing = outcome("de", lambda _title, _text: False)
    assert (nothing.hits, nothing.alarms) == (0, 0)
    assert f1([nothing]) == 0
    assert f1([Outcome("en", 4, 3, 10, 1)]) == pytest.approx(6 / 8)
