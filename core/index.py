"""The `Index` protocol: what `search` offers and every other part may rely on.

`search/` has two implementations; one contract suite (`tests/search/`) runs over both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol, Self

from core.errors import WirewatchError
from core.fields import FIELDS, Kind
from core.query import Query
from core.records import Article, Record


class Outcome(StrEnum):
    """What became of one written article."""

    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"
    REJECTED = "rejected"
    FAILED = "failed"


class Written(Record):
    """The outcome of one written article.

    `same`: this version (`Article.version`), or a newer one, is there already. `rejected`: the
    index will never take this article as it is; `reason` says why. `failed`: it may take it
    later.
    """

    id: str
    outcome: Outcome
    reason: str | None = None

    @classmethod
    def of(cls, article: Article, outcome: Outcome, reason: str | None = None) -> Self:
        """What became of an article."""
        return cls(id=article.id, outcome=outcome, reason=reason)


class IndexedArticle(NamedTuple):
    """The parts of an indexed article that have to agree with the ledger. Revision and moves are
    its version (`Article.version`): moves say which story and which tags it has."""

    id: str
    revision: int
    story: str | None
    moves: int = 0


class Hits(Record):
    """Articles that matched, best first, out of `total`.

    Facets and days count every match. `days` gives, in order, how many were first seen, or
    published, on each day (UTC); days without any are left out, and so are articles without a date
    of publication.
    """

    total: int
    articles: tuple[Article, ...]
    facets: Mapping[str, Mapping[str, int]] = {}
    days: Mapping[date, int] = {}


Sort = Literal["relevance", "newest"]

DateField = Literal["first_seen", "published"]
"""By which of its dates an article is counted."""

WINDOW = 10_000
"""How many hits deep a search reaches: `offset + size` may not exceed it."""

FACET_VALUES = 100
"""Values that a facet lists, if no other number is asked for: the most frequent first, then in
alphabetical order."""


TITLE_WEIGHT = 4.0
"""How many times as much a word in the title counts as one in the text."""


class IndexUnavailableError(WirewatchError):
    """The index could not be read now; the message says why. It may answer later."""


def check_search(size: int, offset: int, facets: Sequence[str]) -> None:
    """Raise `ValueError` for a search that no index answers."""
    if size < 0 or offset < 0 or size + offset > WINDOW:
        raise ValueError(
            f"offset and size add up to at most {WINDOW:,} hits, not {offset} + {size}"
        )
    for name in facets:
        if FIELDS.get(name) is not Kind.KEYWORD:
            known = ", ".join(field for field, kind in FIELDS.items() if kind is Kind.KEYWORD)
            raise ValueError(f"{name!r} has no facets: expected one of {known}")


class Index(Protocol):
    """A searchable projection of the archive. It can be deleted and rebuilt at any time.

    Reading raises `IndexUnavailableError` if the index does not answer; writing reports that as an
    outcome. `write` and `rebuild` do their work as you iterate over the result; what they wrote can
    be found once it is exhausted.
    """

    def prepare(self) -> None:
        """Create the index if there is none; bring one of an older version up to date, or raise
        `IndexUnavailableError` that says what does."""
        ...

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """Write articles, and yield what became of each. Repeating a write changes nothing."""
        ...

    def get(self, article_id: str) -> Article | None:
        """The newest version of an article, or None."""
        ...

    def search(
        self,
        query: Query,
        *,
        size: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
        values: int = FACET_VALUES,
        days: DateField | None = None,
    ) -> Hits:
        """The articles that match, with facets of KEYWORD fields, of so many values each at most,
        and the days of a date, if one is named.

        `newest` sorts by `first_seen`, to the millisecond, then `published` (those without it
        last), as all that a poll brings is first seen at once, then id; ties in relevance are
        sorted the same way. Relative dates count from now, unless `Query.at` has resolved them.
        Raises `ValueError` beyond `WINDOW`, and `QueryError` if a pattern is more than the index
        can try.
        """
        ...

    def delete(self, article_ids: Iterable[str]) -> int:
        """Remove articles; returns how many were there."""
        ...

    def scan(self) -> Iterator[IndexedArticle]:
        """Every indexed article, in the order of ids."""
        ...

    def rebuild(self, articles: Iterable[Article], month: str | None = None) -> Iterator[Written]:
        """Replace all content by these articles; searches see the old content until the end.

        With a month (`2026-11`, UTC), only what was first seen in it is replaced, and all articles
        must be from it. If one `failed`, or the iteration is abandoned, the old content stays.
        Whatever another process writes meanwhile is lost: check for it afterwards.
        """
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...
