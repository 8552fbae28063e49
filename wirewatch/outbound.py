"""Outbound feeds: a rule's stories or a search's results as Atom documents and files."""

from __future__ import annotations

from alert import atom
from alert.rules import Rules
from alert.wording import of_survivors
from core.files import atomic_write
from core.ledger import alerts, stories
from core.query import parse
from wirewatch.house import House

FOLDER = "feeds"
"""The folder in the home folder with the files of rules that have `feed = true`."""

_LAST = 1_000
"""Most alerts read for a rule's feed; a story that moves has several."""


def feed_of_rule(house: House, rule: str) -> bytes:
    """The Atom document of a rule's stories."""
    with house.ledger.read() as tx:
        rule_alerts = alerts.of_rule(tx, rule, limit=_LAST)
        survivors = stories.roots(tx, {alert.story for alert in rule_alerts})
    # Stories that have merged are one entry, with the id of the story told first.
    rule_alerts = of_survivors(rule_alerts, survivors)
    return atom.to_xml(atom.of_rule(rule, rule_alerts))


def feed_of_search(house: House, query: str, title: str = "") -> bytes:
    """The Atom document of a search's results, newest first; its title is the query unless given.

    Raises:
        QueryError: the query is invalid.
        IndexUnavailableError: the index does not answer.
    """
    hits = house.index.search(parse(query), size=atom.MAX_ENTRIES, sort="newest")
    return atom.to_xml(atom.of_search(query, hits.articles, title))


def write_feeds(house: House, rules: Rules) -> None:
    """Write the Atom files of the rules that have one, if their content has changed.

    A file is replaced as a whole: a server of the folder never reads half of one.
    """
    for rule in rules.rules:
        if not rule.feed:
            continue
        path = house.settings.home / FOLDER / atom.file_name(rule.name)
        document = feed_of_rule(house, rule.name)
        if not path.exists() or path.read_bytes() != document:
            path.parent.mkdir(exist_ok=True)
            with atomic_write(path) as file:
                file.write(document)
