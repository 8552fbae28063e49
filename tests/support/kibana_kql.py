"""Kibana's query language: the fields that a query names, and its Elasticsearch DSL.

Of Kibana's grammar this knows comparisons joined by `and`, `or`, `not` and brackets, and refuses
all else, such as a word without a field: it cannot be checked against a mapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kibana_panels import UnknownPartError

_TOKEN = re.compile(
    r"""\s*(?: "(?P<quoted>[^"\\]*)"
      | (?P<operator><=|>=|[:<>()])
      | (?P<word>[^\\\s():<>"{}]+) )""",
    re.VERBOSE,
)
_RANGES = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_KEYWORDS = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Query:
    """The fields that a query names, in order, and what Kibana asks Elasticsearch."""

    fields: tuple[str, ...]
    clause: dict[str, Any]


def parse(text: str) -> Query:
    """The meaning of a query; an empty one matches everything.

    Raises:
        UnknownPartError: it cannot be read.
    """
    if not text.strip():
        return Query((), {"match_all": {}})
    parser = _Parser(text)
    query = parser.either()
    if parser.tokens:
        raise parser.error()
    return query


class _Parser:
    """Recursive descent; each method reads one rule of the grammar. Tokens are kept backwards."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise self.error()
            word, at = found[found.lastgroup], found.end()
            is_keyword = found.lastgroup == "word" and word.lower() in _KEYWORDS
            self.tokens.append((word.lower(), "keyword") if is_keyword else (word, found.lastgroup))
        self.tokens.reverse()

    def either(self) -> Query:
        parts = [self.all()]
        while self.took("or", "keyword"):
            parts.append(self.all())
        return _joined(parts, "should", minimum_should_match=1)

    def all(self) -> Query:
        parts = [self.one()]
        while self.took("and", "keyword"):
            parts.append(self.one())
        return _joined(parts, "filter")

    def one(self) -> Query:
        if self.took("not", "keyword"):
            without = self.one()
            return Query(without.fields, {"bool": {"must_not": [without.clause]}})
        if self.took("(", "operator"):
            inside = self.either()
            if not self.took(")", "operator"):
                raise self.error()
            return inside
        field, operator = self.take("word"), self.take("operator")
        if self.tokens and self.tokens[-1][1] == "quoted":
            value, quoted = self.take("quoted"), True
        else:
            value, quoted = self.words(), False
        if "*" in field or not (operator == ":" or operator in _RANGES):
            raise self.error()
        return Query((field,), _compared(field, operator, value, quoted=quoted))

    def words(self) -> str:
        words = [self.take("word")]
        while self.tokens and self.tokens[-1][1] == "word":
            words.append(self.take("word"))
        return " ".join(words)

    def take(self, kind: str) -> str:
        if not self.tokens or self.tokens[-1][1] != kind:
            raise self.error()
        return self.tokens.pop()[0]

    def took(self, *token: str) -> bool:
        if self.tokens[-1:] != [token]:
            return False
        self.tokens.pop()
        return True

    def error(self) -> UnknownPartError:
        return UnknownPartError(f"cannot read {self.text!r}: no KQL, or not known here")


def _joined(parts: list[Query], occur: str, **more: int) -> Query:
    if len(parts) == 1:
        return parts[0]
    clause = {"bool": {occur: [one.clause for one in parts], **more}}
    return Query(tuple(field for one in parts for field in one.fields), clause)


def _compared(field: str, operator: str, value: str, *, quoted: bool) -> dict[str, Any]:
    if operator in _RANGES:
        return {"range": {field: {_RANGES[operator]: value}}}
    if quoted:
        return {"match_phrase": {field: value}}
    if value == "*":
        return {"exists": {"field": field}}
    if "*" in value:
        return {"query_string": {"fields": [field], "query": value}}
    return {"match": {field: value}}
