"""Translates conditions into SQL over the tables of the embedded index (`search.file.SCHEMA`).

A subtree of words, phrases and prefixes becomes one full-text expression; everything else becomes
SQL around it. Text enters SQL only as a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.conditions import (
    All,
    Any,
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Labelled,
    Moment,
    Not,
    Numbers,
    Phrase,
    Prefix,
    Wildcard,
    Word,
    require_feeds,
)
from core.fields import FIELDS, Kind
from search.moments import bound_milliseconds

Forms = Callable[[str], list[str]]
"""Gives the indexed words of a stem."""


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL that is true for the articles wanted, with its parameters.

    Its text is put together from our own constants; what readers wrote is only in the parameters.
    """

    text: str
    parameters: tuple[str | int | float, ...] = ()


def where(condition: Condition, forms: Forms) -> Sql:
    """The condition as SQL over a row of `article`."""
    expression = full_text(condition, forms)
    if expression is not None:
        return Sql("rowid IN (SELECT rowid FROM words WHERE words MATCH ?)", (expression,))
    match condition:
        case Everything():
            return Sql("1")
        case All(of):
            return _join(" AND ", _merge_full_text(All, of), forms)
        case Any(of):
            return _join(" OR ", _merge_full_text(Any, of), forms)
        case Not(inner):
            negated = where(inner, forms)
            return Sql(f"NOT ({negated.text})", negated.parameters)
        case Prefix(fields, prefix):
            return _keyword(fields[0], "GLOB ?", f"{_glob(prefix)}*")
        case Wildcard(fields, pattern) if FIELDS[fields[0]] is Kind.KEYWORD:
            return _keyword(fields[0], "GLOB ?", _glob(pattern))
        case Wildcard(fields, pattern):
            return _words_like(fields, _glob(pattern))
        case Keyword(field, value):
            return _keyword(field, "= ?", value)
        case Labelled():
            # As one parameter: SQLite takes no more than 32,766.
            feeds = json.dumps(sorted(require_feeds(condition)))
            return _keyword("feeds", "IN (SELECT value FROM json_each(?))", feeds)
        case Exists(field):
            return _exists(field)
        case Numbers(field, low, high, with_low, with_high):
            lower = ">=" if with_low else ">"
            upper = "<=" if with_high else "<"
            return _between(field, (lower, low), (upper, high))
        case Dates(field, since, until):
            return _between(field, (">=", _date(since)), ("<", _date(until)))
        case _:  # Word and Phrase are always full text.
            raise TypeError(f"{condition} is no condition on an article")


def full_text(condition: Condition, forms: Forms) -> str | None:
    """The condition as an FTS5 expression, or None if FTS5 cannot express it."""
    match condition:
        case Word(fields, stem):
            found = forms(stem) or [stem]
            return _columns(fields, " OR ".join(_quoted(word) for word in found))
        case Phrase(fields, words):
            return _columns(fields, _quoted(" ".join(words)))
        case Prefix(fields, prefix) if FIELDS[fields[0]] is Kind.TEXT:
            return _columns(fields, f"{_quoted(prefix)} *")
        case Any(of):
            expressions = [full_text(inner, forms) for inner in of]
            return _join_expressions(" OR ", expressions)
        case All(of):
            # FTS5 knows only "a NOT b", so there must be an `a`.
            wanted = [inner for inner in of if not isinstance(inner, Not)]
            unwanted = [inner.of for inner in of if isinstance(inner, Not)]
            positive = _join_expressions(" AND ", [full_text(inner, forms) for inner in wanted])
            if positive is None or not unwanted:
                return positive
            negative = _join_expressions(" OR ", [full_text(inner, forms) for inner in unwanted])
            return None if negative is None else f"({positive} NOT {negative})"
        case _:
            return None


def ranking(condition: Condition, forms: Forms) -> str | None:
    """An FTS5 expression for all words that are wanted, to rank by; None if there are none."""
    match condition:
        case All(of) | Any(of):
            found = [expression for inner in of if (expression := ranking(inner, forms))]
            return _join_expressions(" OR ", found)
        case Not():
            return None
        case _:
            return full_text(condition, forms)


def _merge_full_text(
    kind: type[All] | type[Any], conditions: tuple[Condition, ...]
) -> list[Condition]:
    """The conditions with the full-text ones made one, so that FTS5 joins them, not SQL."""

    def textual(condition: Condition) -> bool:
        inner = condition.of if kind is All and isinstance(condition, Not) else condition
        return full_text(inner, lambda _: []) is not None

    texts = [condition for condition in conditions if textual(condition)]
    if len(texts) == len(conditions) or full_text(kind(tuple(texts)), lambda _: []) is None:
        return list(conditions)
    return [kind(tuple(texts)), *(c for c in conditions if not textual(c))]


def _join(operator: str, conditions: list[Condition], forms: Forms) -> Sql:
    pieces = [where(condition, forms) for condition in conditions]
    return Sql(
        "(" + operator.join(piece.text for piece in pieces) + ")",
        tuple(parameter for piece in pieces for parameter in piece.parameters),
    )


def _join_expressions(operator: str, expressions: Sequence[str | None]) -> str | None:
    """FTS5 expressions, joined; None if one is missing, or there are none."""
    present = [expression for expression in expressions if expression is not None]
    if not present or len(present) < len(expressions):
        return None
    return present[0] if len(present) == 1 else f"({operator.join(present)})"


def _columns(fields: tuple[str, ...], expression: str) -> str:
    return f"{{{' '.join(fields)}}} : ({expression})"


def _quoted(words: str) -> str:
    """Words as a string of FTS5; folded words hold no quotes."""
    return f'"{words}"'


def _glob(pattern: str) -> str:
    r"""A pattern of `*`, `?` and `\` in the syntax of GLOB, where brackets make literal."""
    literal = ("[", r"\*", r"\?")
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "".join(f"[{piece[-1]}]" if piece in literal else piece[-1] for piece in pieces)


def _keyword(field: str, test: str, value: str) -> Sql:
    return Sql(
        f"rowid IN (SELECT article FROM keyword WHERE field = ? AND folded {test})",  # noqa: S608 - see `Sql`
        (field, value),
    )


def _words_like(fields: tuple[str, ...], glob: str) -> Sql:
    """Articles with a word that fits the pattern, found through the list of all words."""
    marks = ", ".join("?" for _ in fields)
    return Sql(
        "rowid IN (SELECT doc FROM form CROSS JOIN instance ON instance.term = form.word"  # noqa: S608 - see `Sql`
        f" WHERE form.word GLOB ? AND instance.col IN ({marks}))",
        (glob, *fields),
    )


def _exists(field: str) -> Sql:
    match FIELDS[field]:
        case Kind.KEYWORD:
            return Sql("rowid IN (SELECT article FROM keyword WHERE field = ?)", (field,))
        case Kind.TEXT:
            return Sql(f"has_{field}")
        case _:
            return Sql(f"{field} IS NOT NULL")


def _between(field: str, low: tuple[str, float | None], high: tuple[str, float | None]) -> Sql:
    tests = [(sign, bound) for sign, bound in (low, high) if bound is not None]
    # A comparison with NULL is neither true nor false, and NOT leaves it so; IS TRUE settles it.
    text = " AND ".join(f"({field} {sign} ?) IS TRUE" for sign, _ in tests)
    return Sql(f"({text})", tuple(bound for _, bound in tests))


def _date(moment: Moment | None) -> int | None:
    return None if moment is None else bound_milliseconds(moment)
