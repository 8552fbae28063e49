"""Our own words: complete, labelled, and with checks that are not among the examples."""

from collections import Counter

import pytest

from enrich.own_words import Outcome, affairs, f1, items, outcome, reports
from enrich.senses.reader import LANGUAGES
from enrich.tagging.passages import MIN_ARTICLE
from enrich.tagging.taxonomy import shipped

TOPICS = {topic.name for topic in shipped()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_item_is_complete(language: str) -> None:
    learnt, checked = items("examples", language), items("checks", language)
    articles = items("articles", language)
    learnt += [*reports("affairs", language), *reports("other_affairs", language)]
    checked += reports("affair_checks", language)
    for item in (*learnt, *checked, *articles):
        assert item.title
        assert item.label in ("positive", "hard_negative", "negative", "borderline")
        assert set(item.topics) <= TOPICS
        assert item.why
    assert not {item.title for item in learnt} & {item.title for item in checked}
    assert {item.positive for item in checked} == {True, False}
    assert {item.positive for item in articles} == {True, False}
    assert min(len(item.text) for item in articles) > MIN_ARTICLE


def test_every_affair_is_complete() -> None:
    learnt, checked = affairs("affairs"), affairs("affair_checks")
    titles: dict[str, str] = {}
    for author, by_author in (*learnt.items(), *checked.items()):
        several = Counter(report.affair for report in by_author)
        assert min(several.values()) >= 3, author
        languages = {report.language for report in by_author}
        assert languages == ({"en"} if author.startswith("english") else set(LANGUAGES)), author
        neighbours = Counter({(one.neighbour, one.affair): 1 for one in by_author if one.neighbour})
        assert set(Counter(name for name, _ in neighbours).values()) == {2}, author
        for report in by_author:
            assert report.title
            assert report.day >= 0
            assert titles.setdefault(report.title, author) == author
    assert sum(map(len, checked.values())) > 250


def test_an_outcome_counts_hits_and_alarms() -> None:
    everything = outcome("de", items("checks", "de"), lambda _title, _text: True)
    assert (everything.hits, everything.alarms) == (everything.stories, everything.others)
    nothing = outcome("de", items("checks", "de"), lambda _title, _text: False)
    assert (nothing.hits, nothing.alarms) == (0, 0)
    assert f1([nothing]) == 0
    assert f1([Outcome("en", 4, 3, 10, 1)]) == pytest.approx(6 / 8)
