"""What a command line names, looked up: a home, a feed, an entry, a rule."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TypeVar

import typer
from sqlalchemy import Connection

from alert.rules import Rule
from core.ledger import dossiers, entries, feeds, stories
from core.records import Dossier, Entry, Feed, Story
from core.settings import FILE, Settings, load_settings
from wirewatch.adding import canonical_addresses, known_at
from wirewatch.commands.usage import UsageError, typed_line
from wirewatch.dossiers import name_of
from wirewatch.house import House
from wirewatch.presentation.feeds import polled_feed, unlisted

Found = TypeVar("Found")

_HOME_FILES = (
    *("ledger.db", FILE, "rules.toml", "names.toml", "topics.toml", "feeds.opml", "corrections"),
)
"""A folder with any of these is a home."""


def is_home(settings: Settings) -> bool:
    """Whether settings are those of a home that exists, or whose ledger is elsewhere."""
    return bool(settings.ledger_url) or any((settings.home / one).exists() for one in _HOME_FILES)


def house_of(context: typer.Context) -> House:
    """The house that the command line names, for work in a home that exists, or whose ledger is
    elsewhere.

    Raises:
        UsageError: there is none; a mistyped name creates nothing.
    """
    settings = load_settings(context.obj)
    if not is_home(settings):
        raise UsageError(
            f"no wirewatch home in {settings.home}; create one with `wirewatch init`, or name "
            "another folder: `wirewatch --home FOLDER ...`, or WIREWATCH_HOME"
        )
    return House(settings)


def new_house_of(context: typer.Context) -> House:
    """Like `house_of`, for work that may create a home."""
    return House.open(context.obj)


def house_with_feeds(context: typer.Context) -> House:
    """Like `house_of`, for work that needs feeds, or articles that were added by hand.

    Raises:
        UsageError: there are none yet.
    """
    house = house_of(context)
    with house.ledger.read() as tx:
        if not feeds.count(tx) and not entries.count(tx):
            raise UsageError(
                f"no feeds in {house.settings.home} yet; `wirewatch init` adds a starter list of "
                "outlets, `wirewatch feeds add ADDRESS` adds one feed"
            )
    return house


def feed_of(house: House, url: str) -> Feed:
    """The feed at an address.

    Raises:
        UsageError: it is not on the list; the text suggests a similar one.
    """
    with house.ledger.read() as tx:
        feed = feeds.at(tx, url)
    if feed is None:
        raise UsageError(unlisted(house, url))
    return feed


def polled_feed_of(house: House, url: str) -> Feed:
    """The feed at an address, if it is not paused.

    Raises:
        UsageError: it is, or is not on the list; the text says what to do.
    """
    found = polled_feed(house, url)
    if isinstance(found, str):
        raise UsageError(found)
    return found


ARTICLE = "An article's id, its start, or its address."
"""The help of an argument that `entry_of` understands."""


STORY = "A story's id, or its start."
"""The help of an argument that `story_of` understands."""


def entry_of(house: House, named: str) -> Entry:
    """The entry whose id begins with a text, or whose address this is.

    Raises:
        UsageError: there is none, or there are several.
    """
    urls = canonical_addresses(named)
    with house.ledger.read() as tx:
        if not urls:
            see = "; `wirewatch search` and `wirewatch entries --json` show ids"
            return only_one(entries.find(tx, named), named, "entry", "entries", see=see)
        found = known_at(tx, named)
    if found is None:
        raise UsageError(f"there is no entry for {' or '.join(urls)}")
    return found


def only_one(
    found: Sequence[Found],
    prefix: str,
    thing: str,
    things: str,
    *,
    by: str = "an id",
    see: str = "",
) -> Found:
    """The one thing found that has an id, or what `by` says, which begins with a prefix. `see` says
    where the right ids are.

    Raises:
        UsageError: there is none, or there are several.
    """
    if not found:
        raise UsageError(f"no {thing} has {by} that begins with {prefix!r}{see}")
    if len(found) > 1:
        raise UsageError(f"several {things} have {by} that begins with {prefix!r}; type more of it")
    return found[0]


def story_of(tx: Connection, prefix: str) -> tuple[str, Story]:
    """The id that begins with a prefix, and its story, of which it may only have become part.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = story_id_of(stories.find(tx, prefix), prefix)
    story = stories.get(tx, found)
    assert story is not None  # noqa: S101 - it was found in this transaction
    return found, story


def story_id_of(found: Sequence[str], prefix: str) -> str:
    """The one id found that begins with a prefix.

    Raises:
        UsageError: there is none, or there are several.
    """
    return only_one(found, prefix, "story", "stories", see="; `wirewatch stories` lists them")


def dossier_of(tx: Connection, name: str) -> Dossier:
    """The dossier of a name.

    Raises:
        UsageError: there is none; the text suggests a similar one.
        DossierError: it is no name.
    """
    name = name_of(typed_line(name))
    found = dossiers.named(tx, name)
    if found is None:
        near = difflib.get_close_matches(name, [one.name for one in dossiers.listed(tx)], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; see `wirewatch dossiers`"
        raise UsageError(f"no dossier is called {name!r}{hint}")
    return found


def rule_of(house: House, name: str) -> Rule:
    """The rule of a name.

    Raises:
        UsageError: there is none.
        RulesError: it cannot be used.
    """
    found = house.rules.rule(name)
    if found is None:
        raise no_rule(house, name)
    return found


def no_rule(house: House, name: str) -> UsageError:
    """The error of those who name a rule that does not exist."""
    known = ", ".join(sorted(house.rules.rule_names)) or "none"
    return UsageError(f"no rule {name!r} in {house.settings.rules_path}, which has: {known}")
