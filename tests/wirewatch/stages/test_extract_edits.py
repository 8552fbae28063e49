"""The extract stage: what a later visit to a page makes of its article, and which are visited."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import NOON, Clock, add_feed, get_feed, item
from served import REFUSED, SUMMARY, TRUE, Served, processed

from core.ledger import entries, steps
from core.records import Article, State, Tag
from core.settings import load_settings
from ingest.web.answers import Answer
from wirewatch.house import House
from wirewatch.newsroom.own import Own
from wirewatch.passes import work
from wirewatch.stages.extract import extract_pages, pages_to_extract
from wirewatch.stages.fetch import fetch

LONG = [
    "The court in Lutz has forbidden the police to use spyware against reporters.",
    "Judge Anna Roth said on Monday that the law knows no such measure, whoever asks for it.",
    "The ministry of the interior had bought the licences two years ago, in secret, and had told "
    "neither parliament nor the commissioner for data protection of them.",
    "Eleven reporters of four newspapers were watched for a year, as their lawyers found out.",
    "An appeal is possible until the end of May, and the minister has announced one.",
]
SHUT = "\n".join((*LONG[:2], "Subscribe to continue reading this article."))


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
