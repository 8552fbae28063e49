"""The index is compared with the ledger and mended from the archive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, update
from terminal import Wirewatch
from typer.testing import CliRunner

from core.archive import ArchiveError
from core.index import IndexedArticle, Outcome, Written
from core.ledger import entries
from core.ledger.tables import entries as table
from core.records import Article, State
from core.settings import load_settings
from demo.articles import leave_linked, sample_article
from search import stored
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.maintenance import projection
from wirewatch.maintenance.projection import Place
from wirewatch.stages.index import articles_to_index, index_articles

ARTICLES = [sample_article(number) for number in range(7)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose ledger, archive and index agree."""
    home = tmp_path / "home"
    with House(load_settings(home, segment_items=3)) as house:
        leave_linked(house, ARTICLES)
        for segment in articles_to_index(house):
            index_articles(house, segment)
    return home


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    with House(load_settings(home)) as opened:
        yield opened


def revised(article: Article, revision: int) -> Article:
    return article.model_copy(update={"revision": revision})


def test_agreeing_index_is_left_alone(house: House) -> None:
    report = projection.check(house)
    assert report == projection.Report(same=7)
    assert report.agrees
    assert projection.mend(house, report).counts == {}


def test_only_what_is_compared_is_read(house: House) -> None:
    """With every entry's feeds, and those without an article, it took eleven times as long."""
    asked: list[str] = []
    event.listen(house.ledger.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    projection.check(house)
    (query,) = (one for one in asked if one.startswith("SELECT"))
    assert "entry_feeds" not in query
    assert "revision > " in query


def test_what_agrees_is_not_kept() -> None:
    """A million articles took 0.7 GB of memory."""

    def rows(step: int) -> Iterator[Any]:
        return (SimpleNamespace(id=f"{number:03}") for number in count(0, step))

    def scanned() -> Iterator[IndexedArticle]:
        for number in count():
            yield IndexedArticle(f"{number:03}", 1, None)
            yield from [IndexedArticle("002", 2, "s")] if number == 2 else ()

    found = projection._side_by_side(rows(2), scanned())  # both without an end
    assert [(key, entry and entry.id, places) for key, entry, places in islice(found, 3)] == [
        ("000", "000", [Place(1, 0, "")]),
        ("001", None, [Place(1, 0, "")]),
        ("002", "002", [Place(1, 0, ""), Place(2, 0, "s")]),
    ]


def test_differences_are_found_and_mended(house: House) -> None:
    missing, behind, ahead, *_ = ARTICLES
    unknown = sample_article(99)
    house.index.delete([missing.id, behind.id])
    # The archive has revision 1 of `ahead`; the index got its revision from elsewhere.
    list(house.index.write([revised(ahead, 5), unknown]))
    report = projection.check(house)
    assert report == projection.Report(
        same=4,
        missing=tuple(sorted([missing.id, behind.id])),
        ahead=(ahead.id,),
        unknown=(unknown.id,),
    )
    assert report.told == (
        "2 missing from the index, 1 in a newer version in the index, "
        "1 in the index but not in the ledger"
    )
    outcomes = projection.mend(house, report)
    assert outcomes.counts == {"created": 3}
    assert (outcomes.removed, outcomes.lost) == (2, 0)
    assert projection.check(house) == projection.Report(same=7)
    assert house.index.get(ahead.id) == ahead


def test_article_that_moved_to_another_story_is_found_and_mended(house: House) -> None:
    moved, other, *_ = ARTICLES
    with house.ledger.write() as tx:
        values = {"story": other.story, "moves": 1}
        tx.execute(update(table).where(table.c.id == moved.id).values(values))
    report = projection.check(house)
    assert report == projection.Report(same=6, misplaced=(moved.id,))
    assert report.told == "1 under another story in the index"
    assert projection.mend(house, report).counts == {"updated": 1}
    assert projection.check(house) == projection.Report(same=7)
    held = house.index.get(moved.id)
    assert held is not None
    assert held.story == other.story


@pytest.mark.parametrize("moves", [0, 1])
def test_article_under_a_story_that_the_ledger_forgot_is_mended(house: House, moves: int) -> None:
    """Beside a ledger that was restored from a backup, `--mend` left it under the other story: the
    index took the write for an old one."""
    ahead, other, *_ = ARTICLES
    house.index.delete([ahead.id])
    list(house.index.write([ahead.model_copy(update={"story": other.story, "moves": moves})]))
    report = projection.check(house)
    assert report == projection.Report(same=6, ahead=(ahead.id,))
    outcomes = projection.mend(house, report)
    assert (outcomes.removed, outcomes.counts) == (1, {"created": 1})
    assert projection.check(house).agrees
    assert house.index.get(ahead.id) == ahead


def test_older_revision_is_overwritten(house: House) -> None:
    before = revised(ARTICLES[0], 2)
    house.index.delete([ARTICLES[0].id])
    with house.ledger.write() as tx:
        tx.execute(update(table).where(table.c.id == before.id).values(revision=2))
    list(house.index.write([ARTICLES[0]]))
    report = projection.check(house)
    assert report.behind == (before.id,)
    outcomes = projection.mend(house, report)
    # No segment has that revision: this is reported, not ignored.
    assert outcomes.lost == 1
    assert house.index.get(before.id) == ARTICLES[0]


def lose(home: Path, number: int) -> Path:
    """Remove one of the archive's article files, numbered from 0, the oldest."""
    lost = sorted((home / "archive" / "articles").rglob("*.zst"))[number]
    return lost.rename(home / lost.name)


def test_rebuild_is_refused_if_archive_files_are_lost_unless_told_otherwise(
    house: House, home: Path
) -> None:
    kept = lose(home, 0)
    with pytest.raises(ArchiveError) as raised:
        projection.rebuild(house)
    said = str(raised.value)
    assert "is missing; restore it from a backup, or leave out its 3 articles" in said
    assert said.endswith("--without-lost. The index is unchanged")
    assert projection.check(house) == projection.Report(same=7)
    outcomes = projection.rebuild(house, without_lost=True)
    assert (outcomes.counts["created"], outcomes.lost) == (4, 3)
    (problem,) = outcomes.unread
    assert kept.name in problem
    assert len(projection.check(house).missing) == 3


def test_damaged_file_does_not_stop_mending_from_the_others(house: House, home: Path) -> None:
    lose(home, 1)
    house.index.delete([one.id for one in ARTICLES])
    outcomes = projection.mend(house, projection.check(house))
    assert (outcomes.counts["created"], outcomes.lost, len(outcomes.unread)) == (4, 3, 1)


def test_rebuild_command_says_what_is_lost_and_what_to_do(wirewatch: Wirewatch, home: Path) -> None:
    kept = lose(home, 0)
    place = sorted((home / "archive" / "articles").rglob("*.zst"))[0].parent
    assert "--without-lost" in wirewatch("index", "rebuild", exit_code=1).stderr
    told = wirewatch("index", "rebuild", "--without-lost", exit_code=1)
    assert "Articles: 4 created." in told.stdout
    assert "3 articles lost" in told.stderr
    assert f"{kept.name} is missing; restore it from a backup" in told.stderr
    kept.rename(place / kept.name)
    assert "Index and ledger now agree" in wirewatch("index", "check", "--mend").stdout


@pytest.mark.parametrize("month", [None, "2026-10"])
def test_article_indexed_during_a_rebuild_is_kept(
    house: House, home: Path, month: str | None
) -> None:
    late = sample_article(7)

    def meanwhile(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("rebuild", 1):
            with House(load_settings(home)) as other:
                leave_linked(other, [late])
                for segment in articles_to_index(other):
                    index_articles(other, segment)
                assert other.index.get(late.id) is not None

    outcomes = projection.rebuild(house, meanwhile, month=month)
    assert house.index.get(late.id) == late
    assert projection.check(house) == projection.Report(same=8)
    assert (outcomes.counts, outcomes.lost) == ({"created": 8}, 0)


def test_article_refused_by_a_rebuild_is_counted_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ARTICLES[2].id
    monkeypatch.setattr(stored, "_rejection", lambda one: "no" if one.id == refused else None)
    outcomes = projection.rebuild(house)
    assert (outcomes.counts, outcomes.reason) == ({"created": 6, "rejected": 1}, "no")


def test_articles_in_processing_or_quarantined_are_not_compared(house: House) -> None:
    with house.ledger.write() as tx:
        known = entries.get(tx, (one.id for one in ARTICLES[:3]))
        # The last was refused by the index, and is fetched again.
        states = State.QUARANTINED, State.LINKED, State.FOUND
        for entry, state in zip(known.values(), states, strict=True):
            entries.transition(tx, entry, state, now=house.now(), revision=2, text_hash=None)
        # Until its page brings an edit, the index must have it as it was.
        (again,) = entries.get(tx, [ARTICLES[3].id]).values()
        entries.transition(tx, again, State.FOUND, now=house.now(), text_hash=again.id)
    report = projection.check(house)
    assert report == projection.Report(same=4)
    house.index.delete([again.id])
    assert projection.check(house) == projection.Report(same=3, missing=(again.id,))


def test_index_commands_compare_and_mend(wirewatch: Wirewatch, home: Path) -> None:
    assert "7 articles in the index agree" in wirewatch("index", "check").stdout
    with House(load_settings(home)) as house:
        house.index.delete([ARTICLES[3].id])
    told = wirewatch("index", "check", exit_code=1)
    assert "1 missing from the index" in told.stderr
    assert "--mend" in told.stderr
    assert "Index and ledger now agree" in wirewatch("index", "check", "--mend").stdout
    assert "ready" in wirewatch("index", "prepare").stdout
    assert "7 created" in wirewatch("index", "rebuild", "--month", "2026-10").stdout
    assert "no articles to index" in wirewatch("index", "rebuild", "--month", "2026-09").stdout
    wirewatch("index", "check")
    assert "2026-11" in wirewatch("index", "rebuild", "--month", "Nov", exit_code=2).stderr


@pytest.mark.parametrize("month", ["0000-01", "9999-12", "2026-13", "2026", "now"])
def test_invalid_month_is_refused(home: Path, month: str) -> None:
    done = CliRunner().invoke(
        app, ["--home", str(home), "index", "rebuild", "--month", month], terminal_width=200
    )
    assert done.exit_code == 2
    assert f"--month takes a month such as 2026-11, not {month!r}" in done.stderr


def test_refused_article_fails_the_rebuild_and_its_reason_is_quoted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = projection.Outcomes()
    said = "[/type] failed to parse [first_seen]"
    found.add(Written(id="a1", outcome=Outcome.REJECTED, reason=said))
    monkeypatch.setattr(projection, "rebuild", lambda *_, **__: found)
    done = CliRunner().invoke(app, ["--home", str(home), "index", "rebuild"])
    assert f"Not indexed: {said}" in done.stderr
    assert done.exit_code == 1
