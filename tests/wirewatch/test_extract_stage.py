"""The extract stage: a fault that a page brings to light, ours or a library's, costs only it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from arriving import index
from lxml.etree import ParserError
from made import NOON, Clock, add_feed, an_article, an_entry, item

from core.ledger import entries, replays, segments
from core.records import Article, Entry, Extraction, FeedItem, Page, State
from core.settings import load_settings
from ingest.answers import Answer
from ingest.fetch import judge
from ingest.made import Made
from ingest.outcomes import Quarantined, Unchanged
from wirewatch.house import House
from wirewatch.own import Own
from wirewatch.pipeline import extract_pages, fetch, pages_to_extract, poll
from wirewatch.stages import extract
from wirewatch.stages.extract import Ended, Work, work_on
from wirewatch.stages.link import link

SUMMARY = "Eight words say something of their own, here."
REFUSED = Answer("https://news.example/1", 403, (), b"")


def worked_on(**changes: object) -> Ended:
    entry = an_entry(1, state=State.FETCHED, **changes)
    page = Page(id=entry.id, url=entry.url, status=200, body=b"<p>x</p>", fetched_at=NOON)
    return work_on(Work(entry, page)).result


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page can be read; what its feed says of it is enriched as it is."""

    def make_article(*_: object) -> None:
        raise KeyError("datePublished")

    monkeypatch.setattr("ingest.extract.make_article", make_article)
    monkeypatch.setattr(extract, "enrich", lambda article, _own: article)


@pytest.mark.usefixtures("unread")
def test_a_page_that_cannot_be_read_is_put_aside_with_the_error() -> None:
    reason = "extraction failed, please report it: KeyError: 'datePublished'"
    assert worked_on() == Quarantined(reason)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("field", ["summary", "content"])
def test_the_feeds_own_words_stand_in_for_a_page_that_cannot_be_read(field: str) -> None:
    result = worked_on(**{field: SUMMARY})
    assert isinstance(result, Made)
    assert (result.article.text, result.article.extraction) == (SUMMARY, Extraction.FEED)
    caveat = "the feed's text: extraction failed, please report it: KeyError: 'datePublished'"
    assert result.article.caveat == caveat


@pytest.mark.usefixtures("unread")
def test_an_article_stays_when_its_page_cannot_be_read_again() -> None:
    result = worked_on(revision=1, text_hash="a" * 64, address="https://news.example/1")
    assert isinstance(result, Unchanged)
    assert "KeyError" in result.reason


@pytest.mark.parametrize("fault", [ValueError, ZeroDivisionError, RuntimeError, ParserError])
def test_an_article_that_cannot_be_enriched_is_put_aside_with_the_error(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def enrich(_article: Article, _own: Own) -> Article:
        raise fault("boom")

    monkeypatch.setattr("ingest.extract.make_article", lambda *_: Made(an_article()))
    monkeypatch.setattr(extract, "enrich", enrich)
    reason = f"enrichment failed, please report it: {fault.__name__}: boom"
    assert worked_on(summary=SUMMARY) == Quarantined(reason)


@pytest.mark.parametrize("end", [*extract.THE_MACHINES, KeyboardInterrupt])
def test_what_ends_a_worker_is_not_held_up(
    monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    def make_article(*_: object) -> None:
        raise end

    monkeypatch.setattr("ingest.extract.make_article", make_article)
    with pytest.raises(end):
        worked_on()


def test_the_other_pages_of_a_segment_are_articles(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll(house)
    fetch(house)
    (segment, *_) = pages_to_extract(house)
    stumbled: list[Article] = []
    enrich = extract.enrich

    def stumbling(article: Article, own: Own) -> Article:
        if not stumbled:
            stumbled.append(article)
            raise ZeroDivisionError("division by zero")
        return enrich(article, own)

    monkeypatch.setattr(extract, "enrich", stumbling)
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


def test_what_is_on_topic_takes_its_meaning_along() -> None:
    title = "Intelligence agency intercepted millions of phone calls"
    made = extract.enrich(an_article(1, title=title, text="Leaked documents show it."))
    assert made.tags
    assert made.meaning == extract.tagger().meaning(made.title, made.text) != ""
    assert extract.enrich(an_article(2)).meaning == ""


def test_the_feeds_fuller_text_is_not_cut_to_its_summary_by_a_replay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "enrich", lambda article, _own: article)
    said = item(summary=SUMMARY, content=f"{SUMMARY}\n{SUMMARY}")

    def extracted(house: House) -> Entry:
        """Its entry, once its site has refused us the page."""
        with house.ledger.read() as tx:
            (entry,) = entries.get(tx, [said.id]).values()
        page = judge(entry, REFUSED, house.now(), house.settings)
        assert isinstance(page, Page)
        segment = house.archive.write_pages([page])
        with house.ledger.write() as tx:
            segments.add(tx, segment, house.now())
            assert entries.move(tx, entry, State.FETCHED, now=house.now())
        extract_pages(house, segment)
        link(house)
        index(house)
        with house.ledger.read() as tx:
            return entries.get(tx, [said.id])[said.id]

    with House(load_settings(tmp_path)) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        with house.ledger.write() as tx:
            entries.record_items(tx, feed, [said], house.now())
        first = extracted(house)
        with house.ledger.write() as tx:
            replays.replay(tx, now=house.now(), states=[State.INDEXED])
        again = extracted(house)
    assert (first.state, again.state) == (State.INDEXED, State.INDEXED)
    assert (first.revision, again.revision) == (1, 1)


def test_a_notice_that_a_site_serves_at_each_address_makes_no_copies_of_its_stories(
    tmp_path: Path,
) -> None:
    notice = " ".join(["Please turn off your ad blocker, or subscribe, to go on reading here."] * 9)
    said = [
        item(1, title="Court forbids police spyware against reporters"),
        item(2, title="Four thousand cameras for stations", summary=SUMMARY),
        item(3, title="Warehouse fined for watching staff"),
        item(4, title="Harvest festival opens at the lake", summary=SUMMARY),
    ]

    def extracted(house: House, *items: FeedItem) -> None:
        pages = [
            Page(
                id=one.id,
                url=one.url,
                status=200,
                headers=(("Content-Type", "text/html"),),
                body=f"<title>{one.title}</title><h1>{one.title}</h1><p>{notice}</p>".encode(),
                fetched_at=house.now(),
            )
            for one in items
        ]
        segment = house.archive.write_pages(pages)
        with house.ledger.write() as tx:
            segments.add(tx, segment, house.now())
            for entry in entries.get(tx, [page.id for page in pages]).values():
                assert entries.move(tx, entry, State.FETCHED, now=house.now())
        extract_pages(house, segment)
        link(house)
        index(house)

    with House(load_settings(tmp_path)) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        with house.ledger.write() as tx:
            entries.record_items(tx, feed, said, house.now())
        extracted(house, *said[:3])
        extracted(house, said[3])
        with house.ledger.read() as tx:
            ended = entries.get(tx, [one.id for one in said])
    told = [(ended[one.id].state, ended[one.id].reason) for one in said]
    reason = f"a notice, the same as at {said[0].url}"
    assert told == [
        (State.INDEXED, None),
        (State.INDEXED, f"the feed's text: {reason}"),
        (State.QUARANTINED, reason),
        (State.INDEXED, f"the feed's text: {reason}"),
    ]


@pytest.mark.parametrize("stage", ["fetch", "extract"])
def test_a_page_that_refuses_us_once_is_looked_at_again_at_its_next_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    clock = Clock()
    said = item()

    async def ask(*_: object) -> Answer:
        wall = b"<title>Are you a robot?</title>"
        return REFUSED if stage == "fetch" else Answer(said.url, 200, (), wall)

    monkeypatch.setattr("wirewatch.stages.fetch.ask", ask)
    with House(load_settings(tmp_path), now=clock) as house:
        monkeypatch.setattr(house.robots, "is_known", lambda _url: True)
        feed = add_feed(house.ledger, "https://news.example/rss")
        with house.ledger.write() as tx:
            entries.record_items(tx, feed, [said], clock())
            (entry,) = entries.get(tx, [said.id]).values()
            had = {"revision": 1, "address": said.url, "text_hash": "a" * 64}
            hour = clock() + timedelta(hours=1)
            assert entries.move(tx, entry, State.INDEXED, now=clock(), **had, revisit_at=hour)
        clock.go(hours=1)
        assert fetch(house) == 1
        for segment in pages_to_extract(house):
            extract_pages(house, segment)
        with house.ledger.read() as tx:
            (entry,) = entries.get(tx, [said.id]).values()
    assert (entry.state, entry.revision) == (State.INDEXED, 1)
    assert (entry.reason or "").startswith("not to be had again: ")
    assert entry.revisit_at == NOON + timedelta(hours=6)
