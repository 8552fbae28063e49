"""Upkeep: the archive's small files are joined into a few large ones, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from factories import NOON, Clock, add_feed, an_article, item, record
from sqlalchemy import Connection, update

from core.clock import utc_now
from core.ledger import cursors, segments, tables
from core.records import Article, Page, Segment
from core.settings import load_settings
from core.store import StoreError
from wirewatch.house import House
from wirewatch.maintenance.projection import check, rebuild
from wirewatch.maintenance.upkeep import upkeep
from wirewatch.pipeline import run_pass


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A house whose archive has four small, fully processed files of each kind."""
    with House(load_settings(tmp_path), now=clock) as opened:
        for number in range(4):
            pages = opened.archive.write_pages([a_page(number)])
            made = opened.archive.write_articles(an_article(2 * number + odd) for odd in (0, 1))
            with opened.ledger.write() as tx:
                for segment in (pages, made):
                    segments.add(tx, segment, clock())
                    segments.set_done(tx, segment, clock())
                segments.set_position(tx, made)
                cursors.move(tx, cursors.RULES, number + 1, since=number)
            clock.go(minutes=1)
        yield opened


def a_page(number: int) -> Page:
    one = item(number)
    return Page(id=one.id, url=one.url, status=200, body=b"<p>Hello</p>", fetched_at=NOON)


def articles(house: House) -> list[Article]:
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    return [article for segment in linked for article in house.archive.read_articles(segment)]


def files(house: House) -> set[str]:
    root = Path(house.settings.archive)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def known_files(house: House) -> set[str]:
    with house.ledger.read() as tx:
        return set(segments.paths(tx))


def test_small_files_are_joined_with_their_content_in_order(house: House, clock: Clock) -> None:
    before, had = articles(house), known_files(house)
    clock.go(days=2)
    with house.lease("upkeep"), House(house.settings, now=clock) as other:
        assert upkeep(other) is None
    kept = upkeep(house)
    assert kept is not None
    assert (kept.merged, kept.merged_into) == (4, 1)
    merged = "4 files merged into 1; 0 files of old pages dropped; 0 unused files deleted."
    assert kept.told == merged
    assert articles(house) == before
    assert {path for path in had if path.startswith("pages/")} == had & known_files(house)
    assert len(known_files(house)) == len(had) - kept.merged + kept.merged_into


def test_index_is_rebuilt_from_joined_files(make_home: Callable[..., Path]) -> None:
    home = make_home()
    clock = Clock()
    clock.time = utc_now()  # so that the home folder's feeds are due
    with House(load_settings(home, segment_items=20), now=clock) as house:
        run_pass(house)
        clock.go(days=2)
        kept = upkeep(house)
        assert kept is not None
        assert kept.merged > kept.merged_into > 0
        rebuild(house)
        assert check(house).agrees


def test_replaced_files_are_deleted_one_upkeep_later(house: House, clock: Clock) -> None:
    clock.go(days=2)
    old = known_files(house)
    upkeep(house)
    assert old <= files(house)
    clock.go(days=2)
    upkeep(house)
    assert files(house) == known_files(house)


@pytest.mark.parametrize(("kind", "days"), [("articles", 2), ("pages", 100)])
def test_replaced_and_dropped_files_stay_for_a_day(
    house: House, clock: Clock, kind: str, days: int
) -> None:
    clock.go(days=days)
    old = {path for path in known_files(house) if path.startswith(kind)}
    upkeep(house)
    assert known_files(house).isdisjoint(old)
    clock.go(hours=23)
    upkeep(house)
    assert old <= files(house)
    clock.go(hours=2)
    upkeep(house)
    assert old.isdisjoint(files(house))


def test_files_replaced_while_the_clock_was_far_ahead_are_deleted(
    house: House, clock: Clock
) -> None:
    clock.go(days=400)
    ahead = house.archive.write_articles([an_article(9)])
    with house.ledger.write() as tx:
        segments.add(tx, ahead, clock())
        segments.set_done(tx, ahead, clock())
        assert segments.remove(tx, [ahead], clock())
    upkeep(house)
    clock.go(days=-398)
    upkeep(house)
    assert files(house) == known_files(house)
    with house.ledger.read() as tx:
        assert segments.let_go(tx) == {}


def test_what_a_killed_process_left_is_deleted(house: House, clock: Clock) -> None:
    record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), item(1))
    clock.go(minutes=1)
    left = [
        house.archive.write_pages([a_page(1)]).path,
        house.archive.write_articles([an_article(1)]).path,
    ]
    unfinished = Path(house.settings.archive, f"{left[0]}.0a1b.tmp")
    unfinished.write_bytes(b"half of")
    clock.go(days=2)
    kept = upkeep(house)
    assert kept is not None
    assert (kept.deleted, kept.unknown) == (3, ())
    assert files(house).isdisjoint([*left, f"{left[0]}.0a1b.tmp"])


def test_deleting_goes_on_where_the_store_failed(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.go(days=2)
    upkeep(house)
    clock.go(days=2)

    def fail(path: str) -> None:
        raise StoreError(path)

    with monkeypatch.context() as patched:
        patched.setattr(house.archive, "remove", fail)
        with pytest.raises(StoreError):
            upkeep(house)
    kept = upkeep(house)
    assert kept is not None
    assert kept.unknown == ()
    assert files(house) == known_files(house)


def test_files_of_another_ledger_are_left_alone(house: House, clock: Clock, tmp_path: Path) -> None:
    """As with a mistyped `ledger_url`: the archive may be all that there is of them."""
    clock.go(days=2)
    before = files(house)
    settings = house.settings.model_copy(update={"ledger_url": f"sqlite:///{tmp_path}/ledgr.db"})
    with House(settings, now=clock) as other:
        # It polls the same feeds.
        record(
            other.ledger, add_feed(other.ledger, "https://news.example/rss"), *map(item, range(8))
        )
        kept = upkeep(other)
    assert kept is not None
    assert (kept.deleted, kept.unknown) == (0, tuple(sorted(before)))
    assert "8 files left alone" in kept.told
    assert f"names another one. {', '.join(sorted(before)[:3])} and 5 more." in kept.told
    assert files(house) == before


def test_files_that_are_newer_than_a_restored_ledger_are_left_alone(
    house: House, clock: Clock
) -> None:
    clock.go(days=7)
    newer = house.archive.write_articles([an_article(100)])
    clock.go(days=2)
    kept = upkeep(house)
    assert kept is not None
    assert kept.unknown == (newer.path,)
    assert newer.path in files(house)


def test_what_was_merged_since_a_restored_ledger_is_left_alone(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    """It knows all of the articles, but the files that it names for them are deleted."""
    feed = add_feed(house.ledger, "https://news.example/rss")
    record(house.ledger, feed, *map(item, range(8)))
    restored = tmp_path / "restored.db"
    with closing(sqlite3.connect(str(house.ledger.engine.url.database))) as present:
        present.execute("VACUUM INTO ?", (str(restored),))
    clock.go(days=2)
    upkeep(house)
    clock.go(days=2)
    upkeep(house)
    before = files(house)
    settings = house.settings.model_copy(update={"ledger_url": f"sqlite:///{restored}"})
    clock.go(days=2)
    with House(settings, now=clock) as older:
        kept = upkeep(older)
    assert kept is not None
    assert (kept.deleted, len(kept.unknown)) == (0, 1)
    assert files(house) == before


def make_index_wait(tx: Connection) -> None:
    """Mark all linked segments as waiting for the index stage."""
    table = tables.segments
    tx.execute(update(table).where(table.c.position.is_not(None)).values(done_at=None))


def test_segments_waiting_for_a_stage_are_left_alone(house: House, clock: Clock) -> None:
    clock.go(days=2)
    with house.ledger.write() as tx:
        make_index_wait(tx)
        waiting = {segment.id for segment in segments.to_index(tx)}
    upkeep(house)
    with house.ledger.read() as tx:
        assert waiting == {segment.id for segment in segments.to_index(tx)}


def test_segments_no_rule_has_seen_are_left_alone(house: House, clock: Clock) -> None:
    clock.go(days=2)
    with house.ledger.write() as tx:
        assert cursors.move(tx, cursors.RULES, 0, since=4)
        unseen = segments.linked(tx)
    upkeep(house)
    with house.ledger.read() as tx:
        assert segments.linked(tx) == unseen


def test_waiting_segment_is_not_replaced(house: House, clock: Clock) -> None:
    clock.go(days=2)
    with house.ledger.write() as tx:
        (run, *_) = segments.settled(tx, clock())
        make_index_wait(tx)
        new = Segment(id="new", kind="articles", path="new", items=1)
        assert not segments.replace(tx, run, new, clock())
        assert not segments.remove(tx, run, clock())
        assert {one.id for one in run} <= {one.id for one in segments.to_index(tx)}


def test_old_pages_are_deleted_and_articles_are_kept(house: House, clock: Clock) -> None:
    clock.go(days=house.settings.keep_pages_days - 1)
    upkeep(house)
    assert any(path.startswith("pages/") for path in known_files(house))
    before = articles(house)
    clock.go(days=3)
    limit = house.settings
    house.settings = limit.model_copy(update={"keep_pages_days": 0})  # for ever
    upkeep(house)
    assert any(path.startswith("pages/") for path in known_files(house))
    house.settings = limit
    kept = upkeep(house)
    assert kept is not None
    assert kept.dropped > 0
    assert not any(path.startswith("pages/") for path in known_files(house))
    clock.go(days=2)
    upkeep(house)
    assert files(house) == known_files(house)
    assert articles(house) == before


def test_pages_that_wait_for_extraction_are_kept(house: House, clock: Clock) -> None:
    waiting = house.archive.write_pages([a_page(9)])
    with house.ledger.write() as tx:
        segments.add(tx, waiting, clock())
    clock.go(days=house.settings.keep_pages_days + 1)
    upkeep(house)
    assert {path for path in known_files(house) if path.startswith("pages/")} == {waiting.path}


@pytest.mark.parametrize("damage", [b"", b"junk", b"\x1f\x8bjunk"])
def test_damaged_file_is_reported_and_affects_no_other(
    house: House, clock: Clock, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.maintenance.upkeep.MERGED", 4)  # two files of two articles
    clock.go(days=2)
    with house.ledger.read() as tx:
        ((first, *_),) = segments.settled(tx, clock())
    (Path(house.settings.archive) / first.path).write_bytes(damage)
    kept = upkeep(house)
    assert kept is not None
    assert [first.path in problem for problem in kept.damaged] == [True]
    assert kept.merged_into == 1
    assert first.path in known_files(house)
