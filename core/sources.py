"""What a search asks of where articles come from, without what it asks of their content. Pure."""

from __future__ import annotations

from core.conditions import (
    All,
    Any,
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Labelled,
    Not,
    Prefix,
    Wildcard,
    leaves,
    none_of,
)
from core.fields import FIELDS, Kind

SOURCES = frozenset({"outlet", "site", "language", "feeds"})
"""Fields that say where an article comes from, beside labels, which are those of feeds."""


def of_same_sources(condition: Condition) -> Condition:
    """The condition with only what it asks of sources, dates, and whether there are copies.

    All that match the condition match this one. So `outlet:A OR spyware` asks nothing of sources:
    there is spyware in other outlets, too. It is the same condition if it asks for nothing else.
    """
    if all(_is_of_sources(leaf) for leaf in leaves(condition)):
        return condition
    match condition:
        case All(of) | Not(Any(of)):
            return All(tuple(of_same_sources(one) for one in _each(condition, of)))
        case Any(of) | Not(All(of)):
            return Any(tuple(of_same_sources(one) for one in _each(condition, of)))
        case _:
            return Everything()


def _each(condition: Condition, of: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The parts of a condition; of a negated one, each of them negated."""
    return tuple(map(none_of, of)) if isinstance(condition, Not) else of


def _is_of_sources(leaf: Condition) -> bool:
    match leaf:
        case Everything() | Labelled() | Dates():
            return True
        case Exists("duplicate_of"):
            return True
        case Keyword(field) | Exists(field) | Prefix((field, *_)) | Wildcard((field, *_)):
            return field in SOURCES or FIELDS[field] is Kind.DATE
        case _:
            return False
