"""The extract stage: a notice that a site shows in place of articles is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, add_feed, item, record
from served import SUMMARY, TRUE, Served, processed, same_as
from sqlalchemy import update
from typer.testing import CliRunner

from core.ledger import entries, sketches, steps, tables
from core.query import parse
from core.records import Extraction, State
from wirewatch.cli import app
from wirewatch.stages import extract
from wirewatch.stages.extract import extract_pages, pages_to_extract


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
