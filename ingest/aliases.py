"""Several addresses that are said to be one article's, and whether they are. Pure.

Feeds name an article by several addresses, and its page says which is its own. But there are sites
whose pages all name the same one, of a template that nobody filled in, or of the article that it
was copied from: believed, all of their articles would be one, and all but the first be lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from core.records import Article, Entry
from ingest.extraction.witness import is_strange

COMPARED = 10
"""Entries of one address that an article is compared with, at most: one article has a few, and a
site that names one address in all its pages has thousands."""


def is_another(entry: Entry, text: str, other: Entry) -> bool:
    """Whether a text is the article of an entry and not that of another: it is about what the feed
    says of the one, and of something else than what it says of the other."""
    return is_strange(other, text) and not is_strange(entry, text)


def disputed(
    made: Sequence[tuple[Entry, Article]], known: Mapping[str, Iterable[Entry]]
) -> frozenset[str]:
    """The ids of entries whose pages name an address that is another article's as well.

    Args:
        made: entries and their articles, whose `url` is the address that their page named.
        known: by such an address the entries whose article is at it already.
    """
    claimed: dict[str, list[Entry]] = defaultdict(list)
    for entry, article in made:
        claimed[article.url].append(entry)

    def is_disputed(entry: Entry, article: Article) -> bool:
        several = chain(known.get(article.url, ()), claimed[article.url])
        others = list(islice((one for one in several if one.id != entry.id), COMPARED))
        if not others or is_strange(entry, article.text):
            return False
        return any(is_strange(other, article.text) for other in others)

    return frozenset(entry.id for entry, article in made if is_disputed(entry, article))
