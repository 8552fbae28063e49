"""The extract stage: a page that triggers a bug, ours or a library's, affects no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from gzip import BadGzipFile
from pathlib import Path
from typing import Any

import pytest
from arriving import index
from factories import (
    NOON,
    Clock,
    add_feed,
    an_article,
    an_entry,
    get_feed,
    item,
    move,
    record,
)
from lxml.etree import ParserError
from sqlalchemy import update
from typer.testing import CliRunner

import ingest.pages.extract
from core.faults import SITES
from core.ledger import entries, followed, replays, segments, sketches, steps, tables, visits
from core.query import parse
from core.records import Article, Entry, Extraction, FeedItem, Page, State, Tag
from core.settings import load_settings
from enrich.copies.fingerprint import fingerprint
from ingest.pages.articles import NewRevision
from ingest.pages.fetch import judge
from ingest.pages.outcomes import Quarantined, Unchanged
from ingest.web.answers import Answer
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.newsroom.own import NOTHING, Own, tagger
from wirewatch.passes import recording, work
from wirewatch.passes.recording import record as record_worked
from wirewatch.stages import extract
from wirewatch.stages.extract import extract_pages, pages_to_extract
from wirewatch.stages.fetch import fetch
from wirewatch.stages.link import link
from wirewatch.stages.poll import poll

SUMMARY = "Eight words say something of their own, here."
REFUSED = Answer("https://news.example/1", 403, (), b"")


def extract_one(**changes: object) -> work.Ended:
    entry = an_entry(1, state=State.FETCHED, **changes)
    page = Page(id=entry.id, url=entry.url, status=200, body=b"<p>x</p>", fetched_at=NOON)
    return work.work_on(work.Work(entry, page)).result


@pytest.fixture
def unenriched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked for in articles."""
    monkeypatch.setattr(work, "enrich", lambda article, _own: article)


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


NOTICE = " ".join(["Please turn off your ad blocker, or subscribe, to go on reading here."] * 9)
TRUE = " ".join(["The court has forbidden the police to use spyware against reporters."] * 9)


def paragraphs(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def processed(
    house: House,
    *items: FeedItem,
    text: str = NOTICE,
    named: str = "",
    dated: str = "",
    led_to: str = "",
) -> dict[str, Entry]:
    """The items' entries after their pages are processed; each page has this text, names an
    address as canonical, has a date, and is where redirects led."""
    says = f'<link rel="canonical" href="{named}">' if named else ""
    says += f'<meta property="article:published_time" content="{dated}">' if dated else ""
    pages = [
        Page(
            id=one.id,
            url=led_to or one.url,
            status=200,
            headers=(("Content-Type", "text/html"),),
            body=f"{says}<title>{one.title}</title><h1>{one.title}</h1>{paragraphs(text)}".encode(),
            fetched_at=house.now(),
        )
        for one in items
    ]
    segment = house.archive.write_pages(pages)
    with house.ledger.write() as tx:
        segments.add(tx, segment, house.now())
        for entry in entries.get(tx, [page.id for page in pages]).values():
            assert entries.transition(tx, entry, State.FETCHED, now=house.now())
    extract_pages(house, segment)
    link(house)
    index(house)
    with house.ledger.read() as tx:
        return {one.url: one for one in entries.listed(tx)}


def same_as(one: FeedItem) -> str:
    return f"the same notice as at {one.url}"


@pytest.fixture
def site_items(tmp_path: Path) -> Iterator[tuple[House, list[FeedItem]]]:
    """A house, and items of a site whose feed has little text for some of them."""
    said = [
        item(1, title="Court forbids police spyware against reporters"),
        item(2, title="Four thousand cameras for stations", summary=SUMMARY),
        item(3, title="Warehouse fined for watching staff"),
        item(4, title="Harvest festival opens at the lake", summary=SUMMARY),
    ]
    with House(load_settings(tmp_path, extract_processes=0)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), *said)
        yield house, said


Served = tuple[House, list[FeedItem]]


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


def test_notice_served_at_every_address_makes_no_copies(
    site_items: Served,
) -> None:
    house, said = site_items
    processed(house, *said[:3])
    ended = processed(house, said[3])
    told = [(ended[one.url].state, ended[one.url].reason) for one in said]
    # Two of the articles with this text are remembered.
    known = min(said[:3], key=lambda one: one.id)
    assert told == [
        (State.QUARANTINED, same_as(said[1])),
        (State.INDEXED, f"the feed's text: {same_as(said[0])}"),
        (State.QUARANTINED, same_as(said[0])),
        (State.INDEXED, f"the feed's text: {same_as(known)}"),
    ]


@pytest.mark.parametrize(("first", "text"), [(0, ""), (1, SUMMARY)])
def test_article_loses_a_text_later_known_to_be_a_notice(
    site_items: Served, first: int, text: str
) -> None:
    house, said = site_items
    one, second = said[first], said[3]
    before = processed(house, one)[one.url]
    assert (before.state, before.revision) == (State.INDEXED, 1)
    ended = processed(house, second)
    after = ended[one.url]
    reason = f"the feed's text: {same_as(second)}"
    assert (after.state, after.reason, after.revision) == (State.INDEXED, reason, 2)
    assert (after.address, after.story) == (None, before.story)
    assert after.fingerprint != before.fingerprint == after.notice
    held = house.index.get(one.id)
    assert held is not None
    assert (held.text, held.extraction, held.caveat) == (text, Extraction.FEED, reason)
    assert not house.index.search(parse("blocker")).total
    with house.ledger.read() as tx:
        way = [(step.state, step.reason) for step in steps.of(tx, one.id)][-4:]
        remembered = {each.article for each in sketches.window(tx, house.now() - timedelta(days=9))}
    assert one.id not in remembered
    assert way == [
        (State.FETCHED, same_as(second)),
        (State.EXTRACTED, None),
        (State.LINKED, None),
        (State.INDEXED, reason),
    ]
    changes = CliRunner().invoke(
        app, ["--home", str(house.settings.home), "show", one.id, "--changes"]
    )
    assert "Not an edit: one of the two texts is a notice" in changes.output
    # The next article's notice is not taken for a new text either.
    third = processed(house, said[2])
    assert third[said[2].url].state is State.QUARANTINED
    assert third[one.url] == after
    assert house.account().balances


def test_article_loses_a_notice_that_is_recognised_when_it_is_read_again(
    site_items: Served,
) -> None:
    house, said = site_items
    processed(house, said[0])
    after = processed(house, said[0], said[3])[said[0].url]
    reason = f"the feed's text: {same_as(said[3])}"
    assert (after.state, after.reason, after.revision) == (State.INDEXED, reason, 2)


def test_notice_is_withdrawn_even_if_the_run_dies_first(
    site_items: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, said = site_items
    processed(house, said[1])

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(extract, "extract_pages", dies)
        with pytest.raises(KeyboardInterrupt):
            processed(house, said[3])
    (withdrawn,) = pages_to_extract(house)
    assert extract_pages(house, withdrawn) == 1
    with house.ledger.read() as tx:
        (entry,) = entries.get(tx, [said[1].id]).values()
    assert (entry.state, entry.revision) == (State.EXTRACTED, 2)


@pytest.mark.parametrize("read_again", [False, True])
def test_article_replaced_by_a_notice_gets_its_text_back(
    site_items: Served, read_again: bool
) -> None:
    house, said = site_items
    one = said[0]
    before = processed(house, one, text=TRUE)[one.url]
    assert processed(house, one)[one.url].revision == 2
    ended = processed(house, *([one] if read_again else []), said[3])
    after = ended[one.url]
    assert (after.state, after.reason, after.revision) == (State.INDEXED, None, 3)
    assert (after.fingerprint, after.address) == (before.fingerprint, before.address)
    held = house.index.get(one.id)
    assert held is not None
    assert (held.text, held.caveat) == (TRUE, None)
    with house.ledger.read() as tx:
        told = [step.reason for step in steps.of(tx, one.id) if step.state is State.EXTRACTED]
    assert told == [None, None, f"earlier text restored: {same_as(said[3])}"]


def test_articles_that_only_share_a_notice_stop_being_copies(site_items: Served) -> None:
    house, said = site_items
    other = item(9, url="https://other.example/9", title="Ministry buys drones for the border")
    record(house.ledger, add_feed(house.ledger, "https://other.example/rss"), other)
    processed(house, other)
    for _ in ("first", "when it is read again"):
        copy = processed(house, said[1])[said[1].url]
        assert (copy.state, copy.duplicate_of, copy.story) == (State.DUPLICATE, other.id, other.id)
        assert copy.reason == "same text as another article"
    with house.ledger.write() as tx:  # a person put the story where it is
        tx.execute(update(tables.entries).values(placed_at=NOON))
    after = processed(house, said[3])[said[1].url]
    assert (after.state, after.duplicate_of, after.story) == (State.INDEXED, None, said[1].id)
    assert after.placed_at is None


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


LONG = [
    "The court in Lutz has forbidden the police to use spyware against reporters.",
    "Judge Anna Roth said on Monday that the law knows no such measure, whoever asks for it.",
    "The ministry of the interior had bought the licences two years ago, in secret, and had told "
    "neither parliament nor the commissioner for data protection of them.",
    "Eleven reporters of four newspapers were watched for a year, as their lawyers found out.",
    "An appeal is possible until the end of May, and the minister has announced one.",
]
SHUT = "\n".join((*LONG[:2], "Subscribe to continue reading this article."))


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


@pytest.mark.parametrize("content", ["", "\n".join(LONG[:3])])
def test_page_later_cut_to_its_beginning_keeps_the_whole_text(
    site_items: Served, content: str
) -> None:
    house, said = site_items
    one = said[0]
    with house.ledger.write() as tx:
        again = one.model_copy(update={"content": content, "summary": SUMMARY})
        feed = get_feed(house.ledger, "https://news.example/rss")
        entries.record_items(tx, feed, [again], house.now())
    before = processed(house, one, text="\n".join(LONG))[one.url]
    after = processed(house, one, text=SHUT)[one.url]
    assert (after.state, after.revision, after.text_hash) == (
        State.INDEXED,
        1,
        before.text_hash,
    )
    reason = after.reason or ""
    assert reason.startswith("whole text kept: its page now shows only the beginning (")
    held = house.index.get(one.id)
    assert held is not None
    assert held.text == "\n".join(LONG)
    # Text that an editor removes is still an edit.
    cut = processed(house, one, text="\n".join((*LONG[:2], *LONG[3:])))[one.url]
    assert (cut.revision, cut.reason) == (2, None)


def test_page_cut_to_its_beginning_is_an_edit_if_the_earlier_text_is_lost(
    site_items: Served,
) -> None:
    house, (one, *_) = site_items
    processed(house, one, text="\n".join(LONG))
    for file in Path(house.settings.archive).rglob("*.jsonl.zst"):
        file.unlink()
    after = processed(house, one, text=SHUT)[one.url]
    assert (after.state, after.revision) == (State.INDEXED, 2)


def test_headline_changed_behind_a_paywall_is_an_edit(site_items: Served) -> None:
    house, said = site_items
    one = said[0]
    processed(house, one, text="\n".join(LONG))
    title = "For good: court forbids police spyware against reporters"
    shut = one.model_copy(update={"title": title})
    with house.ledger.write() as tx:
        feed = get_feed(house.ledger, "https://news.example/rss")
        entries.record_items(tx, feed, [shut], house.now())
    after = processed(house, shut, text=SHUT)[one.url]
    held = house.index.get(one.id)
    assert held is not None
    assert (after.revision, held.title, held.text) == (2, title, "\n".join(LONG))
    # Its evidence is where it stands in the new headline.
    assert held.tags == work.enrich(held).tags != ()
    with house.ledger.read() as tx:
        told = [step.reason for step in steps.of(tx, one.id) if step.state is State.EXTRACTED]
    assert "whole text kept" in (told[-1] or "")
    assert processed(house, shut, text=SHUT)[one.url].revision == 2


@pytest.mark.usefixtures("unenriched")
def test_headlines_shown_in_turn_and_relative_times_make_no_revisions(site_items: Served) -> None:
    house, said = site_items
    revised = []
    for hour in range(5):
        one = said[0].model_copy(update={"title": ("Court forbids it", "Judges stop it")[hour % 2]})
        with house.ledger.write() as tx:
            feed = get_feed(house.ledger, "https://news.example/rss")
            entries.record_items(tx, feed, [one], house.now())
        text = "\n".join((f"Updated {hour + 1} hours ago", *LONG))
        revised.append(processed(house, one, text=text)[one.url])
    assert [one.revision for one in revised] == [1, 2, 3, 3, 3]
    assert revised[3].reason == "headline kept: its outlet shows two in turn"
    assert (revised[4].reason, revised[4].state) == (None, State.INDEXED)


@pytest.mark.usefixtures("unenriched")
def test_headline_edited_on_the_page_alone_is_an_edit(site_items: Served) -> None:
    house, said = site_items
    title = "Judges stop the police"
    pages = [said[0], *[said[0].model_copy(update={"title": title})] * 2]
    ended = [processed(house, one, text="\n".join(LONG))[one.url] for one in pages]
    assert [one.revision for one in ended] == [1, 2, 2]
    held = house.index.get(said[0].id)
    assert held is not None
    assert (held.title, held.printed) == (title, False)


@pytest.mark.parametrize("stage", ["fetch", "extract"])
def test_page_that_refuses_once_is_fetched_again_at_its_next_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    clock = Clock()
    said = item()

    async def ask(*_: object) -> Answer:
        wall = b"<title>Are you a robot?</title>"
        return REFUSED if stage == "fetch" else Answer(said.url, 200, (), wall)

    monkeypatch.setattr("wirewatch.stages.fetch.ask", ask)
    with House(load_settings(tmp_path, extract_processes=0), now=clock) as house:
        monkeypatch.setattr(house.robots, "is_known", lambda _url: True)
        feed = add_feed(house.ledger, "https://news.example/rss")
        with house.ledger.write() as tx:
            entries.record_items(tx, feed, [said], clock())
            (entry,) = entries.get(tx, [said.id]).values()
            had: dict[str, Any] = {"revision": 1, "address": said.url, "text_hash": "a" * 64}
            hour = clock() + timedelta(hours=1)
            assert entries.transition(tx, entry, State.INDEXED, now=clock(), **had, revisit_at=hour)
        clock.go(hours=1)
        assert fetch(house) == 1
        for segment in pages_to_extract(house):
            extract_pages(house, segment)
        with house.ledger.read() as tx:
            (entry,) = entries.get(tx, [said.id]).values()
    assert (entry.state, entry.revision) == (State.INDEXED, 1)
    assert (entry.reason or "").startswith("could not be read again: ")
    assert entry.revisit_at == NOON + timedelta(hours=6)


def test_only_pages_on_topic_and_live_blogs_are_visited_again(
    site_items: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = Tag(topic="spyware", score=0.9)

    def enrich(article: Article, _own: Own) -> Article:
        return article.model_copy(update={"tags": (tag,) if "spyware" in article.title else ()})

    monkeypatch.setattr(work, "enrich", enrich)
    house, said = site_items
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "coverageEndTime": ""}'
    for one, more in zip(said[:3], ("", "", f"{live}</script>"), strict=True):
        text = " ".join([f"{one.title}, as was said there."] * 12)
        ended = processed(house, one, text=text + more)
    found = [ended[one.url] for one in said[:3]]
    soon = found[0].first_seen + timedelta(hours=1)
    assert [one.revisit_at for one in found] == [soon, None, soon]


@pytest.mark.parametrize("has_date", [True, False])
def test_an_old_page_from_a_feeds_history_is_not_visited_again(
    site_items: Served, has_date: bool
) -> None:
    """Also if only the page says how old it is."""
    house, (spyware, *_) = site_items
    feed = get_feed(house.ledger, "https://news.example/rss")
    then = house.now() - timedelta(days=100)
    old = item(5, title=spyware.title, published=then if has_date else None)
    with house.ledger.write() as tx:
        entries.record_items(tx, feed, [old], house.now(), historic=True)
    ended = processed(house, spyware, text=TRUE)
    ended |= processed(house, old, text=TRUE, dated=then.isoformat())
    assert [ended[one.url].revisit_at is None for one in (spyware, old)] == [False, True]
