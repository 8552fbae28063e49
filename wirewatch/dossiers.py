"""Dossiers: make, fill and rename them, as a person asks at the desk or in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.errors import WirewatchError
from core.ledger import dossiers, stories
from core.records import Dossier, Story
from ingest.characters import one_line, readable
from wirewatch.house import House

MAX_NAME = 80
"""Most characters of a dossier's name: it is in headings, lists and names of files."""

MAX_NOTE = 5_000
"""Most characters of a note."""

MAX_STORIES = 500
"""Most stories of a dossier: its draft asks the index about each."""


class DossierError(WirewatchError):
    """A dossier stays as it is; the text says why and what to do."""


@contextmanager
def changed(house: House, dossier: int) -> Iterator[Connection]:
    """A transaction that changes a dossier.

    Raises:
        DossierError: this dossier was removed.
    """
    with house.ledger.write() as tx:
        if not dossiers.lock(tx, dossier):
            raise DossierError("the dossier has been removed")
        yield tx


def add(house: House, name: str, story: str, note: str) -> Dossier:
    """Add a story to the dossier of a name, after all others; the dossier is made if there is none.

    One that is there without a note gets this one. Nothing happens if it is there already, and the
    note says nothing new.

    Raises:
        DossierError: name or note cannot be used, there is no such story, it is there already with
            another note, or the dossier is full.
    """
    name, note = name_of(name), note_of(note)
    with house.ledger.write() as tx:
        found = _story(tx, story)
        dossier = dossiers.open_named(tx, name)
        there = dossiers.notes(tx, dossier).get(found.id)
        if there is None:
            _put(tx, dossier, found.id, note, house.now())
        elif not there:
            dossiers.annotate(tx, dossier, found.id, note)
        elif note not in ("", there):
            raise DossierError(
                f"the story is in the dossier {name!r} already, with another note: change that"
                " one at the desk, or take the story out first"
            )
        made = dossiers.get(tx, dossier)
    assert made is not None  # noqa: S101 - it was made, or found, in this transaction
    return made


def add_to(house: House, dossier: int, story: str) -> Story:
    """Add a story to a dossier that there is, after all others and without a note. Nothing happens
    if it is there already.

    Raises:
        DossierError: this dossier was removed, or is full, or there is no such story.
    """
    with changed(house, dossier) as tx:
        found = _story(tx, story)
        if found.id not in dossiers.places(tx, dossier):
            _put(tx, dossier, found.id, "", house.now())
    return found


def _story(tx: Connection, story: str) -> Story:
    found = stories.get(tx, story)
    if found is None:
        raise DossierError(f"no story has the id {story[:80]!r}")
    return found


def _put(tx: Connection, dossier: int, story: str, note: str, now: datetime) -> None:
    """Add a story that is not in a dossier, unless that is full."""
    if len(dossiers.places(tx, dossier)) >= MAX_STORIES:
        raise DossierError(f"the dossier has {MAX_STORIES} stories, the most that one can have")
    dossiers.add(tx, dossier, story, note, now)


def annotate(tx: Connection, dossier: int, story: str, note: str, *, was: str) -> None:
    """Give a story of a dossier another note, in place of what it was when a person began to write.

    Raises:
        DossierError: another person has changed the note since.
    """
    there = dossiers.notes(tx, dossier).get(stories.root(tx, story))
    if there not in (None, was, note):
        raise DossierError(
            f"the note has been changed meanwhile, so nothing was saved; it is now:\n\n{there}"
            f"\n\nYou wrote:\n\n{note}\n\nCopy what is to stay, and change the note as it is now"
        )
    dossiers.annotate(tx, dossier, story, note)


def rename(house: House, dossier: int, name: str) -> None:
    """Give a dossier another name.

    Raises:
        DossierError: the name cannot be used, another dossier has it, or this one was removed.
    """
    name = name_of(name)
    try:
        with changed(house, dossier) as tx:
            dossiers.rename(tx, dossier, name)
    except IntegrityError as error:
        # Not looked up before: another person may give the name away meanwhile.
        raise DossierError(f"another dossier is called {name!r} already") from error


def name_of(typed: str) -> str:
    """A dossier's name, from what a person typed: on one line, and spelt in one way.

    Raises:
        DossierError: it is empty, or too long.
    """
    name = one_line(readable(typed))
    if not name:
        raise DossierError("a dossier needs a name")
    if len(name) > MAX_NAME:
        raise DossierError(
            f"a dossier's name has {MAX_NAME} characters at most, and this one has {len(name):,}"
        )
    return name


def note_of(typed: str) -> str:
    """A note, from what a person typed: its lines, without characters that are no text.

    Raises:
        DossierError: it is too long.
    """
    note = "\n".join(one_line(readable(line)) for line in typed.splitlines()).strip()
    if len(note) > MAX_NOTE:
        raise DossierError(
            f"a note has {MAX_NOTE:,} characters at most, and this one has {len(note):,}"
        )
    return note
