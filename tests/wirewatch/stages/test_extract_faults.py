"""The extract stage: a page that triggers a bug, ours or a library's, affects no other."""

from __future__ import annotations

from gzip import BadGzipFile
from pathlib import Path
from typing import Any

import pytest
from factories import NOON, add_feed, an_article, an_entry, item, record
from lxml.etree import ParserError
from served import SUMMARY, TRUE, Served, processed

import ingest.pages.extract
from core.faults import SITES
from core.ledger import entries
from core.records import Article, Entry, Extraction, Page, State
from core.settings import load_settings
from ingest.pages.articles import NewRevision
from ingest.pages.outcomes import Quarantined, Unchanged
from wirewatch.house import House
from wirewatch.newsroom.own import Own
from wirewatch.passes import recording, work
from wirewatch.passes.recording import record as record_worked
from wirewatch.stages import extract
from wirewatch.stages.extract import extract_pages, pages_to_extract
from wirewatch.stages.fetch import fetch
from wirewatch.stages.poll import poll


def extract_one(**changes: object) -> work.Ended:
    entry = an_entry(1, state=State.FETCHED, **changes)
    page = Page(id=entry.id, url=entry.url, status=200, body=b"<p>x</p>", fetched_at=NOON)
    return work.work_on(work.Work(entry, page)).result


@pytest.fixture
def unreadable_pages(monkeypatch: pytest.MonkeyPatch, unenriched: None) -> None:
    """No page can be read."""

    def make_article(*_: object) -> None:
        raise KeyError("datePublished")

    monkeypatch.setattr("ingest.pages.extract.make_article", make_article)


@pytest.mark.usefixtures("unreadable_pages")
def test_unreadable_page_is_quarantined_with_the_error() -> None:
    reason = "extraction failed, please report it: KeyError: 'datePublished'"
    assert extract_one() == Quarantined(reason)


@pytest.mark.usefixtures("unreadable_pages")
@pytest.mark.parametrize("field", ["summary", "content"])
def test_feeds_text_stands_in_for_an_unreadable_page(field: str) -> None:
    result = extract_one(**{field: SUMMARY})
    assert isinstance(result, NewRevision)
    assert (result.article.text, result.article.extraction) == (SUMMARY, Extraction.FEED)
    caveat = "the feed's text: extraction failed, please report it: KeyError: 'datePublished'"
    assert result.article.caveat == caveat


@pytest.mark.usefixtures("unreadable_pages")
def test_article_is_kept_when_its_page_becomes_unreadable() -> None:
    result = extract_one(revision=1, text_hash="a" * 64, address="https://news.example/1")
    assert isinstance(result, Unchanged)
    assert "KeyError" in result.reason


@pytest.mark.parametrize(
    "fault", [ValueError, ZeroDivisionError, RuntimeError, ParserError, BadGzipFile]
)
def test_article_that_cannot_be_enriched_is_quarantined_with_the_error(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def enrich(_article: Article, _own: Own) -> Article:
        raise fault("boom")

    monkeypatch.setattr("ingest.pages.extract.make_article", lambda *_: NewRevision(an_article()))
    monkeypatch.setattr(work, "enrich", enrich)
    reason = f"enrichment failed, please report it: {fault.__name__}: boom"
    assert extract_one(summary=SUMMARY) == Quarantined(reason)
    kept = extract_one(revision=1, text_hash="a" * 64, address="https://news.example/1")
    assert kept == Unchanged(f"could not be read again: {reason}; the earlier text is kept")


@pytest.mark.parametrize("end", [*work.PASSED_ON, KeyboardInterrupt])
def test_exception_that_ends_a_worker_is_not_caught(
    monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    def make_article(*_: object) -> None:
        raise end

    monkeypatch.setattr("ingest.pages.extract.make_article", make_article)
    with pytest.raises(end):
        extract_one()


def test_failing_page_does_not_affect_the_rest_of_its_segment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll(house)
    fetch(house)
    (segment, *_) = pages_to_extract(house)
    stumbled: list[Article] = []
    enrich = work.enrich

    def stumbling(article: Article, own: Own) -> Article:
        if not stumbled:
            stumbled.append(article)
            raise ZeroDivisionError("division by zero")
        return enrich(article, own)

    monkeypatch.setattr(work, "enrich", stumbling)
    assert extract_pages(house, segment) > 10
    assert segment not in pages_to_extract(house)
    (bad,) = stumbled
    with house.ledger.read() as tx:
        aside = [
            entry
            for entry in entries.listed(tx, state=State.QUARANTINED)
            if "please report it" in (entry.reason or "")
        ]
    assert [(entry.id, entry.reason) for entry in aside] == [
        (bad.id, "enrichment failed, please report it: ZeroDivisionError: division by zero")
    ]


def test_result_of_another_version_is_not_passed_over(site_items: Served) -> None:
    """With an upgrade during a pass, pages were done and their entries `fetched` for ever."""
    house, _ = site_items
    entry = an_entry(1, state=State.FETCHED)
    page = Page(id=entry.id, url=entry.url, status=200, body=b"", fetched_at=NOON)
    done = work.Work(entry, page)
    strange = work.Worked(done, object(), 0.0)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(AssertionError, match="object object"):
        record_worked(house, [strange], {})


def test_feed_whose_pages_take_too_long_holds_up_no_other(tmp_path: Path) -> None:
    """A page may take half a minute of a processor, and a feed may bring hundreds an hour."""
    said = [item(n, title=f"Court ruling {n}", summary=SUMMARY if n == 2 else "") for n in range(4)]
    # So short that the first page takes longer than all of a feed's slow pages may.
    settings = load_settings(tmp_path, extract_processes=0, extract_timeout=1e-5)
    with House(settings) as house:
        feeds = [add_feed(house.ledger, f"https://{name}.example/rss") for name in "ab"]
        record(house.ledger, feeds[0], *said)
        record(house.ledger, feeds[1], said[3])
        ended = processed(house, *said, text=TRUE)
    reasons = [ended[one.url].reason or "" for one in said]
    assert reasons[1:3] == [extract.OUT_OF_PATIENCE, f"the feed's text: {extract.OUT_OF_PATIENCE}"]
    assert extract.OUT_OF_PATIENCE not in reasons[0] + reasons[3]


def test_fault_at_each_page_of_several_sites_ends_the_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait, and nobody has to replay them."""

    def enrich(_article: Article, _own: Own) -> Article:
        raise ZeroDivisionError("division by zero")

    said = [item(number, url=f"https://site{number}.example/1") for number in range(SITES)]
    with House(load_settings(tmp_path, extract_processes=0)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), *said)
        with monkeypatch.context() as patched:
            patched.setattr(work, "enrich", enrich)
            with pytest.raises(RuntimeError, match="please report it: ZeroDivisionError"):
                processed(house, *said, text=TRUE)
        (waiting,) = pages_to_extract(house)
        assert extract_pages(house, waiting) == SITES


@pytest.mark.parametrize(
    "where", [(extract, "_notices"), (extract, "_kept"), (recording, "_end_as_alias")]
)
def test_page_that_cannot_be_recorded_costs_no_other_page(
    site_items: Served, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str]
) -> None:
    house, (odd, well, *_) = site_items
    met = getattr(*where)

    def faulty(*arguments: Any) -> Any:
        if f"'{odd.url}'" in repr(arguments):
            raise KeyError("odd")
        return met(*arguments)

    monkeypatch.setattr(*where, faulty)
    ended = processed(house, odd, well, text=TRUE)
    reason = "recording failed, please report it: KeyError: 'odd'"
    assert (ended[odd.url].state, ended[odd.url].reason) == (State.QUARANTINED, reason)
    assert ended[well.url].state is State.INDEXED
    assert not pages_to_extract(house)


def test_feeds_text_is_tagged_if_its_page_ends_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was kept without topics, so that no rule on them could tell of it."""
    met = ingest.pages.extract.make_article

    def make_article(entry: Entry, page: Page, *others: Any) -> Any:
        if page.missing is None:
            raise RecursionError("too deep")
        return met(entry, page, *others)

    monkeypatch.setattr(ingest.pages.extract, "make_article", make_article)
    said = item(1, title="Police used spyware against reporters, court hears", summary=TRUE)
    with House(load_settings(tmp_path, extract_processes=0)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), said)
        ended = processed(house, said)[said.url]
        article = house.index.get(said.id)
    caveat = "the feed's text: extraction killed its worker: RecursionError too deep"
    assert (ended.state, ended.reason) == (State.INDEXED, caveat)
    assert article is not None
    assert (article.language, "spyware" in article.topic) == ("en", True)
