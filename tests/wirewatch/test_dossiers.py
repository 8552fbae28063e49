"""Dossiers as a person makes them: what may be typed, and what becomes of stories in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from arriving import OTHER, TEXT, entry_of, let_in, piece
from factories import Clock
from hypothesis import given
from hypothesis import strategies as st
from postgres_server import own_schema
from sqlalchemy import ColumnElement, Connection

from core.ledger import dossiers
from core.records import Article, Dossier
from core.settings import load_settings
from wirewatch.dossiers import MAX_NAME, MAX_NOTE, DossierError, add, name_of, note_of, rename
from wirewatch.house import House
from wirewatch.maintenance.erasing import chosen, erase
from wirewatch.regrouping import merge, split

FOLLOW_UP = "Spies of Zubrovka tapped the phone of the mayor of Lutz, agents say."


@pytest.fixture
def house(home: Path, clock: Clock) -> Iterator[House]:
    with House(load_settings(home), now=clock) as opened:
        yield opened


@pytest.fixture
def arrived(house: House) -> list[Article]:
    """A story of two articles, and another story."""
    articles = [
        piece(house, 1, "Zubrovka spies tapped phone of mayor of Lutz", TEXT),
        piece(house, 3, "Mayor of Lutz: Zubrovka tapped my phone", FOLLOW_UP),
        piece(house, 4, "Borduria buys face cameras", OTHER),
    ]
    let_in(house, *articles)
    return articles


def told(house: House, name: str = "Week 49") -> list[tuple[str, str]]:
    """The headlines and notes of a dossier."""
    with house.ledger.read() as tx:
        dossier = dossiers.named(tx, name)
        assert dossier is not None
        return [(one.story.title, one.note) for one in dossiers.stories_of(tx, dossier.id)]


def test_a_story_is_added_once(house: House, arrived: list[Article]) -> None:
    first, _, other = arrived
    made = add(house, "Week 49", first.id, "Lead.")
    assert (made.name, made.stories) == ("Week 49", 1)
    add(house, " Week \n49", other.id, "")
    for note in ("", "Lead."):
        assert add(house, "Week 49", first.id, note).stories == 2
    with pytest.raises(DossierError, match="already, with another note"):
        add(house, "Week 49", first.id, "Not lost.")
    add(house, "Week 49", other.id, "It had none.")
    assert told(house) == [(first.title, "Lead."), (other.title, "It had none.")]


def test_what_cannot_be_added_makes_no_dossier(
    house: House, arrived: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "x" * (MAX_NAME + 1)
    monkeypatch.setattr("wirewatch.dossiers.MAX_STORIES", 0)
    for name, story, note, why in [
        ("\u200b \x00", arrived[0].id, "", "needs a name"),
        (long, arrived[0].id, "", "has 80 characters at most, and this one has 81"),
        ("ok", arrived[0].id, "x" * (MAX_NOTE + 1), "5,000 characters at most"),
        ("ok", "nowhere", "", "no story has the id 'nowhere'"),
        ("ok", arrived[0].id, "", "the most that one can have"),
    ]:
        with pytest.raises(DossierError, match=why):
            add(house, name, story, note)
    with house.ledger.read() as tx:
        assert dossiers.listed(tx) == []


def test_a_dossier_is_renamed_unless_another_has_the_name(
    house: House, arrived: list[Article]
) -> None:
    made, other = (add(house, name, arrived[0].id, "") for name in ("one", "two"))
    rename(house, made.id, "three/<b>")
    rename(house, made.id, "three/<b>")
    with pytest.raises(DossierError, match="another dossier is called 'two' already"):
        rename(house, made.id, other.name)
    with pytest.raises(DossierError, match="has been removed"):
        rename(house, 99, "four")
    with house.ledger.read() as tx:
        assert {one.name for one in dossiers.listed(tx)} == {"three/<b>", "two"}


def test_what_another_person_does_meanwhile_is_no_fault(
    home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        own_schema(postgres_url) as url,
        House(load_settings(home, ledger_url=url)) as house,
    ):
        story = piece(house, 1, "Zubrovka spies tapped phone of mayor of Lutz", TEXT)
        let_in(house, story)
        made = add(house, "one", story.id, "")
        found, given = dossiers._listed, dossiers.rename

        def then_taken_out(tx: Connection, *conditions: ColumnElement[bool]) -> list[Dossier]:
            several = found(tx, *conditions)
            with house.ledger.write() as other:
                dossiers.take_out(other, made.id, story.id)
            return several

        monkeypatch.setattr(dossiers, "_listed", then_taken_out)
        add(house, "two", story.id, "")
        monkeypatch.setattr(dossiers, "_listed", found)
        assert (told(house, "one"), told(house, "two")) == ([], [(story.title, "")])

        def name_given_away(tx: Connection, dossier: int, name: str) -> None:
            add(house, name, story.id, "")
            given(tx, dossier, name)

        monkeypatch.setattr(dossiers, "rename", name_given_away)
        with pytest.raises(DossierError, match="another dossier is called 'three' already"):
            rename(house, made.id, "three")
        assert told(house, "one") == [], "its name is as it was"


def test_a_story_that_is_split_and_made_one_again_keeps_its_notes(
    house: House, arrived: list[Article]
) -> None:
    first, second, _ = arrived
    add(house, "Week 49", first.id, "of both")
    taken_out = split(house, first.id, [second.id])
    assert told(house) == [(first.title, "of both")], "the other is another story"
    add(house, "Week 49", taken_out, "of the second")
    merge(house, first.id, taken_out)
    assert [note for _, note in told(house)] == ["of both\nof the second"]
    split(house, first.id, [second.id])
    assert told(house) == [(first.title, "of both"), (second.title, "of the second")]


def test_of_an_erased_article_only_the_note_stays(house: House, arrived: list[Article]) -> None:
    first, second, other = arrived
    add(house, "Week 49", first.id, "of the first")
    add(house, "Week 49", other.id, "of the other")
    for article in (first, other):
        erase(house, chosen(house, entry_of(house, article)), "order of a court")
    assert told(house) == [(second.title, "of the first"), ("(erased)", "of the other")]


def test_a_note_keeps_its_lines() -> None:
    assert note_of("\r\n First \x1b[31mline\r\n\r\n\tsecond\x00 \n") == "First [31mline\n\nsecond"
    assert name_of("\u202eWeek\u2028 49") == "Week 49"


@given(st.text())
def test_names_and_notes_are_text_whatever_was_typed(typed: str) -> None:
    note = note_of(typed)
    assert note_of(note) == note
    assert {"\x00", "\x1b", "\r", "\u202e"}.isdisjoint(note)
    try:
        name = name_of(typed)
    except DossierError:
        return
    assert name_of(name) == name
    assert len(name.splitlines()) == 1
