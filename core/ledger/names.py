"""What names in queries stand for at present: stories that have merged, and labels of feeds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from sqlalchemy import Connection, select

from core.clauses import compile_pattern
from core.conditions import Names, labels_named, stories_named
from core.ledger import stories
from core.ledger.tables import feeds
from core.query import Query
from core.words import lower


def present(tx: Connection, queries: Iterable[Query]) -> Names:
    """The names in some queries, looked up in the ledger."""
    asked = [query.condition for query in queries]
    roots = stories.roots(tx, {story for one in asked for story in stories_named(one)})
    labels = {label for one in asked for label in labels_named(one)}
    return Names(roots, _labelled(tx, labels) if labels else {})


def labels(tx: Connection) -> list[str]:
    """All labels of feeds, and the folders that they lie in, in alphabetical order."""
    rows = tx.execute(select(feeds.c.labels))
    return sorted({one for row in rows for given in row.labels for one in _folders(given)})


def _folders(label: str) -> Iterable[str]:
    """A label, and the folders that it lies in: `a/b` is also in `a`."""
    return accumulate(label.split("/"), "{}/{}".format)


def _labelled(tx: Connection, asked: set[str]) -> dict[str, frozenset[str]]:
    """The addresses of the feeds with each of some labels, in lower case, as articles have them:
    also the one that a feed moved from."""
    rows = tx.execute(select(feeds.c.url, feeds.c.moved_from, feeds.c.labels)).all()
    # Each of the few hundred folders is compared with each label, instead of each feed's.
    by_folder: dict[str, set[str]] = {}
    for row in rows:
        addresses = {lower(address) for address in (row.url, row.moved_from) if address}
        for folder in {lower(one) for label in row.labels for one in _folders(label)}:
            by_folder.setdefault(folder, set()).update(addresses)
    found = {}
    for label in asked:
        pattern = compile_pattern(label)
        fitting = (several for folder, several in by_folder.items() if pattern.fullmatch(folder))
        found[label] = frozenset[str]().union(*fitting)
    return found
