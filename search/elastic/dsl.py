"""Translates conditions into Elasticsearch's query DSL, on the fields of `templates/mappings.json`.

Texts are already folded, so only queries that do not analyze them again are used.
"""

from __future__ import annotations

from typing import Any as Json

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
    Numbers,
    Phrase,
    Prefix,
    Wildcard,
    Word,
    require_feeds,
)
from core.fields import FIELDS, Kind
from core.index import TITLE_WEIGHT
from search.moments import bound_milliseconds

Clause = dict[str, Json]


def clause(condition: Condition) -> Clause:
    """The condition as a clause of the query DSL."""
    match condition:
        case Everything():
            return {"match_all": {}}
        case All(of):
            return _bool(
                must=[clause(inner) for inner in of if not isinstance(inner, Not)],
                must_not=[clause(inner.of) for inner in of if isinstance(inner, Not)],
            )
        case Any(of):
            return _bool(should=[clause(inner) for inner in of])
        case Not(inner):
            return _bool(must_not=[clause(inner)])
        case Word(fields, stem):
            return _any_field([_term("term", name, stem, _boost(name)) for name in fields])
        case Phrase(fields, words):
            return _any_field([_phrase(name, words) for name in fields])
        case Prefix(fields, prefix):
            return _any_field(
                [_term("prefix", _exact(name), prefix, _boost(name)) for name in fields]
            )
        case Wildcard(fields, pattern):
            return _any_field([_term("wildcard", _exact(name), pattern) for name in fields])
        case Keyword(field, value):
            return _unscored(_term("term", _exact(field), value))
        case Labelled():
            return _unscored({"terms": {_exact("feeds"): sorted(require_feeds(condition))}})
        case Exists(field):
            return _unscored({"exists": {"field": field}})
        case Numbers(field, low, high, with_low, with_high):
            bounds = {"gte" if with_low else "gt": low, "lte" if with_high else "lt": high}
            return _range(field, bounds)
        case Dates(field, since, until):
            dates = {"gte": since, "lt": until}
            bounds = {k: None if v is None else bound_milliseconds(v) for k, v in dates.items()}
            return _range(field, bounds, format="epoch_millis")


def _bool(**parts: Json) -> Clause:
    return {"bool": {name: part for name, part in parts.items() if part != []}}


def _any_field(clauses: list[Clause]) -> Clause:
    """One of the clauses, scored as the best of them."""
    return {"dis_max": {"queries": clauses}}


def _term(kind: str, field: str, value: str, boost: float = 1.0) -> Clause:
    return {kind: {field: {"value": value, "boost": boost}}}


def _phrase(field: str, words: tuple[str, ...]) -> Clause:
    phrase = {"query": " ".join(words), "analyzer": "whitespace", "boost": _boost(field)}
    return {"match_phrase": {_exact(field): phrase}}


def _range(field: str, bounds: dict[str, Json], **more: str) -> Clause:
    present = {name: bound for name, bound in bounds.items() if bound is not None}
    return _unscored({"range": {field: {**present, **more}}})


def _unscored(inner: Clause) -> Clause:
    return {"bool": {"filter": [inner]}}


def _exact(field: str) -> str:
    """The subfield that patterns and phrases are matched with."""
    return f"{field}.exact" if FIELDS[field] is Kind.TEXT else f"{field}.folded"


def _boost(field: str) -> float:
    return TITLE_WEIGHT if field == "title" else 1.0
