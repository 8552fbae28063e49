"""Why a search may find nothing: an index that lacks articles, a value that no article has, or a
question mark, which stands for a letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from alert.languages import language_name
from core.conditions import All, Any, Condition, Keyword, Wildcard
from core.index import FACET_VALUES, Index
from core.ledger.accounting import Accounting
from core.query import FIELDS, Kind, Query, parse
from core.records import SURVEILLANCE, State, StatementKind
from core.spelling import quoted
from core.words import lower
from wirewatch.countries import country_name
from wirewatch.wording import counted

_NAMED = {"country": country_name, "language": language_name}
"""Fields whose values are codes, and the function that names a code."""


def lacking(index: Index, ended: Accounting) -> str | None:
    """That articles which were indexed are no longer in the index, as in a restored home whose
    index was not rebuilt; None if no more are missing than it has copies."""
    missing = ended.count(State.INDEXED) - index.search(parse("*"), size=0).total
    if missing <= 0:
        return None
    lacked = f"The index lacks at least {counted(missing, 'article')}"
    return f"{lacked}: `wirewatch index rebuild` rebuilds it from the archive."


def hint(index: Index, query: Query) -> str | None:
    """What probably keeps a search from finding anything, in words; None if nothing does."""
    return _missing_value(index, query) or _question(query.condition)


def _missing_value(index: Index, query: Query) -> str | None:
    """The first value in a search that no article has, with a similar one; None if there is none.

    Fields with more values than an index counts are skipped: they may have it.
    """
    asked = list(_asked(query.condition))
    fields = list(dict.fromkeys(first.field for first, *_ in asked))
    if not fields:
        return None
    facets = index.search(parse("*"), size=0, facets=fields).facets
    for any_of in asked:
        leaf = any_of[0]
        values = {lower(value): value for value in facets[leaf.field]}
        if any(one.value in values for one in any_of) or len(values) >= FACET_VALUES:
            continue
        cutoff = 0.4
        if name := _NAMED.get(leaf.field):
            # Any two codes of two letters are similar, so compare their names instead.
            values, cutoff = {lower(name(code)): code for code in values.values()}, 0.8
        return f"No article has {leaf.field}:{leaf.value}{_meant(leaf.value, values, cutoff)}"
    return None


def _question(condition: Condition) -> str | None:
    """The first word in a search whose question mark is more likely a sentence's."""
    match condition:
        case Wildcard((field, *_), pattern) if FIELDS[field] is Kind.TEXT:
            if re.fullmatch(r"[^*?\\]+\?", pattern):
                word = pattern.removesuffix("?")
                return f"{pattern} finds {word} with one more letter; put a question in quotes"
        case All(of) | Any(of):
            return next(filter(None, map(_question, of)), None)
        case _:
            pass
    return None


def misspelt(query: Query, topics: Collection[str]) -> str | None:
    """The first topic or kind of statement in a search that does not exist; None if all do."""
    there_are = {"topic": (SURVEILLANCE, *topics), "statement": tuple(StatementKind)}
    for leaf in chain.from_iterable(_asked(query.condition)):
        values = {lower(value): value for value in there_are.get(leaf.field, ())}
        if values and leaf.value not in values:
            return f"there is no {leaf.field} {leaf.value}{_meant(leaf.value, values, 0.4)}"
    return None


def _meant(value: str, values: Mapping[str, str], cutoff: float) -> str:
    near = difflib.get_close_matches(value, list(values), n=1, cutoff=cutoff)
    if not near:
        return ""
    meant = values[near[0]]
    # As it can be typed: without quotes, a search would ask for the first word only.
    typed = meant if re.fullmatch(r"\w+", meant) else quoted(meant)
    return f"; did you mean {typed}?"


def _asked(condition: Condition) -> Iterator[list[Keyword]]:
    """The values that a search asks for; alternatives of one field, such as an agency's names, are
    in one list. Excluded values are left out."""
    match condition:
        case Keyword():
            yield [condition]
        case All(of):
            for part in of:
                yield from _asked(part)
        case Any(of):
            together: dict[str, list[Keyword]] = {}
            for any_of in (any_of for part in of for any_of in _asked(part)):
                together.setdefault(any_of[0].field, []).extend(any_of)
            yield from together.values()
        case _:
            pass  # it names no topic and no kind of statement
