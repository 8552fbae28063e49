"""The extract stage: pages become articles, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from arriving import index
from factories import NOON, Clock, add_feed, an_article, get_feed, item, move, record
from served import NOTICE, REFUSED, SUMMARY, TRUE, Served, paragraphs, processed

from core.ledger import entries, followed, replays, segments, visits
from core.records import Entry, Page, State
from core.settings import load_settings
from enrich.copies.fingerprint import fingerprint
from ingest.pages.fetch import judge
from wirewatch.house import House
from wirewatch.newsroom.own import NOTHING, tagger
from wirewatch.passes import work
from wirewatch.stages.extract import extract_pages, pages_to_extract
from wirewatch.stages.link import link


def test_only_articles_on_topic_carry_their_meaning() -> None:
    title = "Intelligence agency intercepted millions of phone calls"
    made = work.enrich(an_article(1, title=title, text="Leaked documents show it."))
    assert made.tags
    assert made.meaning == tagger(NOTHING).meaning(made.title, made.text) != ""
    assert work.enrich(an_article(2)).meaning == ""


@pytest.mark.usefixtures("unenriched")
def test_replay_keeps_the_feeds_fuller_text(tmp_path: Path) -> None:
    said = item(summary=SUMMARY, content=f"{SUMMARY}\n{SUMMARY}")

    def extracted(house: House) -> Entry:
        """The item's entry, after its site has refused us the page."""
        with house.ledger.read() as tx:
            (entry,) = entries.get(tx, [said.id]).values()
        page = judge(entry, REFUSED, house.now(), house.settings)
        assert isinstance(page, Page)
        segment = house.archive.write_pages([page])
        with house.ledger.write() as tx:
            segments.add(tx, segment, house.now())
            assert entries.transition(tx, entry, State.FETCHED, now=house.now())
        extract_pages(house, segment)
        link(house)
        index(house)
        with house.ledger.read() as tx:
            return entries.get(tx, [said.id])[said.id]

    with House(load_settings(tmp_path, extract_processes=0)) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        with house.ledger.write() as tx:
            entries.record_items(tx, feed, [said], house.now())
        first = extracted(house)
        with house.ledger.write() as tx:
            replays.replay(tx, now=house.now(), states=[State.INDEXED])
        again = extracted(house)
    assert (first.state, again.state) == (State.INDEXED, State.INDEXED)
    assert (first.revision, again.revision) == (1, 1)


@pytest.mark.parametrize("left", [None, 20])
@pytest.mark.usefixtures("unenriched")
def test_only_pages_whose_file_is_lost_are_fetched_again(tmp_path: Path, left: int | None) -> None:
    clock = Clock()
    with House(load_settings(tmp_path, extract_processes=0), now=clock) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        for number in (1, 2):
            clock.go(minutes=1)
            one = item(number, summary=SUMMARY)
            record(house.ledger, feed, one)
            page = Page(id=one.id, url=one.url, status=0, body=b"", fetched_at=NOON, missing="-")
            segment = house.archive.write_pages([page])
            with house.ledger.write() as tx:
                segments.add(tx, segment, house.now())
            move(house.ledger, State.FETCHED, number)
        waiting = pages_to_extract(house)
        file = Path(house.settings.archive, waiting[0].path)
        if left is None:
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:left])
        assert [extract_pages(house, segment) for segment in waiting] == [0, 1]
        assert pages_to_extract(house) == []
        with house.ledger.read() as tx:
            found = {one.url: one.reason for one in entries.listed(tx, state=State.FOUND)}
            assert visits.count_due(tx, house.now()) == 1
            assert waiting[0].path not in segments.paths(tx)
    assert found == {item(1).url: "its page was lost with its archive file"}


@pytest.mark.usefixtures("unenriched")
def test_page_that_two_runs_fetched_is_extracted_once(site_items: Served) -> None:
    house, (said, *_) = site_items
    body = f"<h1>{said.title}</h1>{paragraphs(NOTICE)}".encode()
    page = Page(id=said.id, url=said.url, status=200, body=body, fetched_at=house.now())
    for _ in range(2):
        segment = house.archive.write_pages([page])
        with house.ledger.write() as tx:
            segments.add(tx, segment, house.now())
            (entry,) = entries.get(tx, [said.id]).values()
            if entry.state is State.FOUND:
                entries.transition(tx, entry, State.FETCHED, now=house.now())
        assert extract_pages(house, segment) == (entry.state is State.FOUND)
    with house.ledger.read() as tx:
        # It still waits for its story, and for the index.
        (entry,) = entries.get(tx, [said.id]).values()
    assert (entry.state, pages_to_extract(house)) == (State.EXTRACTED, [])


@pytest.mark.parametrize(
    ("days", "first"), [((1, 3), 1), ((3, 1), 0), ((None, 1), 1), ((1, 99), 0), ((1, -1), 0)]
)
def test_of_one_polls_copies_the_first_published_is_the_original(
    site_items: Served,
    monkeypatch: pytest.MonkeyPatch,
    days: Sequence[int | None],
    first: int,
) -> None:
    """A feed that dates an item years back, or in the future, did not have it first."""
    monkeypatch.setattr(
        work,
        "enrich",
        lambda article, _own: article.model_copy(update={"fingerprint": fingerprint(article.text)}),
    )
    house, _ = site_items
    said = []
    for site, ago in zip("ab", days, strict=True):
        date = None if ago is None else house.now() - timedelta(days=ago)
        said.append(item(1, url=f"https://{site}.example/1", published=date))
    feeds = [add_feed(house.ledger, f"https://{site}.example/rss") for site in "ab"]
    with house.ledger.write() as tx:
        now = house.now()
        for feed, one in zip(feeds, said, strict=True):
            entries.record_items(tx, feed, [one], now)
    ended = processed(house, *said, text=TRUE)
    assert ended[said[1 - first].url].duplicate_of == said[first].id


def test_the_date_of_its_page_is_kept_for_alerts_if_no_feed_gave_one(site_items: Served) -> None:
    house, (undated, other, *_) = site_items
    dated = item(5, title=other.title, published=NOON)
    record(house.ledger, get_feed(house.ledger, "https://news.example/rss"), dated)
    text = f'<time datetime="2024-02-03T10:00:00Z">3 February 2024</time>\n{TRUE}'
    ended = processed(house, undated, dated, text=text)
    old = datetime(2024, 2, 3, 10, tzinfo=UTC)
    assert [ended[one.url].published for one in (undated, dated)] == [old, NOON]
    with house.ledger.read() as tx:
        (coverage,) = followed.coverage(tx, {undated.id: frozenset([undated.id])}).values()
    assert coverage.first.published == old


@pytest.mark.parametrize("shared", ["named", "led_to"])
@pytest.mark.usefixtures("unenriched")
def test_address_shared_by_all_pages_loses_no_article(site_items: Served, shared: str) -> None:
    house, said = site_items
    there = "https://news.example/the-article"
    for number, one in enumerate(said):
        text = " ".join([f"{one.title}, as was said there on day {number}."] * 9)
        ended = processed(house, one, text=text, **{shared: there})
    told = [(ended[one.url].state, ended[one.url].duplicate_of) for one in said]
    assert told == [(State.INDEXED, None)] * len(said)
    # The first to name the address keeps it; the others keep the address they were found at.
    own = [there] * 3 if shared == "led_to" else [one.url for one in said[1:]]
    assert [ended[one.url].address for one in said[1:]] == own
