"""Matching over a ledger: in recorded order, each story once, then what is new, at its rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from arriving import FEED, TAGS, arrive, meaning, piece
from factories import Clock, a_digest, a_statement
from sqlalchemy import event, update

from alert.wording import of_alert, of_digest
from core.ledger import alerts, cursors, feeds, followed, held_alerts, mutes, stories, tables
from core.records import Alert, AlertKind, Article, DevelopmentKind, StatementKind
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages import match as match_stage
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULE = '[[rule]]\nname = "{name}"\nquery = "title:spies"\n{more}\n'
DENIES = "The ministry denies it."


class Dies(BaseException):
    """The process ends, as if by `kill -9`: nothing after it runs."""


@pytest.fixture
def make_house(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., House]]:
    """Creates houses with rules."""
    opened: list[House] = []

    def make(*rules: str) -> House:
        home = tmp_path / f"home-{len(opened)}"
        home.mkdir()
        (home / "rules.toml").write_text("\n".join(rules))
        opened.append(House(load_settings(home), now=clock))
        return opened[-1]

    yield make
    for house in opened:
        house.close()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house(a_rule())


@pytest.fixture
def rated(make_house: Callable[..., House]) -> House:
    """A house whose rule sends one alert an hour."""
    return make_house(a_rule(more='at_most = "1/hour"'))


def a_rule(name: str = "r", more: str = "") -> str:
    return RULE.format(name=name, more=more)


def text_of(number: int) -> str:
    """A text unlike any other."""
    return " ".join(f"{word}{number}" for word in ("one", "two", "three", "four", "five", "six"))


def spies(house: House, number: int, **changes: object) -> Article:
    """An article that matches the rules but is off topic, and so is its own story."""
    made = piece(house, number, f"Spies {number}", text_of(number), tags=(), score=0.0)
    return made.model_copy(update=changes)


def denial(house: House, number: int, kind: StatementKind = StatementKind.DENIAL) -> Article:
    """An article that matches no rule, with a denial or another statement in its lead."""
    statement = a_statement(kind, DENIES, speaker="the ministry")
    text = f"{DENIES} {text_of(number)}"
    made = piece(house, number, f"Reply {number}", text, tags=(), score=0.0)
    return made.model_copy(update={"statements": (statement,)})


def arrive_and_link(house: House, *articles: Article, story: Article | None = None) -> None:
    """Let articles arrive and be linked, as part of `story` if given."""
    arrive(house, articles)
    link(house)
    if story:
        for one in articles:
            merge(house, one, story)


def merge(house: House, one: Article, into: Article) -> None:
    with house.ledger.write() as tx:
        stories.merge(tx, one.id, into.id)


def sent_alerts(house: House) -> list[Alert]:
    with house.ledger.read() as tx:
        return [alert for alert, _ in alerts.listed(tx)]


def held(house: House) -> list[Alert]:
    with house.ledger.read() as tx:
        return [one.alert for one in held_alerts.listed(tx)]


def test_late_and_same_second_articles_are_all_alerted(house: House) -> None:
    now = house.now()
    arrive_and_link(house, spies(house, 1, published=now, first_seen=now))
    assert match(house) == 1
    late = now - timedelta(days=9)
    arrive_and_link(house, spies(house, 2, published=now, first_seen=now))
    arrive_and_link(
        house,
        spies(house, 3, published=late, first_seen=late),
        spies(house, 4, published=None, first_seen=now),
    )
    with house.lease("match"), House(house.settings, now=house.now) as second_pass:
        assert match(second_pass) == 0
    assert match(house) == 3
    read: list[object] = []
    assert match(house, lambda *told: read.append(told)) == 0
    assert read == [], "each article is read once"
    assert [alert.title for alert in sent_alerts(house)] == [f"Spies {n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("size", [1, 10, 12])
def test_each_story_is_alerted_once_whatever_the_batch_size(
    make_house: Callable[..., House], size: int
) -> None:
    house = make_house(a_rule("r"), a_rule("s"))
    made = [spies(house, number) for number in range(1, 13)]
    for start in range(0, len(made), size):
        several = made[start : start + size]
        arrive(house, several)
        link(house)
        for one in several:  # every third article opens a story that the next two join
            number = made.index(one)
            if number % 3:
                merge(house, one, made[number - number % 3])
        match(house)
    match(house)
    counted = Counter((alert.rule, alert.story, alert.kind) for alert in sent_alerts(house))
    firsts = [one.id for one in made[::3]]
    expected = [(rule, story, AlertKind.STORY) for rule in "rs" for story in firsts]
    assert counted == dict.fromkeys(expected, 1)


def test_near_topic_denial_is_alerted_as_a_development(house: House) -> None:
    """An answer repeats little of what it denies, so it is not tagged."""
    first = spies(house, 1, tags=TAGS, score=0.9, meaning=meaning(0.5))
    answer = denial(house, 2).model_copy(update={"score": 0.3, "meaning": meaning(0.5, 0.05)})
    arrive_and_link(house, first)
    assert match(house) == 1
    arrive_and_link(house, answer)
    assert match(house) == 1
    _, second = sent_alerts(house)
    assert (second.kind, second.story) == (AlertKind.DEVELOPMENT, first.id)
    assert [one.told_by.article for one in second.developments] == [answer.id]


def test_merging_alerted_stories_raises_no_alert(house: House) -> None:
    one, two = spies(house, 1), spies(house, 2)
    arrive_and_link(house, one, two)
    assert match(house) == 2
    merge(house, two, one)
    assert match(house) == 0
    arrive_and_link(house, spies(house, 3), story=one)
    assert match(house) == 0
    arrive_and_link(house, denial(house, 4), story=one)
    assert match(house) == 1
    assert len({alert.key for alert in sent_alerts(house)}) == 3


def test_update_is_threaded_under_the_first_alert_of_its_story(house: House) -> None:
    one, two, three = (spies(house, number) for number in (1, 2, 3))
    arrive_and_link(house, two, three)
    assert match(house) == 2
    arrive_and_link(house, one)
    merge(house, two, one)
    arrive_and_link(house, denial(house, 4), story=one)
    assert match(house) == 1
    first, _, update = sent_alerts(house)
    assert (update.kind, update.story) == (AlertKind.DEVELOPMENT, one.id)
    assert first.story == update.told_as == two.id
    assert of_alert(first).opens
    assert of_alert(update).thread == of_alert(first).thread
    # An alert sent again later says the same, even if its story was merged since.
    merge(house, one, three)
    assert sent_alerts(house)[2] == update


@pytest.mark.parametrize("survivor", [0, 1])
@pytest.mark.parametrize("moving", [0, 1])
def test_merge_during_matching_repeats_no_development(
    make_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch, survivor: int, moving: int
) -> None:
    house = make_house(a_rule(more="pickup = 50"))
    both = spies(house, 1), spies(house, 2)
    arrive_and_link(house, *both)
    assert match(house) == 2
    arrive_and_link(house, denial(house, 3), story=both[0])
    assert match(house) == 1
    match_rules = match_stage._match_rules

    def merged_before_it_is_recorded(*args: Any) -> Any:
        monkeypatch.undo()
        found = match_rules(*args)
        merge(house, both[1 - survivor], both[survivor])
        return found

    monkeypatch.setattr(match_stage, "_match_rules", merged_before_it_is_recorded)
    arrive_and_link(house, denial(house, 4, StatementKind.COURT), story=both[moving])
    assert match(house) == 1
    # The merged story knows what was alerted of either: the denial and the court step.
    again = denial(house, 5), denial(house, 6, StatementKind.COURT)
    arrive_and_link(house, *again, story=both[survivor])
    assert match(house) == 0
    arrive_and_link(house, denial(house, 7, StatementKind.PARLIAMENT), story=both[survivor])
    assert match(house) == 1
    assert len(sent_alerts(house)) == 5


def test_alerts_over_the_rate_are_held_and_sent_later(
    make_house: Callable[..., House], clock: Clock
) -> None:
    house = make_house(a_rule(more='at_most = "2/hour"'))
    arrive_and_link(house, *(spies(house, number) for number in (1, 2, 3, 4, 5)))
    assert match(house) == 2
    assert [alert.title for alert in held(house)] == ["Spies 3", "Spies 4", "Spies 5"]
    clock.go(minutes=59)
    assert match(house) == 0
    clock.go(minutes=1)
    assert match(house) == 2
    clock.go(hours=1)
    assert match(house) == 1
    assert held(house) == []
    assert [alert.title for alert in sent_alerts(house)] == [f"Spies {n}" for n in range(1, 6)]


def test_alerts_that_still_wait_are_not_written_again(rated: House) -> None:
    """Of a rule whose rate is too low, thousands wait for months."""
    several = [spies(rated, number) for number in (1, 2, 3)]
    arrive_and_link(rated, *several)
    assert match(rated) == 1
    asked: list[str] = []
    event.listen(rated.ledger.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def writes() -> int:
        return sum(one.startswith("INSERT INTO held_alerts") for one in asked)

    assert match(rated) == 0
    assert writes() == 0
    arrive_and_link(rated, denial(rated, 4), story=several[1])
    assert match(rated) == 0
    assert writes() == 1
    assert [len(alert.developments) for alert in held(rated)] == [1, 0]


def hold_with_a_denial(rated: House) -> tuple[Article, Article]:
    """Two stories, the second of which is held back, and then denied; returns what opened them."""
    one, two = spies(rated, 1), spies(rated, 2)
    arrive_and_link(rated, one, two)
    assert match(rated) == 1
    arrive_and_link(rated, denial(rated, 3), story=two)
    assert match(rated) == 0
    return one, two


def test_held_alert_takes_in_later_developments_and_is_of_the_day_on_which_it_is_sent(
    rated: House, clock: Clock
) -> None:
    _, two = hold_with_a_denial(rated)
    arrive_and_link(rated, denial(rated, 4), story=two)
    clock.go(days=3)
    assert match(rated) == 1
    _, last = sent_alerts(rated)
    assert last.article == two.id
    assert [new.kind for new in last.developments] == [DevelopmentKind.DENIAL]
    message = of_alert(last)
    assert message.created_at == clock.time
    assert "First seen: 1 March 2026, 11:02 UTC." in message.text
    assert "So far 3 outlets have it" in message.text
    digest = of_digest(a_digest(last, until=clock.time, created_at=clock.time))
    assert "(site2.example, 1 March 2026, 11:02)" in digest.text


def follow(house: House, article: Article, story: Article) -> None:
    """Let an article arrive that joins a story."""
    arrive_and_link(house, article)
    with house.ledger.write() as tx:
        joined = update(tables.entries).where(tables.entries.c.id == article.id)
        tx.execute(joined.values(story=story.id))


def test_a_muted_story_raises_no_alert_and_what_came_meanwhile_is_not_told_later(
    house: House,
) -> None:
    one, other = spies(house, 1), spies(house, 2)
    arrive_and_link(house, one, other)
    assert match(house) == 2
    with house.ledger.write() as tx:
        mutes.mute(tx, one.id, house.now())
    follow(house, denial(house, 3), one)
    follow(house, denial(house, 4), other)
    assert match(house) == 1
    with house.ledger.write() as tx:
        mutes.unmute(tx, one.id)
    assert match(house) == 0
    follow(house, denial(house, 5, StatementKind.COURT), one)
    assert match(house) == 1
    *_, of_other, last = sent_alerts(house)
    assert (of_other.story, last.story) == (other.id, one.id)
    assert [new.kind for new in last.developments] == [DevelopmentKind.COURT]


def test_a_held_alert_of_a_muted_story_is_dropped(rated: House, clock: Clock) -> None:
    several = [spies(rated, number) for number in (1, 2, 3)]
    arrive_and_link(rated, *several)
    assert match(rated) == 1
    with rated.ledger.write() as tx:
        mutes.mute(tx, several[1].id, rated.now())
    clock.go(hours=1)
    assert match(rated) == 1
    assert [alert.title for alert in sent_alerts(rated)] == ["Spies 1", "Spies 3"]
    assert held(rated) == []


@pytest.mark.parametrize("survivor", [0, 1])
def test_held_story_merged_with_an_alerted_one_is_not_alerted(
    rated: House, clock: Clock, survivor: int
) -> None:
    both = spies(rated, 1), spies(rated, 2)
    arrive_and_link(rated, *both)
    assert match(rated) == 1
    merge(rated, both[1 - survivor], both[survivor])
    clock.go(hours=1)
    assert match(rated) == 0
    assert held(rated) == []


def test_news_of_a_held_story_is_a_development_after_its_merge(rated: House, clock: Clock) -> None:
    one, two = hold_with_a_denial(rated)
    merge(rated, two, one)
    clock.go(hours=1)
    assert match(rated) == 1
    _, last = sent_alerts(rated)
    assert (last.kind, last.story) == (AlertKind.DEVELOPMENT, one.id)
    assert [new.kind for new in last.developments] == [DevelopmentKind.DENIAL]


def test_merged_held_stories_are_alerted_once(rated: House, clock: Clock) -> None:
    first, two, three = (spies(rated, number) for number in (1, 2, 3))
    arrive_and_link(rated, first, two, three)
    assert match(rated) == 1
    merge(rated, three, two)
    for expected in (1, 0):
        clock.go(hours=1)
        assert match(rated) == expected
    assert [alert.story for alert in sent_alerts(rated)] == [first.id, two.id]


@pytest.mark.parametrize("before", ["move", "follow", "add", "hold"])
def test_killed_pass_leaves_nothing_and_alert_keys_do_not_change(
    make_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    rule = a_rule(more='at_most = "2/hour"')
    undisturbed, house = make_house(rule), make_house(rule)
    for each in (undisturbed, house):
        arrive_and_link(each, *(spies(each, number) for number in (1, 2, 3)))
    match(undisturbed)

    def die(*_: object, **__: object) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        holder = {"move": cursors, "follow": followed, "add": alerts, "hold": held_alerts}
        patch.setattr(holder[before], before, die)
        with pytest.raises(Dies):
            match(house)
    assert sent_alerts(house) == held(house) == []
    assert match(house) == 2
    assert sent_alerts(house) == sent_alerts(undisturbed)
    assert held(house) == held(undisturbed)


def test_chunks_recorded_before_a_kill_are_not_alerted_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        arrive_and_link(house, spies(house, number))
    monkeypatch.setattr(match_stage, "CHUNK", 1)

    def die(stage: str, done: int, of: int) -> None:
        if done == 2:
            raise Dies

    with pytest.raises(Dies):
        match(house, die)
    assert match(house) == 1
    assert [alert.title for alert in sent_alerts(house)] == ["Spies 1", "Spies 2", "Spies 3"]


def test_a_paused_pass_does_not_undo_what_another_has_recorded_since(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept in the middle of a pass: its lease ran out, and another pass took over."""
    first = spies(house, 1)
    arrive_and_link(house, first)
    match_rules = match_stage._match_rules

    def paused(*args: Any) -> Any:
        monkeypatch.undo()
        found = match_rules(*args)
        clock.go(hours=1)
        with House(house.settings, now=clock) as other:
            assert match(other) == 1
            arrive_and_link(other, denial(other, 2), story=first)
            assert match(other) == 1
        return found

    monkeypatch.setattr(match_stage, "_match_rules", paused)
    assert match(house) == 0
    arrive_and_link(house, denial(house, 3, StatementKind.COURT), story=first)
    assert match(house) == 1, "its alert has a number of its own"
    assert [one.kind for alert in sent_alerts(house) for one in alert.developments] == [
        DevelopmentKind.DENIAL,
        DevelopmentKind.COURT,
    ]


def test_a_story_can_be_followed_by_its_id_also_once_it_has_merged(
    make_house: Callable[..., House],
) -> None:
    house = make_house()
    first = piece(house, 1, "Cameras", text_of(1), meaning=meaning(1.0, 0.0))
    older = piece(house, 0, "Trains", text_of(0), meaning=meaning(0.0, 1.0))
    arrive_and_link(house, older, first)
    rules = house.settings.home / "rules.toml"
    rules.write_text(f'[[rule]]\nname = "one"\nquery = "story:{first.id}"\n')
    assert match(house) == 1, "the two were recorded after the last match"
    with house.ledger.write() as tx:
        stories.merge(tx, first.id, older.id)
    other = piece(house, 2, "Faces", text_of(2), meaning=meaning(0.0, 0.0, 1.0))
    arrive_and_link(house, other)
    assert match(house) == 0
    arrive_and_link(house, denial(house, 3), story=older)
    assert match(house) == 1
    with house.ledger.read() as tx:
        told = [(alert.kind, alert.story) for alert, _ in alerts.listed(tx)]
    assert told == [(AlertKind.STORY, first.id), (AlertKind.DEVELOPMENT, older.id)]


def test_a_rule_can_ask_for_the_feeds_with_a_label(make_house: Callable[..., House]) -> None:
    house = make_house('[[rule]]\nname = "r"\nquery = "title:spies AND label:Ministries"\n')
    arrive_and_link(house, spies(house, 1, feeds=(FEED,)))
    assert match(house) == 0, "no feed has the label yet"
    for number, labels in ((2, ["Ministries"]), (3, ["Press"])):
        with house.ledger.write() as tx:
            feeds.edit(tx, FEED, labels=labels)
        arrive_and_link(house, spies(house, number, feeds=(FEED,)))
        match(house)
    assert [alert.title for alert in sent_alerts(house)] == ["Spies 2"]


def test_what_a_feeds_history_brings_raises_no_alert(house: House) -> None:
    arrive(house, [spies(house, 1)])
    arrive(house, [spies(house, 2)], historic=True)
    link(house)
    assert match(house) == 1
    assert [alert.title for alert in sent_alerts(house)] == ["Spies 1"]
