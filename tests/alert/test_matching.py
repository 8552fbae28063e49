"""Which articles meet which rules: one alert for each rule and story, told by the first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from made import NOON, an_article, item

from alert.matching import MAX_WHY, match
from alert.rules import Rule
from core.query import parse
from core.records import Evidence, Tag, content_id
from search.embedded import EmbeddedIndex


def a_rule(query, name="r"):
    return Rule(name, parse(query), ("terminal",))


def matched(rules, articles):
    index = EmbeddedIndex(None)
    for _ in index.write(articles):
        pass
    try:
        return list(match(rules, articles, index, NOON))
    finally:
        index.close()


def tag(topic, *phrases):
    evidence = tuple(
        Evidence(field="text", start=0, end=len(phrase), phrase=phrase, why="a rule")
        for phrase in phrases
    )
    return Tag(topic=topic, score=0.7, evidence=evidence)


def test_an_alert_says_all_that_a_reader_needs():
    article = an_article(1, title="Spyware found", score=0.7, tags=(tag("spyware", "a", "b"),))
    rule = a_rule("topic:spyware", "my rule")
    ((found, alert),) = matched([rule], [article, an_article(2)])
    assert found is rule
    assert (alert.rule, alert.query, alert.score) == ("my rule", "topic:spyware", 0.7)
    assert (alert.title, alert.url, alert.outlet) == (article.title, article.url, article.outlet)
    assert (alert.article, alert.story, alert.created_at) == (article.id, article.id, NOON)
    assert [piece.phrase for piece in alert.why] == ["a", "b"]
    assert alert.key == content_id(f"my rule\n{article.id}")


def test_a_phrase_that_speaks_for_two_topics_is_told_once():
    tags = (tag("surveillance", "a"), tag("spyware", "a", "b"))
    ((_, alert),) = matched([a_rule("topic:spyware")], [an_article(1, score=0.7, tags=tags)])
    assert [piece.phrase for piece in alert.why] == ["a", "b"]


def test_a_story_meets_a_rule_once_by_its_first_article_in_recorded_order():
    story = item(1).id
    articles = [
        an_article(3, title="other words", story=story),
        an_article(2, title="spyware", story=story, first_seen=NOON + timedelta(days=3)),
        an_article(1, title="spyware spyware", story=story, first_seen=NOON - timedelta(days=3)),
        an_article(4, title="spyware"),
    ]
    alerts = [alert for _, alert in matched([a_rule("spyware")], articles)]
    assert [(alert.article, alert.story) for alert in alerts] == [
        (item(2).id, story),
        (item(4).id, item(4).id),
    ]


def test_each_rule_is_met_apart():
    articles = [an_article(1, title="spyware camera")]
    rules = [a_rule("spyware", "a"), a_rule("camera", "b"), a_rule("cake", "c")]
    assert [rule.name for rule, _ in matched(rules, articles)] == ["a", "b"]
    assert len({alert.key for _, alert in matched(rules, articles)}) == 2


@pytest.mark.parametrize(("days", "meets"), [(1, True), (3, False)])
def test_relative_dates_count_from_the_time_that_is_given(days, meets):
    article = an_article(1, published=NOON - timedelta(days=days))
    assert bool(matched([a_rule("published:>now-2d")], [article])) is meets


def test_no_articles_meet_nothing():
    assert matched([a_rule("spyware")], []) == []


def test_more_articles_than_a_page_of_hits_are_all_seen():
    articles = [an_article(number, title="spyware") for number in range(250)]
    assert len(matched([a_rule("spyware")], articles)) == 250


def test_the_evidence_is_cut_short():
    article = an_article(1, title="x", tags=(tag("a", *"abcdef"), tag("b", *"ghi")))
    ((_, alert),) = matched([a_rule("x")], [article])
    assert len(alert.why) == MAX_WHY
