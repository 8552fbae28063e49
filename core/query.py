"""The query language of the search box, rules and the desk; docs/search.md has the table.

It is Lucene's syntax, as in Kibana, but words side by side mean AND, and bind less tightly than OR:
`a b OR c` is `a AND (b OR c)`. Lucene's own default is OR; here most queries are rules that raise
alerts, and one more word must make them narrower. A word with a hyphen or an apostrophe inside is
searched as the phrase of its parts, but `NSA's` as `NSA`. Boosts, fuzzy words, proximity and
regular expressions are refused: two indexes could not give them one meaning. Dates are UTC unless
they say otherwise.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from luqum import tree

from core import synonyms
from core.conditions import (
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Labelled,
    Moment,
    Names,
    Numbers,
    Phrase,
    Prefix,
    Wildcard,
    Word,
    all_of,
    any_of,
    depth,
    is_empty,
    leaves,
    none_of,
    resolve_dates,
    with_present_names,
)
from core.dates import period
from core.fields import DEFAULT_FIELDS, FIELDS, Kind
from core.sources import of_same_sources
from core.spelling import (
    as_pattern,
    composed_words,
    is_pattern,
    literal,
    spellings,
    without_possessive,
)
from core.syntax import MAX_NESTING, QueryError, parsed, regroup, unsupported
from core.words import lower, stem, words

__all__ = ["Query", "QueryError", "parse", "without_quotes"]


_NAMES = frozenset({"mention", "agency", "technology", "law", "court"})
"""Fields that hold one of a thing's several names: `agency:NSA` finds it by any of them."""

_INSTEAD = {
    "*": "write * for everything, or a word alone to search title and text",
    "_exists_": "write title:* for articles that have a title, for example",
    "http": 'write url:"http://…" for the article of an address',
    "https": 'write url:"https://…" for the article of an address',
}
"""What to write in place of Lucene's own names for fields, and of what is taken for one."""

MAX_LENGTH = 10_000
"""Characters in a query."""

MAX_LEAVES = 500
"""Conditions in a query; Elasticsearch takes 1,024 clauses, and a word needs one per field."""

MAX_DEPTH = 20
"""Levels in a query; Elasticsearch takes 30."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood: its text, and the condition it stands for."""

    text: str
    condition: Condition

    def at(self, now: datetime) -> Query:
        """The query with its relative dates counted from `now`."""
        return Query(self.text, resolve_dates(self.condition, now))

    def at_present(self, now: datetime, names: Names) -> Query:
        """The same, and with what the names in it stand for (`core.ledger.names`)."""
        return Query(self.text, with_present_names(self.at(now).condition, names))

    @property
    def of_same_sources(self) -> Query:
        """The query for all that the same sources brought: without what this asks of content."""
        return Query(self.text, of_same_sources(self.condition))

    @property
    def asks_of_content(self) -> bool:
        """Whether it asks for more than sources and dates, so that it finds a part of theirs."""
        return self != self.of_same_sources


@lru_cache(maxsize=20_000)
def parse(text: str) -> Query:
    """Understand a query, or raise a `QueryError` that points at what is wrong.

    What was understood is remembered: all rules are read several times when one of them is saved.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters", MAX_LENGTH)
    if surrogate := re.search("[\ud800-\udfff]", text):
        raise QueryError("half of a character: expected a whole one", surrogate.start())
    item = parsed(text)
    if item is None:
        return Query(text, Everything())
    condition = _condition(item, None, 0)
    if sum(1 for _ in leaves(condition)) > MAX_LEAVES:
        raise QueryError(f"the query has more than {MAX_LEAVES} parts: split it", 0)
    if depth(condition) > MAX_DEPTH:
        raise QueryError(f"the query has more than {MAX_DEPTH} levels of parentheses", 0)
    return Query(text, condition)


def without_quotes(text: str) -> str:
    """A query that `parse` understands, with the plain words of its phrases in their place; the
    values of fields stay as they are."""
    item = parsed(text)
    for phrase in reversed([] if item is None else list(_phrases(item))):
        plain = " ".join(words(literal(phrase.value[1:-1])))
        text = f"{text[: phrase.pos]}({plain}){text[phrase.pos + len(phrase.value) :]}"
    return text


def _phrases(item: tree.Item) -> Iterator[tree.Phrase]:
    """The phrases outside fields, from left to right."""
    if isinstance(item, tree.Phrase):
        yield item
    elif not isinstance(item, tree.SearchField):
        for inner in item.children:
            yield from _phrases(inner)


def _condition(item: tree.Item, field: str | None, level: int) -> Condition:
    """The condition of one item of luqum's tree, inside `field` where one is named."""
    if level > MAX_NESTING:
        raise QueryError("signs or parentheses are nested too deeply", item.pos or 0)
    if isinstance(item, tree.BaseOperation):
        item = regroup(item)
    match item:
        case tree.UnknownOperation():
            return all_of(_side_by_side(item.operands, field, level + 1))
        case tree.AndOperation():
            return all_of([_condition(inner, field, level + 1) for inner in item.operands])
        case tree.OrOperation():
            for inner in item.operands:
                if isinstance(inner, tree.Plus):
                    raise QueryError(
                        "+ has no meaning beside OR: write AND, or use parentheses", inner.pos
                    )
            return any_of([_condition(inner, field, level + 1) for inner in item.operands])
        case tree.Not() | tree.Prohibit():
            return none_of(_condition(item.a, field, level + 1))
        case tree.Plus():
            return _condition(item.a, field, level + 1)
        case tree.BaseGroup():
            return _condition(item.expr, field, level + 1)
        case tree.SearchField():
            return _condition(item.expr, _field_name(item, field), level + 1)
        case tree.Range() | tree.From() | tree.To():
            return _range(item, field)
        case tree.Phrase():
            return _value(literal(item.value[1:-1]), field, item.pos)
        case tree.Word():
            return _word(item, field)
        case _:
            raise unsupported(item)


def _side_by_side(items: Sequence[tree.Item], field: str | None, level: int) -> list[Condition]:
    """The conditions of items side by side; some words together may have synonyms."""
    conditions = []
    start = 0
    while start < len(items):
        end = start + 1
        same: tuple[Condition, ...] = ()
        for longer in range(min(len(items), start + synonyms.longest()), start + 1, -1):
            if found := _synonyms(items[start:longer], field):
                end, same = longer, found
                break
        as_written = [_condition(item, field, level) for item in items[start:end]]
        conditions.append(any_of([all_of(as_written), *same]))
        start = end
    return conditions


def _synonyms(items: Sequence[tree.Item], field: str | None) -> tuple[Condition, ...]:
    """What means the same as these plain words side by side, in a TEXT field."""
    if field is not None and FIELDS[field] is not Kind.TEXT:
        return ()
    sequence: list[str] = []
    for item in items:
        if not isinstance(item, tree.Word) or is_pattern(str(item.value)):
            return ()
        sequence += composed_words(without_possessive(literal(str(item.value))))
    fields = DEFAULT_FIELDS if field is None else (field,)
    return tuple(_term(same, fields) for same in synonyms.alternatives(sequence))


def _term(sequence: Sequence[str], fields: tuple[str, ...], *, stems: bool = True) -> Condition:
    """The condition for words in sequence; a single word matches all words that share its stem."""
    if stems and len(sequence) == 1:
        return Word(fields, stem(sequence[0]))
    return Phrase(fields, tuple(sequence))


def _field_name(item: tree.SearchField, outer: str | None) -> str:
    """The name of the field, which must be in `FIELDS`."""
    name = str(item.name)
    if outer is not None:
        raise QueryError(
            f"{name}: inside {outer}: expected a value; put a value that contains ':' in quotes",
            item.pos,
        )
    if name in FIELDS:
        return name
    near = difflib.get_close_matches(name.lower(), FIELDS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(FIELDS)}"
    if item.expr.head:  # a space after the colon: more likely a headline than a field
        hint = f"put a text that contains ':' in quotes, or {hint}"
    raise QueryError(f"no field {name!r}: {_INSTEAD.get(name, hint)}", item.pos)


def _word(item: tree.Word, field: str | None) -> Condition:
    """The condition of a word or a pattern."""
    raw = str(item.value)
    for sign, operation in (("&&", "AND"), ("||", "OR")):
        if sign in raw:
            # Inside a word it would only separate: `a||b` would be the phrase "a b".
            raise QueryError(f"{raw!r}: write {operation} for {sign}", item.pos)
    if (compared := re.match(r"(\w+)[<>=]", raw)) and compared[1] in FIELDS and field is None:
        raise QueryError(f"{raw!r}: a field is written as {compared[1]}:value", item.pos)
    kind = Kind.TEXT if field is None else FIELDS[field]
    if raw == "*" and kind is not Kind.LABEL:
        return Everything() if field is None else Exists(field)
    if not is_pattern(raw):
        value = without_possessive(literal(raw)) if kind is Kind.TEXT else literal(raw)
        as_written = _value(value, field, item.pos, stems=True)
        return any_of([as_written, *_synonyms([item], field)])
    if kind in (Kind.NUMBER, Kind.DATE):
        raise QueryError(
            f"{field} holds a {kind}: expected a value or a range, not a pattern", item.pos
        )
    fields = DEFAULT_FIELDS if field is None else (field,)
    spelt = [raw] if kind is Kind.TEXT else spellings(raw)
    return any_of([_pattern(one, fields, kind, item.pos) for one in spelt])


def _pattern(raw: str, fields: tuple[str, ...], kind: Kind, position: int) -> Condition:
    """The condition of a word that holds a `*` or `?`."""
    pieces = re.findall(r"\\.|[*?]|[^*?\\]+", raw, re.DOTALL)
    folded = "".join(_fold_piece(piece, kind, position) for piece in pieces)
    if kind is Kind.LABEL:
        return Labelled(folded)
    if set(folded) == {"*"}:
        return any_of([Exists(name) for name in fields])
    if re.fullmatch(r"[^*?\\]+\*+", folded):
        return Prefix(fields, folded.rstrip("*"))
    return Wildcard(fields, folded)


def _fold_piece(piece: str, kind: Kind, position: int) -> str:
    """A piece of a pattern, folded as the values of the field are."""
    if piece in ("*", "?"):
        return piece
    meant = literal(piece)
    if kind is not Kind.TEXT:
        return as_pattern(lower(meant))
    folded = composed_words(meant)
    if len(folded) != 1 or len(words(f"a{meant}a")) != 1:
        raise QueryError(
            f"{meant!r} is not part of one word: patterns with * or ? match single words", position
        )
    return folded[0]


def _value(value: str, field: str | None, position: int, *, stems: bool = False) -> Condition:
    """The condition for a value; if `stems`, a single word of text matches all that share its
    stem."""
    kind = Kind.TEXT if field is None else FIELDS[field]
    if field is not None and kind in (Kind.KEYWORD, Kind.LABEL):
        if not value:
            raise QueryError(
                f"{field}: expected a value; -{field}:* finds articles without one", position
            )
        if kind is Kind.LABEL:
            return any_of([Labelled(as_pattern(lower(one))) for one in spellings(value)])
        same = synonyms.names(words(value)) if field in _NAMES else ()
        values = dict.fromkeys(lower(name) for name in (*spellings(value), *same))
        return any_of([Keyword(field, one) for one in values])
    if field is not None and kind is Kind.NUMBER:
        number = _number(value, field, position)
        return Numbers(field, number, number)
    if field is not None and kind is Kind.DATE:
        return Dates(field, *_period(value, field, position))
    fields = DEFAULT_FIELDS if field is None else (field,)
    found = composed_words(value)
    if not found:
        raise QueryError(f"{value!r} contains no word: expected letters or digits", position)
    return _term(found, fields, stems=stems)


def _range(item: tree.Range | tree.From | tree.To, field: str | None) -> Condition:
    """The condition of `[a TO b]`, `>a`, `<=b` and the like."""
    if field is None or FIELDS[field] not in (Kind.NUMBER, Kind.DATE):
        ranged = [name for name, kind in FIELDS.items() if kind in (Kind.NUMBER, Kind.DATE)]
        raise QueryError(f"a range is only possible in {', '.join(ranged)}", item.pos)
    low, high, with_low, with_high = None, None, True, True
    if isinstance(item, tree.Range):
        low, high = item.low, item.high
        with_low, with_high = item.include_low, item.include_high
    elif isinstance(item, tree.From):
        low, with_low = item.a, item.include
    else:
        high, with_high = item.a, item.include
    low, high = (None if bound is None else _bound(bound) for bound in (low, high))
    low, high = (None if bound == "*" else bound for bound in (low, high))
    if low is None and high is None:
        return Exists(field)
    found: Numbers | Dates
    if FIELDS[field] is Kind.NUMBER:
        bottom, top = (None if b is None else _number(b, field, item.pos) for b in (low, high))
        found = Numbers(field, bottom, top, with_low, with_high)
    else:
        first = None if low is None else _period(low, field, item.pos)
        last = None if high is None else _period(high, field, item.pos)
        since = None if first is None else first[0 if with_low else 1]
        until = None if last is None else last[1 if with_high else 0]
        found = Dates(field, since, until)
    if is_empty(found):
        raise QueryError(
            f"{field} has no value in {str(item).strip()}: expected the lower or earlier bound "
            "first, and [ ] around bounds that are part of the range",
            item.pos,
        )
    return found


def _bound(item: tree.Item) -> str:
    """The text of a bound of a range."""
    if isinstance(item, tree.Prohibit):
        return f"-{_bound(item.a)}"
    return literal(item.value[1:-1] if isinstance(item, tree.Phrase) else item.value)


def _number(value: str, field: str, position: int) -> float:
    if not re.fullmatch(r"-?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", value, re.ASCII):
        raise QueryError(
            f"{field} holds a number: expected one such as 0.5, not {value!r}", position
        )
    return float(value)


def _period(value: str, field: str, position: int) -> tuple[Moment, Moment]:
    try:
        return period(value)
    except (ValueError, OverflowError) as error:
        raise QueryError(
            f'{field} holds a date: expected one such as 2026-01-31, "2026-01-31T08:00:00Z" or '
            f"now-7d, not {value!r}",
            position,
        ) from error
