"""Outbound feeds: Atom of a rule's stories or of a search, as documents, and as files."""

from __future__ import annotations

from alert import atom
from alert.rules import Rules
from alert.wording import of_survivors
from core.files import replacing
from core.ledger import alerts, stories
from core.query import parse
from wirewatch.house import House

FOLDER = "feeds"
"""Where in the home folder the rules with `feed = true` have their files."""

_LAST = 1_000
"""Alerts that are looked at for a rule's feed: several for one story, where it moves."""


def feed_of_rule(house: House, rule: str) -> bytes:
    """The Atom document of a rule's stories."""
    with house.ledger.read() as tx:
        told = alerts.of_rule(tx, rule, limit=_LAST)
        survivors = stories.roots(tx, {alert.story for alert in told})
    # Stories that became one are one entry, which keeps the id of the one that was told first.
    told = of_survivors(told, survivors)
    return atom.written(atom.of_rule(rule, told))


def feed_of_search(house: House, query: str) -> bytes:
    """The Atom document of what a search finds, the newest first.

    Raises:
        QueryError: the query is not understood.
        IndexUnavailableError: the index does not answer.
    """
    hits = house.index.search(parse(query), size=atom.MAX_ENTRIES, sort="newest")
    return atom.written(atom.of_search(query, hits.articles))


def write_feeds(house: House, rules: Rules) -> None:
    """Write the files of the rules that have one, where anything in them is new.

    A file is replaced as a whole: whoever serves the folder never reads half of one.
    """
    for rule in rules.rules:
        if not rule.feed:
            continue
        path = house.settings.home / FOLDER / atom.file_name(rule.name)
        document = feed_of_rule(house, rule.name)
        if not path.exists() or path.read_bytes() != document:
            path.parent.mkdir(exist_ok=True)
            with replacing(path) as file:
                file.write(document)
