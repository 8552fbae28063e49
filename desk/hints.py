"""Why a search may find nothing: a value that no article has, and the one that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from core.conditions import All, Any, Condition, Keyword
from core.index import FACET_VALUES, Index
from core.query import Query, parse
from core.words import lower


def hint(index: Index, query: Query) -> str | None:
    """The first value that a search asks for and no article has, with a near one; None where all
    are had. Fields with more values than an index counts are passed over: they may hold it."""
    asked = list(_asked(query.condition))
    fields = list(dict.fromkeys(leaf.field for leaf in asked))
    if not fields:
        return None
    counted = index.search(parse("*"), size=0, facets=fields).facets
    for leaf in asked:
        values = {lower(value): value for value in counted[leaf.field]}
        if leaf.value in values or len(values) >= FACET_VALUES:
            continue
        near = difflib.get_close_matches(leaf.value, list(values), n=1, cutoff=0.4)
        meant = f"; did you mean {values[near[0]]}?" if near else ""
        return f"No article has the {leaf.field} {leaf.value}{meant}"
    return None


def _asked(condition: Condition) -> Iterator[Keyword]:
    """The values that a search asks for; what must not be is none of them."""
    match condition:
        case Keyword():
            yield condition
        case All(of) | Any(of):
            for part in of:
                yield from _asked(part)
