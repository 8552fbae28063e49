"""Explains a query on one article, clause by clause: which match, and by which phrases.

This is a plain evaluation of the condition tree, to show to people. `search` matches many articles
at a time; tests check that both give the same results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

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
    require_absolute,
    require_feeds,
)
from core.fields import FIELDS, Kind
from core.records import COUNTRY_KINDS, Article, Evidence, Mention, Statement, TextField
from core.words import lower, stem, word_spans

MAX_FOUND = 3
"""Phrases kept for one leaf: the first ones, those in the title before those in the text; of names,
each before one comes again."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a query in words, whether an article matches it, and what shows that.

    `found` holds the phrases in title and text that match a leaf, or where the statements or names
    stand that it asks for; `told` holds all of these. If a leaf asks for a value, `value` is what
    the article has in that field. `of` holds the parts of AND, OR and NOT.
    """

    says: str
    matched: bool
    found: tuple[Evidence, ...] = ()
    value: str = ""
    told: tuple[Statement | Mention, ...] = ()
    of: tuple[Clause, ...] = ()


class Explainer:
    """Checks one article against any number of queries; its words are split only once."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._words: dict[str, list[list[tuple[str, int, int]]]] = {}

    def explain(self, condition: Condition) -> Clause:
        """A condition, clause by clause. Its relative dates must be resolved first (`Query.at`)."""
        match condition:
            case All(of):
                parts = tuple(map(self.explain, of))
                return Clause("all of", all(part.matched for part in parts), of=parts)
            case Any(of):
                parts = tuple(map(self.explain, of))
                return Clause("one of", any(part.matched for part in parts), of=parts)
            case Not(inner):
                part = self.explain(inner)
                return Clause("not", not part.matched, of=(part,))
            case Word(fields) | Phrase(fields):
                return self._explain_words(condition, fields)
            case Prefix(fields) | Wildcard(fields):
                if FIELDS[fields[0]] is Kind.TEXT:
                    return self._explain_words(condition, fields)
                return self._explain_value(condition, fields[0])
            case Everything():
                return Clause(describe(condition), matched=True)
            case Keyword(field) | Exists(field) | Numbers(field) | Dates(field):
                return self._explain_value(condition, field)
            case Labelled():
                return self._explain_value(condition, "feeds")

    def _explain_words(self, leaf: Condition, fields: Sequence[str]) -> Clause:
        found: list[Evidence] = []
        matched = False
        for field in fields:
            for words in self._word_spans(field):
                for first, stop in _spans(leaf, [word for word, _, _ in words]):
                    matched = True
                    if field in ("title", "text") and len(found) < MAX_FOUND:
                        start, end = words[first][1], words[stop - 1][2]
                        found.append(self._evidence(field, start, end, describe(leaf)))
        return Clause(describe(leaf), matched, tuple(found))

    def _evidence(self, field: str, start: int, end: int, why: str) -> Evidence:
        return Evidence(
            field=cast(TextField, field),
            start=start,
            end=end,
            phrase=getattr(self._article, field)[start:end],
            why=why,
        )

    def _word_spans(self, field: str) -> list[list[tuple[str, int, int]]]:
        if field not in self._words:
            self._words[field] = [word_spans(value) for value in values_of(self._article, field)]
        return self._words[field]

    def _explain_value(self, leaf: Condition, field: str) -> Clause:
        if FIELDS[field] in (Kind.NUMBER, Kind.DATE):
            plain = getattr(self._article, field)
            shown = plain.strftime("%Y-%m-%d %H:%M:%S") if isinstance(plain, datetime) else plain
            value = "" if plain is None else str(shown)
            return Clause(describe(leaf), _fits(leaf, plain), value=value)
        values = values_of(self._article, field)
        if FIELDS[field] is Kind.TEXT:  # whether there is any text at all
            return Clause(describe(leaf), bool(values))
        fitting = [value for value in values if _fits(leaf, lower(value))]
        told = self._told(field, fitting)
        found = [
            self._evidence(one.field, one.start, one.end, describe(leaf))
            for one in told[:MAX_FOUND]
        ]
        value = ", ".join(fitting or values)
        return Clause(describe(leaf), bool(fitting), tuple(found), value, tuple(told))

    def _told(self, field: str, values: Sequence[str]) -> Sequence[Statement | Mention]:
        """The statements or names that some values of a field stand for: who asks for denials, for
        vendors, or for a country, wants to read them."""
        if field == "statement":
            said = (one for one in self._article.statements if one.kind in values)
            return sorted(said, key=_place)
        mentions = self._article.mentions
        if field == "country":
            fitting = [
                one for one in mentions if one.kind in COUNTRY_KINDS and one.country in values
            ]
        else:
            named_so = (one for one in mentions if field in ("mention", one.kind))
            fitting = [one for one in named_so if one.name in values]
        named = sorted(fitting, key=_place)
        first = {one.name: one for one in reversed(named)}
        return sorted(named, key=lambda one: one is not first[one.name])


def _place(one: Statement | Mention) -> tuple[bool, int]:
    """A sort key: those in the title first."""
    return one.field != "title", one.start


def matched_phrases(clause: Clause) -> Iterator[Evidence]:
    """The phrases that made an article match a query; none from inside a NOT."""
    for part in _matched(clause):
        yield from part.found


def matched_told(clause: Clause) -> Iterator[Statement | Mention]:
    """The statements and names that a query asks for by their fields; none from inside a NOT."""
    for part in _matched(clause):
        yield from part.told


def _matched(clause: Clause) -> Iterator[Clause]:
    if clause.matched and clause.says != "not":
        yield clause
        for part in clause.of:
            yield from _matched(part)


def _spans(leaf: Condition, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a leaf matches in some words: the index of the first word, and one past the last."""
    match leaf:
        case Word(_, stemmed):
            yield from ((n, n + 1) for n, word in enumerate(words) if stem(word) == stemmed)
        case Prefix(_, prefix):
            yield from ((n, n + 1) for n, word in enumerate(words) if word.startswith(prefix))
        case Wildcard(_, pattern):
            regex = compile_pattern(pattern)
            yield from ((n, n + 1) for n, word in enumerate(words) if regex.fullmatch(word))
        case Phrase(_, sought):
            length = len(sought)
            for n, word in enumerate(words):
                if word == sought[0] and tuple(words[n : n + length]) == sought:
                    yield n, n + length
        case _:
            pass  # it asks for no words


def _fits(leaf: Condition, value: object) -> bool:
    """Whether a value is what a leaf asks for. Texts must be in lower case."""
    match leaf, value:
        case Exists(), _:
            return value is not None
        case Keyword(_, wanted), str():
            return value == wanted
        case Labelled(), str():
            return value in require_feeds(leaf)
        case Prefix(_, prefix), str():
            return value.startswith(prefix)
        case Wildcard(_, pattern), str():
            return compile_pattern(pattern).fullmatch(value) is not None
        case Numbers(_, low, high, with_low, with_high), float() | int():
            above = low is None or value > low or (with_low and value == low)
            return above and (high is None or value < high or (with_high and value == high))
        case Dates(_, since, until), datetime():
            moment = value.replace(microsecond=value.microsecond // 1000 * 1000)
            return (since is None or moment >= require_absolute(since)) and (
                until is None or moment < require_absolute(until)
            )
        case _:
            return False


def values_of(article: Article, field: str) -> tuple[str, ...]:
    """The distinct values of a KEYWORD field, or texts of a TEXT field; empty ones do not count."""
    value: str | tuple[str, ...] | None = getattr(article, field)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(dict.fromkeys(each for each in values if each))


def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""A pattern of `*`, `?` and `\` as a regular expression, for `fullmatch`."""
    runs = [""]
    for piece in re.findall(r"\\.|.", pattern, re.DOTALL):
        if piece == "*":
            runs.append("")
        else:
            runs[-1] += "." if piece == "?" else re.escape(piece[-1])
    first, *others = runs
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    # Each run between two stars is matched at its first place only, without backtracking:
    # `*a*a*a*a*a*a*b` would otherwise take minutes on a long word. A later place only leaves less
    # to match.
    found = "".join(f"(?>.*?{run})" for run in middle)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def describe(leaf: Condition) -> str:
    """A leaf in words, as `rules test` shows it."""
    match leaf:
        case Everything():
            return "any article"
        case Word(fields, stemmed):
            return f"{_in(fields)} a word with the stem “{stemmed}”"
        case Phrase(fields, words):
            return f"{_in(fields)} exactly “{' '.join(words)}”"
        case Prefix(fields, prefix):
            return f"{_in(fields)} something that begins with “{prefix}”"
        case Wildcard(fields, pattern):
            return f"{_in(fields)} something that matches “{pattern}”"
        case Keyword(field, value):
            return f"{field} is “{value}”"
        case Exists(field):
            return f"{field} has a value"
        case Labelled(label):
            return f"a feed that lists it has the label “{label}”"
        case Numbers(field, low, high) if low == high:
            return f"{field} is {low:g}"
        case Numbers(field, low, high, with_low, with_high):
            bounds = []
            if low is not None:
                bounds.append(f"{'from' if with_low else 'above'} {low:g}")
            if high is not None:
                bounds.append(f"{'up to' if with_high else 'below'} {high:g}")
            return f"{field} is {' '.join(bounds)}"
        case Dates(field, since, until):
            bounds = [] if since is None else [f"from {since:%Y-%m-%d %H:%M:%S}"]
            bounds += [] if until is None else [f"before {until:%Y-%m-%d %H:%M:%S}"]
            return f"{field} is {' '.join(bounds)}"
        case _:
            raise TypeError(f"{leaf} is no leaf")


def _in(fields: Sequence[str]) -> str:
    return f"{' or '.join(fields)} has"
