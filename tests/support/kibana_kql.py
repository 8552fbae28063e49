"""Kibana's query language: what a query means, which fields it names, and its Elasticsearch DSL.

The grammar is that of Kibana's own parser (`kuery`), without nested fields and without wildcard
field names: neither can be checked against a mapping field by field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Clause = dict[str, Any]


class KqlError(ValueError):
    """A query that is not KQL, or cannot be checked; the message points at the place."""


@dataclass(frozen=True, slots=True)
class Both:
    """All of these queries must match."""

    of: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these queries must match."""

    of: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The query must not match."""

    of: Query


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of a field: `:` with a word, pattern or phrase, otherwise by order.

    Without a field, any field may match.
    """

    field: str | None
    operator: str
    value: str
    quoted: bool = False


Query = Both | Either | Without | Compared

EVERYTHING = Compared(None, ":", "*")

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:\\.|[^"\\])*")
      | (?P<operator><=|>=|[:<>])
      | (?P<bracket>[(){}])
      | (?P<word>(?:\\.|[^\\\s():<>"{}])+)
    )""",
    re.VERBOSE,
)
_RANGES = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_KEYWORDS = frozenset({"and", "or", "not"})


def parse(text: str) -> Query:
    """The meaning of a query; an empty one matches everything.

    Raises:
        KqlError: it cannot be read.
    """
    if not text.strip():
        return EVERYTHING
    return _Parser(text).parsed()


def fields(query: Query) -> Iterator[str]:
    """The fields that a query names."""
    match query:
        case Both(of) | Either(of):
            for one in of:
                yield from fields(one)
        case Without(of):
            yield from fields(of)
        case Compared(field):
            if field is not None:
                yield field


def clause(query: Query) -> Clause:
    """A query as Elasticsearch's DSL, as Kibana translates it."""
    match query:
        case Both(of):
            return {"bool": {"filter": [clause(one) for one in of]}}
        case Either(of):
            return {"bool": {"should": [clause(one) for one in of], "minimum_should_match": 1}}
        case Without(of):
            return {"bool": {"must_not": [clause(of)]}}
        case Compared():
            return _compared(query)


def _compared(one: Compared) -> Clause:
    field, value = one.field, one.value
    if one.operator in _RANGES:
        return {"range": {field: {_RANGES[one.operator]: value}}}
    anything = value == "*" and not one.quoted
    if field is None:
        if anything:
            return {"match_all": {}}
        kind = "phrase" if one.quoted else "best_fields"
        return {"multi_match": {"query": value, "type": kind, "lenient": True}}
    if anything:
        return {"exists": {"field": field}}
    if one.quoted:
        return {"match_phrase": {field: value}}
    if "*" in value:
        return {"query_string": {"fields": [field], "query": value}}
    return {"match": {field: value}}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    def is_keyword(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


_END = "end"


class _Parser:
    """Recursive descent; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens())
        self.next = 0

    def parsed(self) -> Query:
        query = self._or()
        if self._peek().kind != _END:
            raise self._error("nothing more was expected")
        return query

    def _tokens(self) -> Iterator[_Token]:
        at = 0
        end = len(self.text.rstrip())
        while at < end:
            found = _TOKEN.match(self.text, at)
            if found is None or found.lastgroup is None:
                raise KqlError(f"cannot read {self.text!r} from {self.text[at:]!r} on")
            yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
            at = found.end()
        yield _Token(_END, "", end)

    def _or(self) -> Query:
        return self._chain("or", self._and, Either)

    def _and(self) -> Query:
        return self._chain("and", self._not, Both)

    def _chain(self, word: str, part: Callable[[], Query], whole: type[Both | Either]) -> Query:
        parts = [part()]
        while self._peek().is_keyword(word):
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else whole(tuple(parts))

    def _not(self) -> Query:
        if self._peek().is_keyword("not"):
            self._take()
            return Without(self._not())
        return self._part()

    def _part(self) -> Query:
        if self._is_bracket("("):
            return self._bracketed(self._or)
        value, quoted = self._value()
        operator = self._peek()
        if operator.kind != "operator":
            return Compared(None, ":", value, quoted)
        if "*" in value and not quoted:
            raise self._error("a pattern for names of fields cannot be checked")
        self._take()
        if self._is_bracket("{"):
            raise self._error("nested fields are not known here")
        if operator.text == ":":
            return self._values(value)
        bound, quoted = self._value()
        return Compared(value, operator.text, bound, quoted)

    def _values(self, field: str) -> Query:
        """A field's value, or several in brackets."""

        def one() -> Query:
            if self._peek().is_keyword("not"):
                self._take()
                return Without(one())
            if self._is_bracket("("):
                return self._bracketed(several)
            value, quoted = self._value()
            return Compared(field, ":", value, quoted)

        def several() -> Query:
            return self._chain("or", lambda: self._chain("and", one, Both), Either)

        return self._bracketed(several) if self._is_bracket("(") else one()

    def _bracketed(self, inside: Callable[[], Query]) -> Query:
        self._take()
        query = inside()
        if not self._is_bracket(")"):
            raise self._error("a closing bracket was expected")
        self._take()
        return query

    def _value(self) -> tuple[str, bool]:
        """A phrase, or words up to the next operator, bracket or keyword; and which of the two."""
        first = self._peek()
        if first.kind == "quoted":
            self._take()
            return _unescaped(first.text[1:-1]), True
        words = []
        while self._peek().kind == "word" and not self._peek().is_keyword(*_KEYWORDS):
            words.append(_unescaped(self._take().text))
        if not words:
            raise self._error("a field or value was expected")
        return " ".join(words), False

    def _is_bracket(self, which: str) -> bool:
        token = self._peek()
        return token.kind == "bracket" and token.text == which

    def _peek(self) -> _Token:
        return self.tokens[self.next]

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def _error(self, message: str) -> KqlError:
        rest = self.text[self._peek().at :]
        return KqlError(
            f"{message} in {self.text!r}, at {rest!r}"
            if rest
            else f"{message} at the end of {self.text!r}"
        )


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
