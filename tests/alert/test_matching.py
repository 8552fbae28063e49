"""Which articles match which rules: one alert for each rule and story, for the first match."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, a_mention, a_statement, an_article, item

from alert.matching import (
    MAX_WHY,
    Batch,
    at_present,
    match_rule,
    story_of,
)
from alert.rules import Rule
from core.conditions import NO_NAMES
from core.query import parse
from core.records import (
    AlertKind,
    Article,
    Coverage,
    DevelopmentKind,
    Evidence,
    Followed,
    Tag,
    Telling,
    content_id,
)
from search.percolator import Percolator


def a_rule(query, name="r", **more):
    return Rule(name, parse(query), ("terminal",), **more)


def coverage_of(articles):
    """The state of stories when there are exactly these articles."""
    by_story: dict[str, list[Article]] = {}
    for one in articles:
        by_story.setdefault(story_of(one), []).append(one)
    return {
        story: Coverage(
            story=story,
            headline=several[0].title,
            language=several[0].language,
            first=Telling(
                article=several[0].id,
                title=several[0].title,
                url=several[0].url,
                outlet=several[0].outlet,
                first_seen=several[0].first_seen,
            ),
            outlets=tuple(dict.fromkeys(one.outlet for one in several)),
            copies=sum(one.duplicate_of is not None for one in several),
        )
        for story, several in by_story.items()
    }


def batches(rules, *several, country_name=str):
    """The alerts of batches matched one after the other: pairs of rule and alert."""
    seen, found = [], []
    followed: dict[str, dict[str, Followed]] = {rule.name: {} for rule in rules}
    for articles in several:
        seen += articles
        stories = {story_of(one): story_of(one) for one in seen}
        batch = Batch(articles, stories, coverage_of(seen), NOON, country_name, countries_of)
        asked = at_present(rules, NOON, NO_NAMES)
        matched = Percolator([rule.query.condition for rule in asked]).match(articles)
        for rule, at_noon, places in zip(rules, asked, matched, strict=True):
            result = match_rule(at_noon, places, batch, followed[rule.name])
            followed[rule.name] |= result.followed
            found += [(rule, alert) for alert in result.alerts]
    return found


def matched(rules, articles):
    return batches(rules, articles)


def denial(speaker="the ministry", text="the ministry denies it"):
    return a_statement("denial", text, speaker=speaker)


def countries_of(article):
    return frozenset(article.country)


def a_country(code):
    return a_mention("place", code, country=code)


def tag(topic, *phrases):
    evidence = tuple(
        Evidence(field="text", start=0, end=len(phrase), phrase=phrase, why="a rule")
        for phrase in phrases
    )
    return Tag(topic=topic, score=0.7, evidence=evidence)


@pytest.mark.parametrize(
    ("known", "title", "language"),
    [("Spyware everywhere", "Spyware everywhere", "de"), ("", "Spyware found", "en")],
)
def test_an_alert_has_its_storys_headline_and_first_article_as_far_as_known(known, title, language):
    article = an_article(1, title="Spyware found", language="en")
    standing = coverage_of([article])[article.id]
    told = {"title": known, "language": "de" if known else ""}
    first = standing.first.model_copy(update=told)
    standing = standing.model_copy(update={"headline": known, "first": first})
    stories = {article.id: article.id}
    batch = Batch([article], stories, {article.id: standing}, NOON, str, countries_of)
    (alert,) = match_rule(a_rule("spyware"), [0], batch, {}).alerts
    assert (alert.title, alert.headline) == ("Spyware found", title)
    assert (alert.first.title, alert.first.language) == (title, language)


def test_alert_has_rule_article_score_and_evidence():
    article = an_article(1, title="Spyware found", score=0.7, tags=(tag("spyware", "a", "b"),))
    rule = a_rule("topic:spyware", "my rule")
    ((found, alert),) = matched([rule], [article, an_article(2)])
    assert found is rule
    assert (alert.rule, alert.query, alert.score) == ("my rule", "topic:spyware", 0.7)
    assert (alert.title, alert.url, alert.outlet) == (article.title, article.url, article.outlet)
    assert (alert.article, alert.story, alert.created_at) == (article.id, article.id, NOON)
    assert [piece.phrase for piece in alert.why] == ["a", "b"]
    assert alert.key == content_id(f"my rule\n{article.id}")


def test_phrase_that_supports_two_topics_is_listed_once():
    tags = (tag("surveillance", "spy"), tag("spyware", "spy", "b"))
    article = an_article(1, text="spy", score=0.7, tags=tags)
    for query in ("topic:spyware", "spy"):
        ((_, alert),) = matched([a_rule(query)], [article])
        assert [piece.phrase for piece in alert.why] == ["spy", "b"]


def test_story_is_alerted_once_for_its_first_matching_article():
    story = item(1).id
    articles = [
        an_article(4, title="spyware"),
        an_article(3, title="other words", story=story, statements=(denial(),)),
        an_article(2, title="spyware", story=story, first_seen=NOON + timedelta(days=3)),
        an_article(1, title="spyware spyware", story=story, first_seen=NOON - timedelta(days=3)),
    ]
    alerts = [alert for _, alert in matched([a_rule("spyware")], articles)]
    assert [(alert.article, alert.story) for alert in alerts] == [
        (item(4).id, item(4).id),
        (item(2).id, story),
    ]


@pytest.mark.parametrize(("days", "matches"), [(1, True), (3, False)])
def test_relative_dates_count_from_the_given_time(days, matches):
    article = an_article(1, published=NOON - timedelta(days=days))
    assert bool(matched([a_rule("published:>now-2d")], [article])) is matches


def test_rule_may_leave_out_old_articles_but_keeps_undated_ones():
    dates = (None, NOON - timedelta(days=29), NOON - timedelta(days=31))
    articles = [
        an_article(place, text="a camera", published=date) for place, date in enumerate(dates)
    ]
    found = matched([a_rule("camera NOT published:<now-30d")], articles)
    assert [alert.article for _, alert in found] == [one.id for one in articles[:2]]


def test_evidence_is_limited_and_followed_by_the_rules_own_hits():
    tags = tag("a", *"abcdef"), tag("b", *"ghi")
    article = an_article(1, title="Not only x", text="Oh, w z u v x", tags=tags)
    ((_, alert),) = matched([a_rule("u v x w z")], [article])
    shown = [piece.phrase for piece in alert.why]
    assert shown[:MAX_WHY] == list("abcdef")
    assert shown[MAX_WHY:] == ["x", "w", "z", "u"]
    first = alert.why[MAX_WHY]
    assert article.title[first.start : first.end] == "x"


def test_names_that_a_rule_asks_for_are_shown_as_the_article_has_them():
    named = a_mention("vendor", "NSO Group", end=len("NSO"))
    article = an_article(1, title="NSO sells", mentions=(named, a_country("IL")))
    ((_, alert),) = matched([a_rule('vendor:"NSO Group"')], [article])
    assert [piece.phrase for piece in alert.why] == ["NSO"]


def the_story(**changes):
    story = item(1).id
    return [
        an_article(1, title="Spyware found", outlet="First", story=story),
        an_article(2, title="Copy", outlet="Second", story=story, duplicate_of=story),
        an_article(
            3, title="It is denied", outlet="Third", story=story, statements=(denial(),), **changes
        ),
    ]


def test_story_and_its_denial_are_alerted_and_its_copies_are_not():
    story, copy, denied = the_story()
    (_, first), (_, second) = batches([a_rule("spyware")], [story], [copy], [denied])
    assert (first.kind, first.article, first.developments) == (AlertKind.STORY, story.id, ())
    assert (second.kind, second.article) == (AlertKind.DEVELOPMENT, denied.id)
    (new,) = second.developments
    assert (new.kind, new.what) == (DevelopmentKind.DENIAL, "The ministry denied it")
    assert new.quote == "the ministry denies it"
    assert new.told_by.outlet == "Third"
    assert (second.first.article, second.outlets) == (story.id, ("First", "Second", "Third"))
    assert second.copies == 1
    assert first.key != second.key


def test_story_and_its_denial_in_one_batch_make_one_alert():
    story, _, denied = the_story()
    again = denied.model_copy(update={"id": item(4).id, "outlet": "Fourth"})
    rule = a_rule("spyware", pickup=2)
    (_, told), (_, later) = batches([rule], [story, denied], [again, denied])
    assert (told.kind, told.article) == (AlertKind.STORY, story.id)
    assert told.key == content_id(f"r\n{story.id}")
    assert [one.what for one in told.developments] == ["The ministry denied it"]
    assert [one.kind for one in later.developments] == [DevelopmentKind.PICKUP]
    assert later.key == content_id(f"r\n{story.id}\n2")


def test_first_alert_tells_who_denies_what_its_article_reports():
    _, _, denied = the_story(text="spyware, the ministry denies it")
    again = denied.model_copy(update={"id": item(4).id, "outlet": "Fourth"})
    ((_, told),) = batches([a_rule("spyware")], [denied], [again])
    (new,) = told.developments
    assert (told.kind, new.what, new.told_by.article) == (
        AlertKind.STORY,
        "The ministry denied it",
        denied.id,
    )
    only = a_rule("spyware", developments=frozenset({DevelopmentKind.COURT}))
    ((_, told),) = batches([only], [denied])
    assert told.developments == ()


def test_batch_gives_a_story_one_alert_with_all_developments():
    story, _, denied = the_story()
    court = denied.model_copy(
        update={
            "id": item(5).id,
            "statements": (a_statement("court", "It", speaker="the high court", field="title"),),
        }
    )
    _, (_, second) = batches([a_rule("spyware")], [story], [court, denied])
    assert [one.kind for one in second.developments] == [
        DevelopmentKind.DENIAL,
        DevelopmentKind.COURT,
    ]


def test_first_country_named_is_where_a_story_plays_and_the_next_is_news():
    story, *_ = the_story()
    at_home, abroad = (
        an_article(number, title=code, story=story.id, mentions=(a_country(code),))
        for number, code in ((3, "IT"), (4, "EG"))
    )
    _, (_, update) = batches([a_rule("spyware")], [story], [at_home], [abroad, at_home])
    assert [one.what for one in update.developments] == ["The story reaches EG"]


@pytest.mark.parametrize("languages", [("es", "en"), ("en", "es"), ("es", "es")])
def test_story_alert_prefers_an_article_in_the_headlines_language(languages):
    opener = an_article(1, title="Plain", language="en")
    spyware = [
        an_article(number, title="Spyware found", story=opener.id, language=language)
        for number, language in enumerate(languages, 2)
    ]
    last = an_article(9, title="Plain", story=opener.id, language="en")  # does not match
    (told,) = [alert for _, alert in batches([a_rule("spyware")], [opener, *spyware, last])]
    telling = languages.index("en") if "en" in languages else 0
    assert (told.kind, told.article) == (AlertKind.STORY, spyware[telling].id)


@pytest.mark.parametrize("languages", [("es", "en"), ("en", "es")])
def test_development_prefers_an_article_in_the_headlines_language(languages):
    story, _, denied = the_story()
    story = story.model_copy(update={"language": "en"})
    denials = [
        denied.model_copy(update={"id": item(number).id, "language": language})
        for number, language in enumerate(languages, 7)
    ]
    told = [alert for _, alert in batches([a_rule("spyware")], [story], denials)]
    (new,) = told[1].developments
    in_english = denials[languages.index("en")].id
    assert (new.told_by.article, told[1].article) == (in_english, in_english)
    assert {new.told_by.language, told[1].language, told[1].headline_language} == {"en"}


def test_development_in_another_language_is_alerted_if_it_is_the_only_one():
    story, _, denied = the_story()
    story, denied = (
        one.model_copy(update={"language": language})
        for one, language in ((story, "en"), (denied, "es"))
    )
    plain = an_article(7, title="x", story=story.id, language="en")
    told = [alert for _, alert in batches([a_rule("spyware")], [story], [denied, plain])]
    (new,) = told[1].developments
    assert new.told_by.article == denied.id


def test_another_affair_that_joins_an_old_story_is_heard_of():
    story, *_ = the_story()
    passing, other, same_day, off_rule = (
        an_article(
            number,
            title=title,
            story=story.id,
            first_seen=story.first_seen + timedelta(days=days),
        )
        for number, days, title in (
            (4, 20, "Spyware again"),
            (5, 40, "A ministry's spyware is found"),
            (6, 40, "More on that spyware"),
            (7, 80, "On something else"),
        )
    )
    rule = a_rule("spyware", developments=frozenset({DevelopmentKind.COURT}))
    assert len(batches([rule], [story], [other])) == 1
    (_, first), *updates = batches(
        [a_rule("spyware")], [story], [passing], [other, same_day], [off_rule]
    )
    assert (first.kind, first.developments) == (AlertKind.STORY, ())
    told = [[(one.what, one.told_by.title) for one in alert.developments] for _, alert in updates]
    assert told == [
        [("First report in 20 days", "Spyware again")],
        [("First report in 20 days", "A ministry's spyware is found")],
    ]


def test_pickup_is_alerted_once_above_the_rules_number():
    story = item(1).id
    others = [an_article(n, title="x", outlet=f"Outlet {n}", story=story) for n in range(2, 8)]
    first = an_article(1, title="spyware", outlet="First", story=story)
    alerts = [a for _, a in batches([a_rule("spyware", pickup=3)], [first], *[[o] for o in others])]
    (_, second) = alerts
    (new,) = second.developments
    assert new.what == "Picked up by 4 outlets: First, then Outlet 2, Outlet 3 and Outlet 4"


def test_story_alerted_before_developments_existed_starts_from_its_articles():
    story, _, denied = the_story()
    seen = [story, denied]
    batch = Batch([denied], {story.id: story.id}, coverage_of(seen), NOON, str, countries_of)
    told = match_rule(a_rule("spyware"), (), batch, {story.id: Followed(known=None, alerts=3)})
    assert told.alerts == []
    assert told.followed[story.id].alerts == 3
    known = told.followed[story.id].known
    assert known is not None
    assert "denial" in known.said
