"""Check whether addresses that are said to be one article's really are. Pure.

Feeds name an article by several addresses, and its page declares which is its own. But on some
sites all pages declare the same one: it is from a template that nobody filled in, or from the
article that they were copied from. Believed, it would lose all of their articles but the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from core.records import Article, Entry
from ingest.extraction.witness import is_unrelated

COMPARED = 10
"""The most entries of one address that an article is compared with: one article has a few, and a
site that declares one address on all its pages has thousands."""


def is_other_article(entry: Entry, text: str, other: Entry) -> bool:
    """Whether a text is the article of `entry` and not of `other`: it is about what the feed says
    of `entry`, and not about what it says of `other`."""
    return is_unrelated(other, text) and not is_unrelated(entry, text)


def disputed(
    pairs: Sequence[tuple[Entry, Article]], known: Mapping[str, Iterable[Entry]]
) -> frozenset[str]:
    """The ids of entries whose pages declare an address that is also another article's.

    Args:
        pairs: entries and their articles, whose `url` is the address that their page declared.
        known: for each such address, the entries whose article is already there.
    """
    claimed: dict[str, list[Entry]] = defaultdict(list)
    for entry, article in pairs:
        claimed[article.url].append(entry)

    def is_disputed(entry: Entry, article: Article) -> bool:
        several = chain(known.get(article.url, ()), claimed[article.url])
        others = list(islice((one for one in several if one.id != entry.id), COMPARED))
        if not others or is_unrelated(entry, article.text):
            return False
        return any(is_unrelated(other, article.text) for other in others)

    return frozenset(entry.id for entry, article in pairs if is_disputed(entry, article))
