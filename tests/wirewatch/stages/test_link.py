"""The link stage: what one article meets costs no other anything."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from arriving import OTHER, TEXT, arrive, entry_of, index, piece
from postgres_server import own_schema
from sqlalchemy import Connection

from core.ledger import copies, entries, mutes, steps, stories
from core.records import Entry, FeedItem, State
from core.settings import load_settings
from enrich.stories.headlines import Headline, most_central
from wirewatch.house import House
from wirewatch.passes.linking import Linker
from wirewatch.stages.link import link

INDEXED = State.INDEXED


def test_a_fault_costs_only_the_article_that_met_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    met = Linker.link

    def faulty(linker, article, *rest):
        if "odd" in article.title:
            raise IndexError("boom")
        return met(linker, article, *rest)

    monkeypatch.setattr(Linker, "link", faulty)
    with House(load_settings(tmp_path)) as house:
        good, bad = piece(house, 1, "Cameras", TEXT), piece(house, 2, "An odd one", OTHER)
        arrive(house, [bad, good])
        link(house)
        index(house)
        with house.ledger.read() as tx:
            (step,) = (one for one in steps.of(tx, bad.id) if one.state is State.LINKED)
        for one in (good, bad):
            assert (entry_of(house, one).state, entry_of(house, one).story) == (INDEXED, one.id)
            assert house.index.get(one.id)
    assert step.reason == "linking failed, please report it: IndexError: boom"
    assert "IndexError" in caplog.text


def test_a_value_that_postgresql_refuses_costs_only_its_article(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = copies.original

    def refused(tx: Connection, article: str, fingerprint: str) -> Entry | None:
        if article == bad.id:
            tx.exec_driver_sql("SELECT CAST('odd' AS integer)")
        return met(tx, article, fingerprint)

    monkeypatch.setattr(copies, "original", refused)
    with (
        own_schema(postgres_url) as url,
        House(load_settings(tmp_path, ledger_url=url)) as house,
    ):
        good, bad = piece(house, 1, "Cameras", TEXT), piece(house, 2, "An odd one", OTHER)
        arrive(house, [bad, good])
        assert link(house) == 1
        assert [entry_of(house, one).state for one in (good, bad)] == [State.LINKED] * 2
        reason = entry_of(house, bad).reason
    assert reason is not None
    assert reason.startswith("linking failed, please report it: DataError: ")


def test_making_stories_one_and_recording_a_poll_do_not_deadlock(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ended one of the two: the poll had the articles of the story that became part of
    another, and waited for the article that had shown it."""
    met = Linker.link
    polls: list[Future[None]] = []
    with (
        own_schema(postgres_url) as url,
        House(load_settings(tmp_path, ledger_url=url)) as house,
        ThreadPoolExecutor(1) as pool,
    ):
        several = piece(house, 1, "Cameras", TEXT), piece(house, 2, "Trains", OTHER)
        known, bridge = sorted(several, key=lambda one: one.id)
        arrive(house, [known])
        link(house)

        def record_poll() -> None:
            with house.ledger.write() as tx:
                entries.lock_to_record(tx, [FeedItem(url=one.url) for one in several])

        def link_meanwhile(linker, article, *rest):
            polls.append(pool.submit(record_poll))
            with pytest.raises(TimeoutError):
                polls[0].result(timeout=1)
            return replace(met(linker, article, *rest), merges=(known.id,))

        monkeypatch.setattr(Linker, "link", link_meanwhile)
        arrive(house, [bridge])
        link(house)
        polls[0].result()
        assert entry_of(house, known).story == bridge.id


def test_an_edited_article_that_meets_a_fault_stays_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with House(load_settings(tmp_path)) as house:
        first, copy = piece(house, 1, "Cameras", TEXT), piece(house, 2, "Cameras, again", TEXT)
        arrive(house, [first, copy])
        link(house)
        before = entry_of(house, copy)
        met = Linker.link

        def faulty(linker, article, *rest):
            if article.id == copy.id:
                raise IndexError("boom")
            # This one shows that its story and that of the two above are one.
            return replace(met(linker, article, *rest), merges=(first.id,))

        monkeypatch.setattr(Linker, "link", faulty)
        bridge = piece(house, 3, "Trains", OTHER)
        arrive(house, [bridge, copy.model_copy(update={"revision": 2})])
        link(house)
        after = entry_of(house, copy)
    assert (before.story, before.duplicate_of, before.overlap) == (first.id, first.id, 1.0)
    assert (after.story, after.duplicate_of, after.overlap) == (bridge.id, first.id, 1.0)


def test_a_muted_story_stays_so_when_an_article_that_stood_alone_joins_it(tmp_path: Path) -> None:
    with House(load_settings(tmp_path)) as house:
        told = piece(house, 1, "Zubrovka tapped the mayor of Lutz", TEXT)
        alone = piece(house, 2, "The mayor of Lutz at the fair", "She opened it.", tags=(), score=0)
        arrive(house, [told, alone])
        link(house)
        assert entry_of(house, alone).story == alone.id
        with house.ledger.write() as tx:
            mutes.mute(tx, told.id, house.now())
        edited = {"revision": 2, "title": told.title, "text": TEXT, "tags": told.tags}
        arrive(house, [alone.model_copy(update=edited)])
        link(house)
        assert entry_of(house, alone).story == told.id
        with house.ledger.read() as tx:
            story = stories.get(tx, alone.id)
        assert story is not None
        assert story.muted_at is not None


@pytest.mark.parametrize(
    ("told_days", "days", "joins"), [(0, 100, False), (0, 10, True), (101, 100, True)]
)
def test_an_article_of_a_feeds_history_is_compared_with_those_of_its_time(
    tmp_path: Path, told_days: int, days: int, joins: bool
) -> None:
    with House(load_settings(tmp_path)) as house:
        published = house.now() - timedelta(days=told_days)
        title = "Zubrovka tapped the mayor of Lutz"
        told = piece(house, 1, title, TEXT, published=published)
        words = (
            "The calls of the mayor of Lutz were heard by agents of Zubrovka. The mayor, of the "
            "opposition in the assembly, has gone to the court of Lutz for the recordings, and "
            "the chief of the agency is asked to come to the assembly."
        )
        published = house.now() - timedelta(days=days)
        old = piece(house, 2, "Zubrovka tapped mayor of Lutz", words, published=published)
        arrive(house, [told], historic=told_days > 0)
        link(house)
        arrive(house, [old], historic=True)
        arrive(house, [piece(house, 3, "Trains", OTHER)])
        link(house)
        assert entry_of(house, old).story == (told.id if joins else old.id)


def test_a_story_from_a_feeds_history_is_listed_as_of_then(tmp_path: Path) -> None:
    with House(load_settings(tmp_path)) as house:
        new = piece(house, 1, "Trains", OTHER)
        then = house.now() - timedelta(days=10)
        old = piece(house, 2, "Zubrovka tapped the mayor of Lutz", TEXT, published=then)
        arrive(house, [new])
        arrive(house, [old], historic=True)
        link(house)
        with house.ledger.read() as tx:
            listed = [(one.id, one.first_seen, one.last_seen) for one in stories.listed(tx)]
    assert listed == [(new.id, new.first_seen, new.first_seen), (old.id, then, then)]


def test_a_story_whose_headline_cannot_be_chosen_has_its_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(told: Sequence[Headline]) -> int:
        if any("odd" in one.title for one in told):
            raise IndexError("boom")
        return most_central(told)

    monkeypatch.setattr("wirewatch.passes.settling.most_central", faulty)
    with House(load_settings(tmp_path)) as house:
        odd, good = piece(house, 1, "An odd one", TEXT), piece(house, 2, "Trains", OTHER)
        arrive(house, [odd, good])
        link(house)
        with house.ledger.read() as tx:
            titles = {one.title: one.size for one in stories.listed(tx)}
    assert titles == {"An odd one": 1, "Trains": 1}
    assert "IndexError" in caplog.text
