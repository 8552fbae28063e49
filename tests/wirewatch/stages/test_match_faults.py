"""The match stage: what one article or rule meets costs no other anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from arriving import arrive, entry_of, index, piece
from hypothesis import given, settings
from hypothesis import strategies as st

import alert.matching
from core.clauses import Explainer
from core.conditions import Condition
from core.faults import SITES
from core.ledger import alerts, entries, replays
from core.records import Article, State
from core.settings import load_settings
from core.words import stems
from ingest.pages.articles import without_text
from ingest.pages.outcomes import Rejected, Unchanged
from search.percolator import Percolator, ReadArticles
from wirewatch.house import House
from wirewatch.maintenance import projection
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULES = """
[[rule]]
name = "news"
query = "title:spies"

[[rule]]
name = "places"
query = "outlet:*"
"""
WITH_NEWS = "matching with rule “news” failed, please report it: KeyError: 'odd'"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path)) as opened:
        yield opened


def spies(house: House, number: int, title: str = "Spies") -> Article:
    text = " ".join(f"{word}{number}" for word in ("one", "two", "three", "four", "five", "six"))
    return piece(house, number, title, text, tags=(), score=0.0)


def come(house: House, *articles: Article) -> None:
    """Let articles arrive, be linked and indexed."""
    arrive(house, articles)
    link(house)
    index(house)


def told(house: House) -> set[tuple[str, str]]:
    """The rule and the article of each alert."""
    with house.ledger.read() as tx:
        return {(one.rule, one.article) for one, _ in alerts.listed(tx)}


def come_again(house: House, article: Article) -> None:
    """Replay what is quarantined, and let its only article come again with the same text."""
    with house.ledger.write() as tx:
        assert replays.replay(tx, now=house.now()) == 1
    come(house, article.model_copy(update={"revision": 2}))


def test_a_fault_of_a_rule_at_a_story_costs_only_that(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, odd = spies(house, 1), spies(house, 2, "Odd spies")
    met = alert.matching._why

    def why(rule, article, *others):
        if (rule.name, article.id) == ("news", odd.id):
            raise KeyError("odd")
        return met(rule, article, *others)

    come(house, good, odd)
    with monkeypatch.context() as patched:
        patched.setattr(alert.matching, "_why", why)
        assert match(house) == 3
    every = {(rule, one.id) for rule in ("news", "places") for one in (good, odd)}
    assert told(house) == every - {("news", odd.id)}
    assert (entry_of(house, odd).state, entry_of(house, odd).reason) == (
        State.QUARANTINED,
        WITH_NEWS,
    )
    assert entry_of(house, good).state is State.INDEXED
    assert house.index.get(odd.id), "it stays in the index"
    assert projection.check(house).agrees
    gone = without_text(entry_of(house, odd), Rejected("gone"))
    assert isinstance(gone, Unchanged), "it stays if its page is gone when it is replayed"
    assert "KeyError" in caplog.text
    assert match(house) == 0
    come_again(house, odd)
    assert match(house) == 1
    assert told(house) == every
    assert entry_of(house, odd).state is State.INDEXED


def test_an_article_whose_page_is_gone_when_it_is_replayed_stays_in_quarantine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no new revision that rules could see."""

    def faulty(*_: object) -> None:
        raise KeyError("odd")

    odd = spies(house, 1)
    come(house, odd)
    with monkeypatch.context() as patched:
        patched.setattr(alert.matching, "_why", faulty)
        assert match(house) == 0
    with house.ledger.write() as tx:
        replays.replay(tx, now=house.now())
    gone = without_text(entry_of(house, odd), Rejected("answered 404"))
    with house.ledger.write() as tx:
        assert entries.restore_end(tx, entry_of(house, odd), now=house.now(), reason=gone.reason)
    entry = entry_of(house, odd)
    assert (entry.state, entry.reason) == (
        State.QUARANTINED,
        "could not be read again: answered 404; the earlier text is kept; a rule that failed has"
        " not seen it yet",
    )
    assert house.index.get(odd.id), "it stays in the index"
    assert projection.check(house).agrees
    come_again(house, odd)
    assert match(house) == 2


def test_a_fault_in_reading_costs_only_the_article_that_met_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, odd = spies(house, 1), spies(house, 2, "Odd spies")
    met = Percolator.read

    def read(percolator, articles):
        if any(one.id == odd.id for one in articles):
            raise KeyError("odd")
        return met(percolator, articles)

    come(house, good, odd)
    with monkeypatch.context() as patched:
        patched.setattr(Percolator, "read", read)
        assert match(house) == 2
    assert told(house) == {("news", good.id), ("places", good.id)}
    reason = "matching failed, please report it: KeyError: 'odd'"
    assert (entry_of(house, odd).state, entry_of(house, odd).reason) == (State.QUARANTINED, reason)
    come_again(house, odd)
    assert match(house) == 2


def test_a_word_that_meets_a_fault_costs_only_the_article_that_has_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd_stems(several: Iterable[str]) -> list[str]:
        if "odd" in (listed := list(several)):
            raise KeyError("odd")
        return stems(listed)

    articles = [spies(house, number) for number in range(SITES)]
    odd = spies(house, SITES, "Odd spies")
    come(house, *articles, odd)
    monkeypatch.setattr("search.word_matcher.stems", odd_stems)
    assert match(house) == 2 * SITES
    assert {one for _, one in told(house)} == {one.id for one in articles}
    assert entry_of(house, odd).state is State.QUARANTINED


def test_a_rule_that_meets_a_fault_is_tried_article_by_article(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [spies(house, 1), spies(house, 2, "Odd spies"), spies(house, 3)]
    odd = articles[1]
    met, explained = ReadArticles.places, Explainer.explain

    def is_news(condition: Condition) -> bool:
        return "outlet" not in str(condition)

    def places(read: ReadArticles, condition: Condition) -> tuple[int, ...]:
        if is_news(condition):
            raise KeyError("odd")
        return met(read, condition)

    def explain(explainer, condition):
        if explainer._article.id == odd.id and is_news(condition):
            raise KeyError("odd")
        return explained(explainer, condition)

    come(house, *articles)
    monkeypatch.setattr(ReadArticles, "places", places)
    monkeypatch.setattr(Explainer, "explain", explain)
    assert match(house) == 5
    assert ("news", odd.id) not in told(house)
    assert entry_of(house, odd).reason == WITH_NEWS
    assert [entry_of(house, one).state for one in articles] == [
        State.INDEXED,
        State.QUARANTINED,
        State.INDEXED,
    ]


@pytest.mark.parametrize(
    "where",
    ["search.percolator.Percolator.read", "alert.matching._why", "core.clauses.Explainer.explain"],
)
def test_a_fault_at_each_article_ends_the_stage_and_nothing_is_lost(
    house: House, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def faulty(*_: object) -> None:
        raise KeyError("odd")

    come(house, *(spies(house, number) for number in range(SITES)))
    with monkeypatch.context() as patched:
        patched.setattr(where, faulty)
        if "Explainer" in where:
            patched.setattr(ReadArticles, "places", faulty)
        with pytest.raises(KeyError):
            match(house)
    assert match(house) == 2 * SITES
    assert house.account().count(State.QUARANTINED) == 0


PAIRS = [(rule, number) for rule in ("news", "places") for number in range(SITES - 1)]


@settings(max_examples=6, deadline=None)
@given(odd=st.sets(st.sampled_from(PAIRS)), at_once=st.booleans())
def test_whatever_meets_a_fault_all_else_is_told_once_and_that_after_a_replay(
    odd: set[tuple[str, int]], at_once: bool
) -> None:
    met = alert.matching._why
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patched:
        Path(home, "rules.toml").write_text(RULES)
        with House(load_settings(Path(home))) as house:
            articles = [spies(house, number) for number in range(SITES - 1)]
            numbers = {one.id: number for number, one in enumerate(articles)}

            def why(rule, article, *others):
                if (rule.name, numbers[article.id]) in odd:
                    raise KeyError("odd")
                return met(rule, article, *others)

            patched.setattr(alert.matching, "_why", why)
            for several in [articles] if at_once else [articles[:2], articles[2:]]:
                come(house, *several)
                match(house)
            assert {(rule, numbers[one]) for rule, one in told(house)} == {*PAIRS} - odd
            patched.undo()
            with house.ledger.write() as tx:
                replays.replay(tx, now=house.now())
            again = sorted({number for _, number in odd})
            come(house, *(articles[one].model_copy(update={"revision": 2}) for one in again))
            match(house)
            with house.ledger.read() as tx:
                every = [(one.rule, numbers[one.article]) for one, _ in alerts.listed(tx)]
    assert sorted(every) == PAIRS
