"""The match stage: a rule that cannot be used delays no other, and misses nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from arriving import arrive, piece
from factories import Clock, a_statement

from core.ledger import alerts, cursors, held_alerts, stopped, stories
from core.records import Article, DevelopmentKind
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages import match as match_stage
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RIGHT, WRONG = "title:spies", "titel:spies"


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    with House(load_settings(tmp_path), now=clock) as opened:
        yield opened


def write(house: House, *rules: tuple[str, str], more: str = "") -> None:
    """Write rules by name and query, and read them as a new pass does."""
    blocks = [f'[[rule]]\nname = "{name}"\nquery = "{query}"\n{more}\n' for name, query in rules]
    house.settings.rules_path.write_text("\n".join(blocks))
    vars(house).pop("rules", None)
    vars(house).pop("rulebook", None)


def spies(house: House, number: int, into: Article | None = None, **changes: object) -> Article:
    """An article that matches, as its own story or as part of another's, comes and is linked."""
    text = " ".join(f"{word}{number}" for word in ("one", "two", "three", "four", "five", "six"))
    article = piece(house, number, f"Spies {number}", text, tags=(), score=0.0, **changes)
    arrive(house, [article])
    link(house)
    if into is not None:
        with house.ledger.write() as tx:
            stories.merge(tx, article.id, into.id)
    return article


def told(house: House) -> list[tuple[str, str]]:
    """The rule and the title of each alert, in order."""
    with house.ledger.read() as tx:
        return [(one.rule, one.title) for one, _ in alerts.listed(tx)]


def places(house: House) -> tuple[int, dict[str, int]]:
    """How far the rules have read, and where some stopped."""
    with house.ledger.read() as tx:
        return cursors.read(tx, cursors.RULES), stopped.positions(tx)


def test_others_go_on_and_the_mended_rule_tells_of_what_it_missed_once(house: House) -> None:
    write(house, ("a", RIGHT), ("b", RIGHT))
    first = spies(house, 1)
    assert match(house) == 2
    write(house, ("a", RIGHT), ("b", WRONG))
    spies(house, 2)
    spies(house, 3, into=first)
    assert match(house) == 1
    spies(house, 4)
    assert match(house) == 1
    assert places(house) == (4, {"b": 1})
    write(house, ("a", RIGHT), ("b", RIGHT))
    spies(house, 5)
    assert match(house) == 4
    assert match(house) == 0
    of_b = [title for rule, title in told(house) if rule == "b"]
    assert of_b == ["Spies 1", "Spies 2", "Spies 4", "Spies 5"], "no story is told anew"
    assert len(told(house)) == len(set(told(house))) == 8
    assert places(house) == (5, {})


def test_rules_that_stopped_at_different_times_each_see_what_they_missed(house: House) -> None:
    write(house, ("a", WRONG), ("b", RIGHT), ("c", RIGHT))
    spies(house, 1)
    match(house)
    write(house, ("a", WRONG), ("b", WRONG), ("c", RIGHT))
    spies(house, 2)
    match(house)
    assert places(house) == (2, {"a": 0, "b": 1})
    write(house, ("a", RIGHT), ("b", RIGHT), ("c", RIGHT))
    match(house)
    everything = [(rule, f"Spies {number}") for rule in "abc" for number in (1, 2)]
    assert sorted(told(house)) == everything


def test_a_rule_that_is_removed_while_it_cannot_be_used_starts_anew(house: House) -> None:
    write(house, ("a", WRONG))
    spies(house, 1)
    match(house)
    write(house)
    match(house)
    assert places(house) == (1, {})
    write(house, ("a", RIGHT))
    spies(house, 2)
    match(house)
    assert told(house) == [("a", "Spies 2")]


def test_a_rule_whose_name_became_unreadable_meanwhile_is_not_taken_for_removed(
    house: House,
) -> None:
    write(house, ("a", WRONG))
    spies(house, 1)
    match(house)
    write(house, ("", RIGHT))
    match(house)
    write(house, ("a", RIGHT))
    match(house)
    assert told(house) == [("a", "Spies 1")]


def test_rules_with_one_name_wait_until_it_is_clear_which_is_meant(house: House) -> None:
    write(house, ("a", RIGHT), ("a", "title:drones"))
    spies(house, 1)
    assert match(house) == 0
    write(house, ("a", RIGHT))
    assert match(house) == 1


def test_what_a_rate_held_back_stays_held_while_the_rule_cannot_be_used(
    house: House, clock: Clock
) -> None:
    write(house, ("a", RIGHT), more='at_most = "1/hour"')
    spies(house, 1)
    spies(house, 2)
    assert match(house) == 1
    clock.go(hours=2)
    write(house, ("a", WRONG), more='at_most = "1/hour"')
    assert match(house) == 0
    with house.ledger.read() as tx:
        assert [one.alert.title for one in held_alerts.listed(tx)] == ["Spies 2"]
    write(house, ("a", RIGHT), more='at_most = "1/hour"')
    assert match(house) == 1


@pytest.mark.parametrize("meanwhile", [[("a", WRONG)], []])
def test_news_of_a_held_story_that_becomes_one_with_another_while_the_rule_rests_is_told(
    house: House, clock: Clock, meanwhile: list[tuple[str, str]]
) -> None:
    rate = 'at_most = "1/hour"'
    denial = a_statement("denial", "Spies", field="title", speaker="the firm")
    write(house, ("a", RIGHT), more=rate)
    spies(house, 1)
    second, third = spies(house, 2), spies(house, 3, statements=(denial,))
    assert match(house) == 1
    write(house, *meanwhile)
    with house.ledger.write() as tx:
        stories.merge(tx, third.id, second.id)
    assert match(house) == 0
    write(house, ("a", RIGHT), more=rate)
    clock.go(hours=2)
    assert match(house) == 1
    with house.ledger.read() as tx:
        *_, (last, _) = alerts.listed(tx)
    assert (last.story, [one.kind for one in last.developments]) == (
        second.id,
        [DevelopmentKind.DENIAL],
    )


@pytest.fixture
def missed_three(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule has missed three articles, is right again, and will see one at a time."""
    write(house, ("a", WRONG))
    for number in (1, 2, 3):
        spies(house, number)
    match(house)
    write(house, ("a", RIGHT))
    monkeypatch.setattr(match_stage, "CHUNK", 1)


@pytest.mark.usefixtures("missed_three")
def test_a_pass_that_dies_between_chunks_of_what_a_rule_missed_is_continued(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, done = match_stage._record, 0

    def dying(*given: Any) -> int:
        nonlocal done
        done += 1
        if done == 2:
            raise KeyboardInterrupt
        return record(*given)

    with monkeypatch.context() as patched:
        patched.setattr(match_stage, "_record", dying)
        with pytest.raises(KeyboardInterrupt):
            match(house)
    assert places(house) == (3, {"a": 1})
    assert match(house) == 2
    assert told(house) == [("a", f"Spies {number}") for number in (1, 2, 3)]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[[Callable[[], object]], None]:
    """Let the machine sleep while rules see articles for the first time: another pass takes over
    the lease, and `meanwhile` happens."""

    def sleep(meanwhile: Callable[[], object]) -> None:
        match_rules = match_stage._match_rules

        def paused(*given: Any) -> Any:
            monkeypatch.setattr(match_stage, "_match_rules", match_rules)
            found = match_rules(*given)
            clock.go(hours=1)
            meanwhile()
            return found

        monkeypatch.setattr(match_stage, "_match_rules", paused)

    return sleep


@pytest.mark.usefixtures("missed_three")
def test_a_paused_pass_does_not_end_what_another_has_yet_to_read_of_what_a_rule_missed(
    house: House, clock: Clock, slept: Callable[[Callable[[], object]], None]
) -> None:
    def read_the_first() -> None:
        with House(house.settings, now=clock) as other, pytest.raises(KeyboardInterrupt):
            match(other, progress=_end_at_once)

    slept(read_the_first)
    assert match(house) == 0
    assert places(house) == (3, {"a": 1})
    assert match(house) == 2
    assert told(house) == [("a", f"Spies {number}") for number in (1, 2, 3)]


def _end_at_once(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_paused_pass_leaves_a_rule_stopped_that_another_has_found_wrong_again(
    house: House, clock: Clock, slept: Callable[[Callable[[], object]], None]
) -> None:
    write(house, ("a", WRONG), ("b", RIGHT))
    spies(house, 1)
    match(house)
    write(house, ("a", RIGHT), ("b", RIGHT))

    def found_wrong() -> None:
        with House(house.settings, now=clock) as other:
            write(other, ("a", WRONG), ("b", RIGHT))
            spies(other, 2)
            assert match(other) == 1

    slept(found_wrong)
    assert match(house) == 1
    write(house, ("a", RIGHT), ("b", RIGHT))
    assert match(house) == 1
    assert told(house) == [("b", "Spies 1"), ("b", "Spies 2"), ("a", "Spies 1"), ("a", "Spies 2")]
    assert places(house) == (2, {})
