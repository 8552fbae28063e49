"""`wirewatch stories` and `show`: which articles a story has, and why each is in it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from arriving import OTHER, TEXT, arrive, index, piece
from factories import NOON
from sqlalchemy import update
from typer.testing import CliRunner

from core.index import Hits, IndexUnavailableError
from core.ledger import entries, stories, tables
from core.records import Article, State
from core.settings import load_settings
from demo.editing import local_paragraph
from search.embedded import EmbeddedIndex
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.stages.link import link

Run = Callable[..., str]


@pytest.fixture
def arrived(home: Path) -> list[Article]:
    """A home folder with a story of two articles and a copy, and a story of another event."""
    with House(load_settings(home)) as house:
        follow_up = "Spies of Zubrovka tapped the phone of the mayor of Lutz, agents say."
        articles = [
            piece(house, 1, "Zubrovka spies tapped phone of mayor of Lutz", TEXT, published=NOON),
            piece(house, 2, "What the mayor heard", local_paragraph(TEXT, Random(1))),
            piece(house, 3, "Mayor of Lutz: Zubrovka tapped my phone", follow_up),
            piece(house, 4, "Borduria buys \u202eface cameras", OTHER, language="de"),
        ]
        arrive(house, articles)
        link(house)
        index(house)
    return articles


@pytest.fixture
def run(arrived: list[Article], home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("wirewatch.commands.terminal.out.width", 200)

    def command(*arguments: str, exit_code: int = 0) -> str:
        done = CliRunner().invoke(app, ["--home", str(home), *arguments])
        assert done.exit_code == exit_code, done.output
        return done.output

    return command


def test_stories_are_listed_with_articles_and_copies(run: Run, arrived: list[Article]) -> None:
    first, second = (json.loads(line) for line in run("stories", "--json").splitlines())
    assert (first["id"], first["size"], first["copies"]) == (arrived[0].id, 2, 1)
    assert first["outlets"] == ["site1.example", "site2.example", "site3.example"]
    assert first["languages"] == ["en"]
    assert (second["id"], second["languages"]) == (arrived[3].id, ["de"])
    shown = run("stories")
    assert "3 outlets, 2 articles, 1 copy  en  last seen" in shown
    seen = f"{arrived[3].first_seen:%Y-%m-%d %H:%M}"
    assert f"1 outlet, 1 article  de  last seen {seen}" in shown
    assert arrived[0].id[:12] in shown
    assert "Borduria buys face cameras" in shown  # not reversed
    assert "stories;" not in shown
    first, *_ = run("stories", "--size", "1").splitlines()
    assert first == "The 1 most covered of 2 stories; --size 2 shows all."
    assert first in run("stories", "--size", "1", "--json").splitlines()
    assert "less than or equal to" in run("stories", "--size", "9" * 20, exit_code=2)


def test_stories_are_written_as_a_spreadsheet(run: Run, arrived: list[Article]) -> None:
    first, second = csv.DictReader(io.StringIO(run("stories", "--csv"), newline=""), strict=True)
    assert (first["id"], first["size"], first["copies"]) == (arrived[0].id, "2", "1")
    assert first["outlet"] == "site1.example | site2.example | site3.example"
    assert first["url"] == arrived[0].url
    assert second["language"] == "de"
    cut = run("stories", "--csv", "--size", "1").splitlines()
    assert "The 1 most covered of 2 stories; --size 2 shows all." in cut
    for wrong in (("--json",), (arrived[0].id,), (arrived[0].id, "--mute")):
        assert "--csv" in run("stories", "--csv", *wrong, exit_code=2)


@pytest.mark.parametrize("answered", [0, 1])
def test_no_spreadsheet_is_begun_that_the_index_cannot_end(
    arrived: list[Article], home: Path, monkeypatch: pytest.MonkeyPatch, answered: int
) -> None:
    """It wrote the names of the columns, or the first stories too, and failed then."""
    search, left = EmbeddedIndex.search, iter(range(answered))

    def search_for_a_while(index: EmbeddedIndex, *asked: Any, **options: Any) -> Hits:
        if next(left, None) is None:
            raise IndexUnavailableError("no index today")
        return search(index, *asked, **options)

    monkeypatch.setattr(EmbeddedIndex, "search", search_for_a_while)
    done = CliRunner().invoke(app, ["--home", str(home), "stories", "--csv"])
    assert (done.stdout, str(done.exception)) == ("", "no index today")


def test_stories_are_those_of_the_last_week_unless_asked_for_more(
    run: Run, arrived: list[Article], home: Path
) -> None:
    old = arrived[3].first_seen - timedelta(days=8)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        of_it = tables.stories.c.id == arrived[3].id
        tx.execute(update(tables.stories).where(of_it).values(first_seen=old, last_seen=old))
    listed = run("stories", "--json").splitlines()
    assert [json.loads(one)["id"] for one in listed if one[0] == "{"] == [arrived[0].id]
    shown = run("stories").splitlines()
    said = r"1 older story has no article since [\d-]{10} [\d:]{5} UTC; an earlier --since shows "
    assert re.match(said, shown[0])
    assert [bool(re.match(said, one)) for one in listed].count(True) == 1
    everything = run("stories", "--since", f"{old:%Y-%m-%d}")
    assert "Borduria" in everything
    assert "other" not in everything
    nothing = run("stories", "--since", "now-1s").splitlines()
    assert len(nothing) == 1
    assert nothing[0].startswith("2 older stories have no article since ")
    assert "--since takes a date" in run("stories", "--since", "lately", exit_code=2)
    day = f"{old + timedelta(days=1):%Y-%m-%d}"
    for asked in (["--until", day], ["--until", day, "--by", "first_seen"]):
        told, *before = run("stories", *asked).splitlines()
        assert told == "1 story is not of this period."
        assert "Borduria" in "".join(before)
    since = run("stories", "--since", day, "--by", "first_seen", "--json").splitlines()
    assert [json.loads(one)["id"] for one in since if one[0] == "{"] == [arrived[0].id]
    wrong = run("stories", "--since", day, "--until", day, exit_code=2)
    assert f"--until {day} is not after --since {day}" in wrong
    for period in ("--since", "--until"):
        assert "are for the list" in run("stories", arrived[0].id, period, day, exit_code=2)


def test_story_of_old_articles_says_when_they_were_published(
    run: Run, arrived: list[Article], home: Path
) -> None:
    seen = arrived[3].first_seen
    assert f"last seen {seen:%Y-%m-%d %H:%M}  " in run("stories")
    old = seen - timedelta(days=40)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        told = tables.entries.c.id == arrived[3].id
        tx.execute(update(tables.entries).where(told).values(published=old))
    assert f"last seen {seen:%Y-%m-%d %H:%M}, published {old:%Y-%m-%d}  " in run("stories")


def test_story_lists_its_articles_and_why_each_joined(run: Run, arrived: list[Article]) -> None:
    story, *told = (
        json.loads(line) for line in run("stories", arrived[0].id[:9], "--json").splitlines()
    )
    assert story["id"] == arrived[0].id
    assert [one["article"] for one in told] == [article.id for article in arrived[:3]]
    assert [one["published"] for one in told] == ["2026-03-01T12:00:00Z", None, None]
    assert [one["language"] for one in told] == ["en", "", "en"]
    assert [one["duplicate_of"] for one in told] == [None, arrived[0].id, None]
    assert told[2]["why"]
    shown = run("stories", arrived[0].id)
    assert f"\n{arrived[0].first_seen:%Y-%m-%d %H:%M}  site1.example" in shown
    assert "opened the story" in shown
    assert re.search("articles +2 and 1 copy *\n", shown)
    assert re.search("articles +1 *\n", run("stories", arrived[3].id))
    assert f"copy of {arrived[0].id[:12]} (shares all of the shorter text)" in shown
    assert "joined by the words " in shown
    assert "countries" not in shown, "none is known"


def test_show_names_the_original_and_the_overlap(run: Run, arrived: list[Article]) -> None:
    assert f"{arrived[0].id[:12]} (shares all of the shorter text)" in run("show", arrived[1].id)


def test_history_of_an_entry_says_the_year(run: Run, arrived: list[Article]) -> None:
    assert f"history  {arrived[0].first_seen:%Y-%m-%d %H:%M:%S}  found" in run(
        "show", arrived[0].id
    )


def test_show_cuts_off_no_address_in_a_narrow_window(
    run: Run, arrived: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.commands.terminal.out.width", 20)
    shown = run("show", arrived[0].id)
    assert arrived[0].url in shown
    assert "…" not in shown


def test_the_old_id_of_a_merged_story_shows_the_survivor(
    run: Run, arrived: list[Article], home: Path
) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        stories.merge(tx, arrived[3].id, arrived[0].id)
        stories.settle(tx, arrived[0].id, "Both")
    shown = run("stories", arrived[3].id[:12])
    assert "Both" in shown
    assert "since merged into it" in shown
    assert len(run("stories", "--json").splitlines()) == 1


def test_story_id_that_names_none_or_several_is_reported(run: Run) -> None:
    assert "`wirewatch stories`" in run("stories", "zz", exit_code=2)
    several = " ".join(run("stories", "", exit_code=2).replace("│", "").split())
    assert "several stories have an id that begins with ''; type more of it" in several


def test_an_article_without_a_headline_is_shown_by_its_address(
    run: Run, arrived: list[Article], home: Path
) -> None:
    copy = arrived[1]
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        tx.execute(update(tables.entries).values(title=""))
        (entry,) = entries.get(tx, [copy.id]).values()
        entries.transition(tx, entry, State.QUARANTINED, now=house.now())
    assert copy.url in run("stories", arrived[0].id)
    assert copy.url in run("entries", "quarantined")


def test_a_story_can_be_muted_and_unmuted(run: Run, arrived: list[Article]) -> None:
    story = arrived[0].id
    assert "Muted: no rule alerts on it." in run("stories", story[:12], "--mute")
    assert re.search(r"muted +since \d{4}-\d\d-\d\d \d\d:\d\d: no rule", run("stories", story))
    assert run("stories").count(", muted  ") == 1
    listed = [json.loads(line) for line in run("stories", "--json").splitlines()]
    assert [bool(one["muted_at"]) for one in listed] == [True, False]
    assert json.loads(run("stories", story, "--json").splitlines()[0]) == listed[0]
    assert "It has been muted since 20" in run("stories", story[:12], "--mute")
    assert "Rules alert again" in run("stories", story[:12], "--unmute")
    assert "It was not muted." in run("stories", story[:12], "--unmute")
    assert "leave it out with" in run("stories", story, "--mute", "--json", exit_code=2)
    assert "muted" not in run("stories", story)
    assert "muted" not in run("stories")
    assert "need the id of a story" in run("stories", "--mute", exit_code=2)
    assert "no story has an id" in run("stories", "zz", "--mute", exit_code=2)


def test_an_article_can_be_taken_out_of_a_story_and_put_back(
    run: Run, arrived: list[Article]
) -> None:
    first, _, third, other = (article.id for article in arrived)
    said = run("stories", first[:12], "--split", third[:12])
    assert "A story of its own now (1 article)." in said
    assert f"wirewatch stories {first[:12]} --merge {third[:12]}" in said
    assert "put here by a person on" in run("stories", third)
    assert re.search(r"put there +by a person on \d{4}-\d\d-\d\d", run("show", third))

    said = run("stories", first[:12], "--merge", third[:12])
    assert f"One story now: {first[:12]} (2 articles)." in said
    _, *told = (json.loads(line) for line in run("stories", first, "--json").splitlines())
    assert [one["article"] for one in told if one["placed_at"]] == [third]

    for arguments, why in [
        (["--merge", "ffff"], "no entry has an id that begins with 'ffff'"),
        (["--merge", other, "--mute"], "exclude each other"),
    ]:
        assert why in run("stories", first, *arguments, exit_code=2)
