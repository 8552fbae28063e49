"""An article's revisions are found in the archive, even after its files were joined."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from arriving import entry_of, let_in, pass_on, piece
from factories import Clock, add_feed, item
from typer.testing import CliRunner

from core.ledger import entries, segments
from core.records import Article, State
from core.settings import load_settings
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.maintenance.upkeep import upkeep
from wirewatch.revisions import revisions


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    with House(load_settings(tmp_path), now=clock) as house:
        yield house


def edit(house: House, article: Article) -> None:
    """Let an article arrive again with a new text, as extraction records it."""
    with house.ledger.write() as tx:
        entry = entries.get(tx, [article.id])[article.id]
        entries.transition(tx, entry, State.FOUND, now=house.now())
        entry = entries.get(tx, [article.id])[article.id]
        segments.add(tx, house.archive.write_articles([article]), house.now())
        entries.transition(tx, entry, State.EXTRACTED, now=house.now(), revision=article.revision)


def test_all_revisions_are_found_in_order(house: House, clock: Clock) -> None:
    began = house.now()
    first = piece(house, 1, "Headline", "As it was.")
    others = [piece(house, n, f"Other {n}", "Of something else.") for n in (2, 3)]
    let_in(house, first, others[0])
    clock.go(hours=1)
    let_in(house, others[1])
    clock.go(hours=1)
    second = first.model_copy(update={"revision": 2, "text": "As it is."})
    edit(house, second)
    pass_on(house)
    entry = entry_of(house, first)
    assert [one.text for one in revisions(house, entry).articles] == ["As it was.", "As it is."]
    assert [one.revision for one in revisions(house, entry_of(house, others[0])).articles] == [1]

    done = CliRunner().invoke(
        app, ["--home", str(house.settings.home), "show", first.id[:12], "--changes"]
    )
    then, now = (f"{at:%Y-%m-%d %H:%M} UTC" for at in (began, house.now()))
    said = " ".join(done.output.split())
    assert f"Revision 2, seen {now}, compared with the text of {then}" in said
    assert "As it [-was-]{+is+}." in done.output
    done = CliRunner().invoke(
        app, ["--home", str(house.settings.home), "show", first.id, "--changes", "--json"]
    )
    rows = [json.loads(line) for line in done.output.splitlines()]
    assert [(row["revision"], row["text"]) for row in rows] == [(1, "As it was."), (2, "As it is.")]
    assert [datetime.fromisoformat(row["made_at"]) for row in rows] == [began, house.now()]
    clock.go(days=3)
    kept = upkeep(house)
    assert kept is not None
    assert (kept.merged, kept.merged_into) == (3, 1)
    assert [one.text for one in revisions(house, entry).articles] == ["As it was.", "As it is."]


def test_entry_without_an_article_has_no_revisions(house: House) -> None:
    feed = add_feed(house.ledger, "https://news.example/rss")
    with house.ledger.write() as tx:
        entries.record_items(tx, feed, [item()], house.now())
        (entry,) = entries.listed(tx)
    assert revisions(house, entry) == ((), {}, ())
