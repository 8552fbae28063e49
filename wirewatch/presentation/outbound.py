"""Outbound feeds: a rule's stories or a search's results as Atom documents and files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from alert import atom
from alert.held_alerts import of_survivors
from alert.rules import Rules
from core.faults import Fault, tried
from core.files import atomic_write
from core.ledger import alerts, stories
from core.ledger.erasures import left_of
from core.query import parse
from wirewatch.attempts import OF_ALL
from wirewatch.house import House

FOLDER = "feeds"
"""The folder in the home folder with the files of rules that have `feed = true`."""

_LAST = 1_000
"""Most alerts read for a rule's feed; a story that moves has several."""


def feed_of_rule(house: House, rule: str) -> bytes:
    """The Atom document of a rule's stories."""
    with house.ledger.read() as tx:
        latest = alerts.listed(tx, rule=rule, last=_LAST)
        rule_alerts = [left for one, _ in latest if (left := left_of(one))]
        survivors = stories.roots(tx, {one for alert in rule_alerts for one in alert.named_after})
    # Stories that have merged are one entry, with the id of the story told first.
    rule_alerts = of_survivors(rule_alerts, survivors)
    return atom.to_xml(atom.of_rule(rule, rule_alerts))


def feed_of_search(house: House, query: str, title: str = "") -> bytes:
    """The Atom document of a search's results, newest first; its title is the query unless given.

    Raises:
        QueryError: the query is invalid.
        IndexUnavailableError: the index does not answer.
    """
    hits = house.index.search(house.at_present(parse(query)), size=atom.MAX_ENTRIES, sort="newest")
    return atom.to_xml(atom.of_search(query, hits.articles, title))


def write_feeds(house: House, rules: Rules) -> list[Path]:
    """Write the Atom files of the rules that have one, if their content has changed, and remove
    those of rules that no longer do: nobody would keep them true.

    One that meets a fault stays as it was, and is tried again in the next pass. A rule that cannot
    be used keeps its file, if it has one. A file is replaced as a whole: a server of the folder
    never reads half of one.

    Returns the files that may not be true: those that met a fault, of which there need not be any,
    and those that may be of a rule whose name cannot be read.
    """
    folder = house.settings.home / FOLDER
    doubtful = []
    written = {atom.file_name(rule.name): rule.name for rule in rules.rules if rule.feed}
    for rule in rules.unusable("rule"):
        if (folder / atom.file_name(rule)).exists():
            written[atom.file_name(rule)] = rule
    for name, rule in written.items():
        what = f"the feed of rule {rule}"
        document = tried("writing", what, partial(feed_of_rule, house, rule), OF_ALL)
        if isinstance(document, Fault):
            doubtful.append(folder / name)
        else:
            _write(folder / name, document)
    others = [path for path in folder.glob("*.atom") if path.name not in written]
    for path in filter(_is_of_a_rule, others):
        if rules.may_have_others:
            doubtful.append(path)
        else:
            path.unlink()
    return doubtful


def _write(path: Path, document: bytes) -> None:
    """Write a file, if its content has changed."""
    if not path.exists() or path.read_bytes() != document:
        path.parent.mkdir(exist_ok=True)
        with atomic_write(path) as file:
            file.write(document)


def _is_of_a_rule(path: Path) -> bool:
    """Whether a file is one of those that we write for rules, and not a search's feed, say."""
    return path.is_file() and atom.file_of(path.read_bytes()) == path.name
