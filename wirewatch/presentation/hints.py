"""Why a search may find nothing: an index that lacks articles, a value that no article has, a
question mark, which stands for a letter, or quotes, which ask for exactly these words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from alert.languages import language_name
from core.conditions import All, Any, Condition, Keyword, Labelled, Wildcard
from core.fields import FIELDS, Kind
from core.index import FACET_VALUES, Index
from core.ledger import entries, names, stories
from core.ledger.accounting import Accounting
from core.query import Query, QueryError, parse, without_quotes
from core.records import SURVEILLANCE, State, StatementKind
from core.spelling import as_pattern, is_pattern, literal, quoted
from core.words import lower, words
from wirewatch.house import House
from wirewatch.presentation.countries import country_name
from wirewatch.presentation.wording import counted

Asked = TypeVar("Asked", Keyword, Labelled)

NEAR = 0.65
"""How similar to what was asked for a value must be to be suggested, of 1."""

NEAR_START = 4
"""The fewest characters that the beginning of a value must have to stand for it."""

_NAMED = {"country": country_name, "language": language_name}
"""Fields whose values are codes, and the function that names a code."""


def why_no_hits(house: House, query: Query) -> str | None:
    """What probably keeps a search from finding anything: an index that lacks articles, or what
    `why_nothing` finds; None if nothing does.

    Raises:
        LedgerError: an entry was lost.
    """
    return lacking(house.index, house.account()) or why_nothing(house, query)


def lacking(index: Index, ended: Accounting) -> str | None:
    """That articles which were indexed are no longer in the index, as in a restored home whose
    index was not rebuilt; None if no more are missing than it has copies."""
    missing = ended.count(State.INDEXED) - index.search(parse("*"), size=0).total
    if missing <= 0:
        return None
    lacked = f"The index lacks at least {counted(missing, 'article')}"
    return f"{lacked}: `wirewatch index rebuild` rebuilds it from the archive."


def why_nothing(house: House, query: Query) -> str | None:
    """What probably keeps a search or a rule from finding anything: a label that no feed has, what
    `hint` finds, or its quotes; None if nothing does."""
    if unknown := unknown_label(house, query):
        return f"{unknown[0].upper()}{unknown[1:]}"
    return hint(house.index, query) or _quotes(house, query)


def hint(index: Index, query: Query) -> str | None:
    """What probably keeps a search from finding anything, in words; None if nothing does."""
    return _missing_value(index, query) or _question(query.condition)


def _quotes(house: House, query: Query) -> str | None:
    """That a search would find something without its quotes, and finds nothing with them; a rule
    may have found articles before the days on which it is tried. None otherwise."""
    if (without := without_quotes(query.text)) == query.text or _total(house, query):
        return None
    try:
        total = _total(house, parse(without))
    except QueryError:  # a text with more words than a query may have
        return None
    if not total:
        return None
    matches = "article matches" if total == 1 else "articles match"
    return f"Without the quotes, which ask for exactly these words, {total:,} {matches}"


def _total(house: House, query: Query) -> int:
    return house.index.search(house.at_present(query), size=0).total


def _missing_value(index: Index, query: Query) -> str | None:
    """The first value in a search that no article has, with a similar one; or None."""
    asked = list(_asked(query.condition, Keyword))
    fields = list(dict.fromkeys(first.field for first, *_ in asked))
    if not fields:
        return None
    facets = index.search(parse("*"), size=0, facets=fields).facets
    for any_of in asked:
        leaf = any_of[0]
        values = {lower(value): value for value in facets[leaf.field]}
        if any(one.value in values for one in any_of):
            continue
        if len(values) >= FACET_VALUES:  # there may be more
            if index.search(Query(query.text, Any(tuple(any_of))), size=0).total:
                continue
            values = _containing(index, leaf) | values
        cutoff = NEAR
        if name := _NAMED.get(leaf.field):
            # Any two codes of two letters are similar, so compare their names instead.
            values, cutoff = {lower(name(code)): code for code in values.values()}, 0.8
        meant = _meant(leaf.value, values, cutoff)
        return f"No article has {leaf.field}:{_typed(leaf.value)}{meant}"
    return None


def _containing(index: Index, asked: Keyword) -> dict[str, str]:
    """Values of articles that have one which contains what is asked for, as "NSO Group" does
    "nso"."""
    part = as_pattern(asked.value[:100])  # an index may not try longer patterns
    found = Query(asked.value, Wildcard((asked.field,), f"*{part}*"))
    facets = index.search(found, size=0, facets=[asked.field]).facets
    return {lower(value): value for value in facets[asked.field]}


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


def unmatchable(house: House, query: Query, topics: Collection[str]) -> str | None:
    """Why no article will ever match a search: it asks for a topic, a kind of statement, a story or
    a label that does not exist; None if all do."""
    return misspelt(query, topics) or _unknown_story(house, query) or unknown_label(house, query)


def unmatchable_rules(house: House, topics: Collection[str]) -> tuple[str, ...]:
    """The rules in use that ask for what does not exist, each with the reason."""
    found = ((rule.name, unmatchable(house, rule.query, topics)) for rule in house.rules.rules)
    return tuple(f"{name}: {why}" for name, why in found if why)


def unknown_label(house: House, query: Query) -> str | None:
    """The first label in a search that no feed has, and the one that is probably meant; None if
    all are labels of feeds."""
    if not (asked := list(_asked(query.condition, Labelled))):
        return None
    with house.ledger.read() as tx:
        known = names.present(tx, [query]).feeds
        labels = {lower(label): label for label in names.labels(tx)}
    for any_of in asked:
        if not any(known[one.label] for one in any_of):
            if is_pattern(any_of[0].label):
                return f"no feed has a label that matches {any_of[0].label}"
            plain = literal(any_of[0].label)
            return f"no feed has the label {_typed(plain)}{_meant(plain, labels)}"
    return None


def _unknown_story(house: House, query: Query) -> str | None:
    """The first story in a search that does not exist, and the one whose id begins like this."""
    asked = chain.from_iterable(_asked(query.condition, Keyword))
    if not (named := sorted({leaf.value for leaf in asked if leaf.field == "story"})):
        return None
    with house.ledger.read() as tx:
        for story in named:
            # An article that stands alone is its own story.
            if stories.get(tx, story) is None and not entries.get(tx, [story]):
                found = stories.find(tx, story)
                meant = f"; did you mean {found[0]}?" if len(found) == 1 else ""
                return f"there is no story {story}{meant}"
    return None


def misspelt(query: Query, topics: Collection[str]) -> str | None:
    """The first topic or kind of statement in a search that does not exist; None if all do."""
    there_are = {"topic": (SURVEILLANCE, *topics), "statement": tuple(StatementKind)}
    for leaf in chain.from_iterable(_asked(query.condition, Keyword)):
        values = {lower(value): value for value in there_are.get(leaf.field, ())}
        if values and leaf.value not in values:
            return f"there is no {leaf.field} {leaf.value}{_meant(leaf.value, values)}"
    return None


def _meant(value: str, values: Mapping[str, str], cutoff: float = NEAR) -> str:
    """The value that is probably meant: one of the same words and more, or fewer, or one whose
    initials these are; else one that begins so; else the most similar. Or how to write a pattern,
    where one is in quotes: no value has a star."""
    if "*" in value:
        return "; in quotes, * stands for itself: leave the quotes out, with \\ before a space"
    asked = words(value)
    near = [
        listed
        for listed in values
        if (named := words(listed))
        and (
            set() < set(asked) <= set(named)
            or set(named) < set(asked)
            or asked == ["".join(word[0] for word in named)]
        )
    ]
    near = near or [
        listed for listed in values if len(value) >= NEAR_START and listed.startswith(value)
    ]
    near = near or difflib.get_close_matches(value, list(values), n=1, cutoff=cutoff)
    return f"; did you mean {_typed(values[near[0]])}?" if near else ""


def _typed(value: str) -> str:
    """A value as it can be typed: without quotes, a search would ask for the first word only."""
    return value if re.fullmatch(r"\w+", value) else quoted(value)


def _asked(condition: Condition, kind: type[Asked]) -> Iterator[list[Asked]]:
    """The values, or the labels, that a search asks for; alternatives of one field, such as an
    agency's names or a label's spellings, are in one list. What is excluded is left out."""
    if isinstance(condition, kind):
        yield [condition]
    elif isinstance(condition, All):
        for part in condition.of:
            yield from _asked(part, kind)
    elif isinstance(condition, Any):
        together: dict[str, list[Asked]] = {}
        for any_of in (any_of for part in condition.of for any_of in _asked(part, kind)):
            first = any_of[0]
            field = first.field if isinstance(first, Keyword) else "label"
            together.setdefault(field, []).extend(any_of)
        yield from together.values()
