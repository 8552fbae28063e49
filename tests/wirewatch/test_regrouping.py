"""Regrouping: a person takes articles out of a story, or makes two one, and it stays so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from arriving import OTHER, arrive, entry_of, index, let_in, meaning, piece
from factories import Clock, a_statement, item
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from core.index import Outcome, Written
from core.ledger import alerts, held_alerts, members, mutes, splits, stories, tables
from core.ledger.stories import StoryArticle
from core.query import parse
from core.records import Alert, AlertKind, Article, Statement
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.maintenance.erasing import chosen, erase
from wirewatch.regrouping import RegroupingError, merge, obstacle, split
from wirewatch.stages.deliver import preview_digest, send_digest
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULES = """
[[rule]]
name = "spies"
query = "title:spies"

[[rule]]
name = "mayor"
query = "title:mayor"
"""
RATED = '[[rule]]\nname = "spies"\nquery = "title:spies"\nat_most = "1/day"\n'

MONTH = timedelta(days=30)


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path), now=clock) as opened:
        yield opened


def alike(house: House, number: int, title: str = "", **changes: object) -> Article:
    """An article that joins all others of its kind, by its meaning."""
    text = " ".join(f"word{place * number}" for place in range(1, 60))
    fields = {"meaning": meaning(1.0, number / 1000), "text": text, **changes}
    return piece(house, number, title or f"Headline {number}", str(fields.pop("text")), **fields)


def story_of(house: House, article: Article) -> str | None:
    return entry_of(house, article).story


def told(house: House, *, rule: str | None = None) -> list[tuple[str, AlertKind, str]]:
    """The rule, kind and story of all alerts, in order."""
    with house.ledger.read() as tx:
        return [
            (alert.rule, alert.kind, alert.story)
            for alert, _ in alerts.listed(tx)
            if rule in (None, alert.rule)
        ]


def test_an_article_and_its_copies_become_a_story_of_their_own(house: House) -> None:
    first, second, third = (alike(house, number) for number in (1, 2, 3))
    copy = piece(house, 4, "Headline 2, once more", second.text, meaning=second.meaning)
    let_in(house, first, second, third, copy)
    assert {story_of(house, one) for one in (first, second, third, copy)} == {first.id}

    assert split(house, first.id, [second.id]) == second.id

    placed = {one.id: story_of(house, one) for one in (first, second, third, copy)}
    assert placed == {first.id: first.id, second.id: second.id, third.id: first.id} | {
        copy.id: second.id
    }
    with house.ledger.read() as tx:
        old, new = stories.get(tx, first.id), stories.get(tx, second.id)
        why = [one.placed_at for one in stories.articles_of(tx, second.id)]
        window = {one.article: one.story for one in members.window(tx, [house.now()], MONTH)}
    assert old is not None
    assert new is not None
    assert (old.size, old.copies, new.size, new.copies) == (2, 0, 1, 1)
    assert (old.title, new.title) == ("Headline 1", "Headline 2")
    assert why == [house.now()] * 2
    assert window == {first.id: first.id, second.id: second.id, third.id: first.id}
    found = house.index.search(parse(f"story:{second.id}"))
    assert {one.id for one in found.articles} == {second.id, copy.id}


def test_what_a_desk_may_only_read_is_written_by_the_next_pass(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(written: Iterable[Article]) -> Iterator[Written]:
        for one in written:
            yield Written(id=one.id, outcome=Outcome.FAILED, reason="a reader's key")

    def found() -> list[str]:
        return [one.id for one in house.index.search(parse(f"story:{second.id}")).articles]

    first, second = alike(house, 1), alike(house, 2)
    let_in(house, first, second)
    with monkeypatch.context() as patched:
        patched.setattr(house.index, "write", refused)
        assert split(house, first.id, [second.id]) == second.id
    assert (story_of(house, second), found()) == (second.id, [])
    index(house)
    assert found() == [second.id]


def test_what_was_split_stays_apart_and_later_articles_join_the_closer_one(house: House) -> None:
    first, second = alike(house, 1), alike(house, 2)
    let_in(house, first, second)
    split(house, first.id, [second.id])
    near_both = alike(house, 3)
    let_in(house, near_both)
    assert story_of(house, near_both) in (first.id, second.id)
    assert {story_of(house, first), story_of(house, second)} == {first.id, second.id}
    # It is the split that keeps them apart: without it, an article between them joins the two.
    with house.ledger.write() as tx:
        tx.execute(delete(tables.parted))
    let_in(house, alike(house, 4))
    assert {story_of(house, first), story_of(house, second)} == {first.id}


def test_an_edited_article_does_not_go_back(house: House) -> None:
    first, alone = alike(house, 1), piece(house, 2, "A fair", "She opened it.", tags=(), score=0)
    let_in(house, first, alone)
    assert merge(house, first.id, alone.id) == first.id
    assert split(house, first.id, [alone.id]) == alone.id
    again = alike(house, 2, revision=2, url=alone.url, id=alone.id)
    arrive(house, [again])
    link(house)
    assert story_of(house, again) == alone.id


def test_two_stories_become_one_and_one_again_after_a_split(house: House) -> None:
    first, other = alike(house, 1), piece(house, 2, "Cameras", OTHER)
    let_in(house, first, other)
    assert story_of(house, other) == other.id
    assert merge(house, other.id, first.id) == first.id
    assert {story_of(house, first), story_of(house, other)} == {first.id}
    found = house.index.search(parse(f"story:{first.id}"))
    assert {one.id for one in found.articles} == {first.id, other.id}
    assert split(house, first.id, [other.id]) == other.id
    assert merge(house, first.id, other.id) == first.id
    with house.ledger.read() as tx:
        assert splits.pairs(tx) == []
        (_, why) = stories.articles_of(tx, first.id)
    assert why.placed_at == house.now()


@pytest.mark.parametrize("published", [1, 3])
def test_a_split_is_undone_from_either_story_with_the_same_result(
    house: House, published: int
) -> None:
    """Also where one poll brought both, and whichever was published first."""
    seen = house.now() - timedelta(hours=1)
    first, other = (
        alike(house, number, first_seen=seen, published=seen - timedelta(days=days))
        for number, days in ((1, 2), (2, published))
    )
    let_in(house, first)
    let_in(house, other)
    split(house, first.id, [other.id])
    assert merge(house, other.id, first.id) == first.id


def test_of_stories_that_one_poll_brought_the_one_published_first_is_older(house: House) -> None:
    seen = house.now() - timedelta(hours=1)
    first, other = (
        piece(
            house, number, f"Headline {number}", f"word{number} " * 9, first_seen=seen, published=at
        )
        for number, at in ((1, seen - timedelta(days=2)), (2, seen - timedelta(days=1)))
    )
    let_in(house, first, other)
    assert story_of(house, first) != story_of(house, other)
    assert merge(house, other.id, first.id) == first.id


def test_an_older_article_that_stood_alone_gives_the_story_its_id(house: House) -> None:
    alone = piece(house, 1, "A fair", "She opened it.", tags=(), score=0)
    first = alike(house, 2)
    let_in(house, alone, first)
    assert merge(house, first.id, alone.id) == alone.id
    with house.ledger.read() as tx:
        story = stories.get(tx, first.id)
    assert story is not None
    assert (story.id, story.size, story.title, story.score) == (alone.id, 2, "Headline 2", 0.9)


def test_rules_that_told_of_it_go_on_and_for_others_it_is_new(house: House) -> None:
    first, second = alike(house, 1, "Mayor hears a voice"), alike(house, 2, "Spies listen")
    let_in(house, first, second)
    assert told(house) == [("spies", "story", first.id), ("mayor", "story", first.id)]

    split(house, first.id, [second.id])

    # "spies" told of the second article: it is no news. "mayor" knows only the first.
    let_in(house, alike(house, 3, "Spies and the mayor", meaning=second.meaning))
    assert told(house)[2:] == [("mayor", "story", second.id)]


def test_rules_that_told_of_it_as_an_update_go_on(house: House) -> None:
    title = "The agency denies it"
    first = alike(house, 1, "Mayor hears a voice")
    second = alike(house, 2, title, statements=(denial(title),))
    let_in(house, first, second)
    with house.ledger.read() as tx:
        ((alert, _),) = alerts.listed(tx)
    assert [one.told_by.article for one in alert.developments] == [second.id]

    split(house, first.id, [second.id])

    third = alike(house, 3, "The mayor and the agency that denies it", meaning=second.meaning)
    let_in(house, third)
    assert story_of(house, third) == second.id
    assert told(house) == [("mayor", "story", first.id)]


def test_rules_that_told_of_it_two_splits_ago_go_on(house: House) -> None:
    first, second, third = alike(house, 1), alike(house, 2), alike(house, 3, "Spies listen")
    let_in(house, first, second, third)
    split(house, first.id, [second.id, third.id])
    split(house, second.id, [third.id])
    fourth = piece(house, 4, "Spies again", third.text)
    let_in(house, fourth)
    assert story_of(house, fourth) == third.id
    assert told(house) == [("spies", "story", first.id)]


def test_a_story_that_was_one_before_goes_on_where_it_was(house: House) -> None:
    # Two stories, each told of; a third article shows them to be one.
    first = alike(house, 1, "Mayor hears a voice", meaning=meaning(1.0, 0.0))
    second = piece(house, 2, "The mayor buys cameras", OTHER)
    let_in(house, first, second)
    merge(house, first.id, second.id)
    third = piece(house, 3, "Mayor, again", "Once more.", meaning=meaning(1.0, 0.0))
    let_in(house, third)
    before = told(house)
    assert before == [("mayor", "story", first.id), ("mayor", "story", second.id)]

    assert split(house, first.id, [second.id]) == second.id

    with house.ledger.read() as tx:
        assert stories.root(tx, second.id) == second.id
        followed = {
            (row.rule, row.story): row.alerts for row in tx.execute(tables.followed.select())
        }
    # Its alerts go on being counted from all that were: a key is never used twice.
    assert followed == {("mayor", first.id): 2, ("mayor", second.id): 2}
    let_in(house, piece(house, 4, "The mayor's cameras", OTHER + " More."))
    assert told(house) == before


def held(house: House) -> list[Alert]:
    with house.ledger.read() as tx:
        return [one.alert for one in held_alerts.listed(tx)]


def denial(title: str) -> Statement:
    """A statement that is the whole of a headline."""
    return a_statement("denial", title, speaker="the agency", field="title")


@pytest.fixture
def rated(house: House, tmp_path: Path) -> House:
    """A house whose rule has sent all that it may today."""
    (tmp_path / "rules.toml").write_text(RATED)
    let_in(house, piece(house, 9, "Other spies", OTHER))
    return house


def test_an_alert_that_is_held_back_counts_as_heard(rated: House) -> None:
    first, second = alike(rated, 1), alike(rated, 2, "Spies listen")
    let_in(rated, first, second)
    split(rated, first.id, [second.id])
    let_in(rated, alike(rated, 3, "Spies again", meaning=second.meaning))
    assert len(held(rated)) == 1


def test_an_alert_that_is_held_back_goes_with_the_article_that_raised_it(
    rated: House, clock: Clock
) -> None:
    first, second = alike(rated, 1), alike(rated, 2, "Spies listen")
    let_in(rated, first, second)
    split(rated, first.id, [second.id])
    (alert,) = held(rated)
    assert (alert.story, alert.article, alert.kind) == (second.id, second.id, AlertKind.STORY)
    assert (alert.headline, alert.first.article) == ("Spies listen", second.id)
    # Nobody has heard of the other story, which is new once it matches the rule.
    third = piece(rated, 3, "Spies of the first story", first.text)
    let_in(rated, third)
    assert story_of(rated, third) == first.id
    for _ in range(2):
        clock.go(days=1, minutes=1)
        match(rated)
    assert held(rated) == []
    assert told(rated)[1:] == [("spies", "story", second.id), ("spies", "story", first.id)]


def test_an_alert_that_is_held_back_tells_each_story_its_own_news(
    rated: House, clock: Clock
) -> None:
    title = "The agency denies it"
    first = alike(rated, 1, "Spies listen")
    second = alike(rated, 2, title, statements=(denial(title),))
    let_in(rated, first, second)
    (before,) = held(rated)
    assert [one.told_by.article for one in before.developments] == [second.id]

    split(rated, first.id, [second.id])

    opened, update = held(rated)
    assert (opened.key, opened.kind, opened.story) == (before.key, AlertKind.STORY, first.id)
    assert (opened.developments, opened.outlets) == ((), (first.outlet,))
    assert (update.kind, update.story, update.article) == (
        AlertKind.DEVELOPMENT,
        second.id,
        second.id,
    )
    assert (update.headline, update.title, update.outlets) == (title, title, (second.outlet,))
    assert update.developments == before.developments
    assert update.key != before.key


def test_an_update_that_is_held_back_is_told_of_the_story_that_has_it(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "rules.toml").write_text(RATED)
    first = alike(house, 1, "Spies listen")
    let_in(house, first)
    title = "The agency denies it"
    second = alike(house, 2, title, statements=(denial(title),))
    let_in(house, second)
    assert [(one.kind, one.story) for one in held(house)] == [(AlertKind.DEVELOPMENT, first.id)]
    split(house, first.id, [second.id])
    assert [(one.kind, one.story) for one in held(house)] == [(AlertKind.DEVELOPMENT, second.id)]
    # Its first alert was sent: the old story is still followed.
    let_in(house, alike(house, 3, "More spies"))
    assert told(house) == [("spies", "story", first.id)]


def test_a_digest_tells_of_a_story_that_was_split_as_two(house: House, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nname = "spies"\nquery = "title:spies"\nto = []\n[[digest]]\nname = "daily"\n'
    )
    title = "The agency denies it"
    first = alike(house, 1, "Spies listen")
    second = alike(house, 2, title, statements=(denial(title),))
    let_in(house, first, second)
    (plan,) = house.rules.digests

    def gathered() -> list[tuple[str, str]]:
        digest = preview_digest(house, plan)
        assert digest is not None
        return [(one.story, one.headline) for one in digest.alerts]

    assert len(gathered()) == 1
    split(house, first.id, [second.id])
    assert gathered() == [(first.id, "Spies listen"), (second.id, title)]

    assert send_digest(house, plan)
    with house.ledger.write() as tx:
        ((alert, _),) = alerts.listed(tx)
        update = alert.as_told_by(alert.developments[0].told_by)
        late = {"key": "late", "rule": "late", "kind": AlertKind.DEVELOPMENT}
        alerts.add(tx, update.model_copy(update=late), [], house.now())
    assert preview_digest(house, plan) is None, "it was told while the two were one"


def of_kind(house: House, number: int, title: str, kind: int) -> Article:
    """An article that joins those of its kind only."""
    text = " ".join(f"{word}{number}" for word in ("one", "two", "three", "four", "five"))
    parts = (float(kind == one) for one in range(3))
    return piece(house, number, title, text, meaning=meaning(*parts))


def test_the_part_that_stays_is_new_if_only_the_other_was_told_of(house: House) -> None:
    older, opener = of_kind(house, 1, "Older", 0), of_kind(house, 2, "Spies", 1)
    let_in(house, older, opener)
    merge(house, opener.id, older.id)
    let_in(house, of_kind(house, 3, "Spies, but no news of the story", 0))
    assert told(house) == [("spies", "story", opener.id)]

    split(house, older.id, [opener.id])
    let_in(house, of_kind(house, 4, "Spies, again", 0), of_kind(house, 5, "Spies!", 1))
    assert told(house)[1:] == [("spies", "story", older.id)]


def test_after_a_split_both_parts_go_on_if_the_alert_waited_while_they_became_one(
    house: House, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "rules.toml").write_text(RATED)
    let_in(house, of_kind(house, 9, "Other spies", 2))
    older, opener = of_kind(house, 1, "Older", 0), of_kind(house, 2, "Opener", 1)
    let_in(house, older, opener, of_kind(house, 3, "Spies", 1))
    merge(house, opener.id, older.id)
    clock.go(days=1)
    match(house)
    before = told(house)
    assert before[1:] == [("spies", "story", older.id)]

    split(house, older.id, [opener.id])
    clock.go(days=1)
    let_in(house, of_kind(house, 4, "Spies, again", 0), of_kind(house, 5, "Spies!", 1))
    assert told(house) == before
    with house.ledger.read() as tx:
        followed = {row.story for row in tx.execute(tables.followed.select())}
    assert {older.id, opener.id} <= followed


def test_a_split_story_is_told_of_even_if_the_other_is_muted(house: House) -> None:
    first, second = alike(house, 1), alike(house, 2)
    let_in(house, first, second)
    with house.ledger.write() as tx:
        mutes.mute(tx, first.id, house.now())
    split(house, first.id, [second.id])
    with house.ledger.read() as tx:
        assert set(stories.muted(tx, [first.id, second.id])) == {first.id}


def test_a_story_that_a_person_adds_to_stays_muted(house: House) -> None:
    first, other = alike(house, 1), piece(house, 2, "Cameras", OTHER)
    let_in(house, first, other)
    with house.ledger.write() as tx:
        mutes.mute(tx, first.id, house.now())
    merge(house, first.id, other.id)
    with house.ledger.read() as tx:
        assert set(stories.muted(tx, [other.id])) == {other.id}


def test_scores_follow_the_articles(house: House) -> None:
    first, second = alike(house, 1, score=0.6), alike(house, 2, score=0.95)
    let_in(house, first, second)
    split(house, first.id, [second.id])
    with house.ledger.read() as tx:
        scores = {one.id: one.score for one in stories.listed(tx)}
    assert scores == {first.id: 0.6, second.id: 0.95}


def a_telling(number: int, **changes: object) -> StoryArticle:
    fields = {
        "article": item(number).id,
        "title": f"Headline {number}",
        "url": item(number).url,
        "outlet": "News",
        "first_seen": Clock()(),
    }
    return StoryArticle.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ([2], None),
        ([2, 4], None),
        ([], "no article is chosen"),
        ([7], "is not in this story"),
        ([1], "'Headline 1' opened the story, which has its id: take out the others instead"),
        ([3], "'Headline 3' is a copy: take out what it is a copy of, and it goes along"),
    ],
)
def test_what_cannot_be_taken_out_is_said(chosen: list[int], why: str | None) -> None:
    articles = [
        a_telling(1),
        a_telling(2),
        a_telling(3, duplicate_of=item(2).id),
        a_telling(4),
    ]
    said = obstacle(articles, item(1).id, [item(number).id for number in chosen])
    assert said is None if why is None else why in str(said)


def test_a_story_whose_opener_is_gone_keeps_an_article() -> None:
    articles = [a_telling(2), a_telling(3, duplicate_of=item(2).id)]
    assert "nothing would be left" in str(obstacle(articles, item(1).id, [item(2).id]))


def test_what_cannot_become_one_is_said(house: House) -> None:
    first, second = alike(house, 1), alike(house, 2)
    waiting = piece(house, 3, "Cameras", OTHER)
    let_in(house, first, second)
    arrive(house, [waiting])
    for other, why in [
        (first.id, "one story already"),
        ("nowhere", "no story has the id 'nowhere'"),
        (second.id, f"is in the story 'Headline 1' ({first.id[:12]})"),
        (waiting.id, "is in no story yet"),
    ]:
        with pytest.raises(RegroupingError) as raised:
            merge(house, first.id, other)
        assert why in str(raised.value)


def test_a_story_whose_articles_are_erased_cannot_become_part_of_another(house: House) -> None:
    first, other = alike(house, 1), piece(house, 2, "Cameras", OTHER)
    let_in(house, first, other)
    erase(house, chosen(house, entry_of(house, other)), "not about us")
    for one, another in [(first.id, other.id), (other.id, first.id)]:
        with pytest.raises(RegroupingError, match="has no articles any more"):
            merge(house, one, another)


def test_an_erased_article_is_gone_from_alerts_of_the_stories_it_was_taken_out_of(
    house: House,
) -> None:
    first, second, third = alike(house, 1), alike(house, 2), alike(house, 3, "Spies listen")
    let_in(house, first, second, third)
    split(house, first.id, [second.id, third.id])
    split(house, second.id, [third.id])
    erase(house, chosen(house, entry_of(house, third)), "an order of the court")
    with house.ledger.read() as tx:
        ((alert, _),) = alerts.listed(tx)
    assert (alert.story, alert.article) == (first.id, third.id)
    assert "Spies" not in alert.model_dump_json().replace(alert.query, "")
    assert alert.headline == "Headline 1"


def test_passes_go_on_while_the_index_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pass that finds link or match taken does not wait, but leaves its articles to the next."""
    first, second = alike(house, 1), alike(house, 2)
    let_in(house, first, second)
    free: list[set[str]] = []

    def written(house: House) -> int:
        with house.lease("link", "match") as taken:
            free.append(taken)
        return 0

    monkeypatch.setattr("wirewatch.regrouping.index_moved", written)
    split(house, first.id, [second.id])
    merge(house, first.id, second.id)
    assert free == [{"link", "match"}] * 2


@pytest.mark.parametrize("stage", ["link", "match"])
def test_a_pass_at_work_on_stories_is_left_alone(house: House, stage: str) -> None:
    first, second = alike(house, 1), alike(house, 2)
    let_in(house, first, second)
    with house.lease(stage), pytest.raises(RegroupingError, match="a pass is at work"):
        split(house, first.id, [second.id])
    assert story_of(house, second) == first.id


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8
)


@given(steps=STEPS)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_split_and_merged_each_article_is_in_one_story(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]
) -> None:
    with House(load_settings(tmp_path_factory.mktemp("home"))) as house:
        articles = [alike(house, number) for number in range(1, 6)]
        articles.append(alike(house, 6, text=articles[1].text))
        arrive(house, articles)
        link(house)
        for is_split, one, other in steps:
            story = story_of(house, articles[one])
            assert story is not None
            try:
                if is_split:
                    split(house, story, [articles[other].id])
                else:
                    merge(house, story, story_of(house, articles[other]) or "")
            except RegroupingError:
                continue
        with house.ledger.read() as tx:
            listed = stories.listed(tx)
            members_of = {one.id: stories.articles_of(tx, one.id) for one in listed}
            pairs = splits.pairs(tx)
            rows = {row.article: row.story for row in tx.execute(tables.members.select())}
        held = {one.article: story for story, several in members_of.items() for one in several}
        assert held == {one.id: story_of(house, one) for one in articles}
        assert {article: held[article] for article in rows} == rows
        assert {one.id: one.size + one.copies for one in listed} == {
            story: len(several) for story, several in members_of.items()
        }
        assert all(one != other for one, other in pairs)
