"""Adapts Lucene syntax to luqum's parser: prepares queries for it, and explains what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from decimal import InvalidOperation
from io import StringIO

from luqum import tree
from luqum.exceptions import IllegalCharacterError, ParseSyntaxError

from core.errors import WirewatchError

# On Python 3.13 and newer, its grammar looks changed to it: whoever imports it first makes its
# tables again, and would see warnings about them.
with redirect_stderr(StringIO()):
    import luqum.thread

MAX_NESTING = 100
"""Nested parentheses and signs as written, before needless levels are removed."""


CONTEXT = 60
"""Characters shown on either side of an error."""


class QueryError(WirewatchError, ValueError):
    """A query that cannot be understood: what is wrong, where, and what was expected."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.message = message
        self.position = position
        """The index into the query's text, from 0."""

    def excerpt(self, text: str) -> str:
        """Two lines: the query's text around the place, and below it a pointer to the place."""
        start = max(self.position - CONTEXT, 0)
        before = "…" if start else ""
        after = "…" if self.position + CONTEXT < len(text) else ""
        shown = re.sub(r"\s", " ", text[start : self.position + CONTEXT])
        pointer = " " * (len(before) + self.position - start)
        return f"{before}{shown}{after}\n{pointer}^"


_LOOSEST_FIRST = (tree.UnknownOperation, tree.OrOperation, tree.AndOperation)
"""Operations by how tightly they bind; the first joins words side by side."""

_Part = tuple[type[tree.BaseOperation] | None, tree.Item]
"""An operand, and the operation that joins it to the one before."""

_PHRASE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OPENING = frozenset("“”„«»\u2018\u201a")
_CURLY = re.compile(
    r'[“”„][^“”„"\\]*[“”]'
    r'|[«»][^«»"\\]*[«»]'
    # Inside a word it is an apostrophe and closes nothing.
    r'|[\u2018\u201a](?:[^\u2018\u2019\u201a"\\]|\b\u2019\b)*[\u2018\u2019](?!\w)'
)
_BEFORE_QUOTE = frozenset("([{:+-!<>=^~")


_DASHES = frozenset("-!\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
"""Characters that mean a minus before what must not be found: word processors lengthen the dash."""

_WIDE = {"（": "(", "）": ")", "：": ":"}  # noqa: RUF001 - what keyboards for Chinese and Japanese write


def parsed(text: str) -> tree.Item | None:
    """A query as luqum's tree; None if there is nothing in it.

    Raises:
        QueryError: it cannot be understood.
    """
    readable = _to_luqum(text)
    if not readable.strip():
        return None
    try:
        item: tree.Item = luqum.thread.parse(readable)
    except (ParseSyntaxError, IllegalCharacterError) as error:
        raise _syntax_error(readable, str(error)) from error
    except (InvalidOperation, ValueError) as error:
        # luqum takes what follows ^ or ~ for a number, and after a phrase for a whole one.
        sign = re.search(r"[\^~]\d*\.", readable)
        raise QueryError(
            "boosts (^) and fuzzy words (~) are not supported: leave them out, or quote the text",
            sign.start() if sign else 0,
        ) from error
    return item


def _to_luqum(text: str) -> str:
    """The text for luqum, with every place unchanged: `!` and dashes become `-`, wide signs become
    narrow, quotes and nesting are checked.

    Curly quotes around a phrase, which keyboards and word processors insert by themselves, count as
    quotes; so do single curly quotes and guillemets.
    """
    output = list(text)
    open_parens: list[int] = []
    i = 0
    while i < len(text):
        character = output[i] = _WIDE.get(text[i], text[i])
        before = output[i - 1] if i else " "
        if character == "\\":
            i += 1
            if i == len(text):
                raise QueryError(r"\ at the end: expected the character it makes literal", i - 1)
        elif character == '"':
            i = _end_of_phrase(text, i, before)
        elif character in _OPENING and _may_open(before):
            if curly := _CURLY.match(text, i):
                output[i] = output[curly.end() - 1] = '"'
                i = curly.end() - 1
        elif character in _DASHES and (before.isspace() or before in "(+-:"):
            # Standing by itself, it is a dash, as in the headline "Wiretaps - a history": to leave
            # the next word out would be wrong, and nobody would notice.
            if not text[i + 1 : i + 2].strip():
                raise QueryError(
                    f"{character} by itself: write -word for articles without a word, and put a "
                    f"text that contains {character} in quotes",
                    i,
                )
            output[i] = "-"
        elif character == "(":
            open_parens.append(i)
            if len(open_parens) > MAX_NESTING:
                raise QueryError("parentheses are nested too deeply", i)
        elif character == ")":
            if not open_parens:
                raise QueryError("this ) closes nothing: expected a ( before it", i)
            open_parens.pop()
        i += 1
    if open_parens:
        raise QueryError("this ( is not closed: expected a )", open_parens[-1])
    return "".join(output)


def _may_open(before: str) -> bool:
    """Whether a phrase may begin after this character."""
    return before.isspace() or before in _BEFORE_QUOTE


def _end_of_phrase(text: str, start: int, before: str) -> int:
    """The place of the quote that closes the phrase which a quote at `start` opens."""
    if not _may_open(before):
        raise QueryError(r"a quote inside a word: expected a space before it, or \"", start)
    phrase = _PHRASE.match(text, start)
    if phrase is None:
        raise QueryError('this quote is not closed: expected another "', start)
    return phrase.end() - 1


def regroup(operation: tree.BaseOperation) -> tree.Item:
    """An operation regrouped as this language binds; what is in parentheses stays as it is.

    In luqum a sign binds tighter than any operation: it reads `a OR b -c` as `a OR (b -c)`, which
    finds articles that are not wanted.
    """
    return _join(list(_flattened(operation)), _LOOSEST_FIRST)


def _flattened(operation: tree.BaseOperation) -> Iterator[_Part]:
    """The operands of an operation and of those directly inside it, in the order of the text."""
    stack: list[_Part] = [(None, operation)]
    while stack:
        joined_by, item = stack.pop()
        if isinstance(item, tree.BaseOperation):
            first, *others = item.operands
            stack += [(type(item), other) for other in reversed(others)]
            stack.append((joined_by, first))
        else:
            yield joined_by, item


def _join(parts: Sequence[_Part], loosest_first: Sequence[type[tree.BaseOperation]]) -> tree.Item:
    """Operands in their order, joined by operations."""
    if len(parts) == 1:
        return parts[0][1]
    loosest, *tighter = loosest_first
    starts = [0, *(place for place, part in enumerate(parts) if place and part[0] is loosest)]
    ends = [*starts[1:], len(parts)]
    operands = [_join(parts[start:end], tighter) for start, end in zip(starts, ends, strict=True)]
    return operands[0] if len(operands) == 1 else loosest(*operands)


def _syntax_error(text: str, message: str) -> QueryError:
    """luqum's error as a `QueryError`; luqum gives the place only in its message."""
    found = re.search(r"position (\d+)", message)
    if found is None:
        expected = "expected a word, a phrase, a field or a ("
        return QueryError(f"the query ends too early: {expected}", len(text))
    position = int(found[1])
    rest = text[position:]
    token = rest.split(maxsplit=1)[0][:20] if rest.strip() else ""
    if rest[0] in ":/":
        return QueryError(
            f"unexpected {token!r}: put a value that contains ':' or '/' in quotes, and write "
            "a field as name:value",
            position,
        )
    if rest[0] == "'":
        why = "put a phrase, or a word that begins with an apostrophe, in double quotes"
        return QueryError(f"unexpected {token!r}: {why}", position)
    return QueryError(f"unexpected {token!r}: expected a word, a phrase, a field or a (", position)


def unsupported(item: tree.Item) -> QueryError:
    """Why this part of Lucene's syntax is not understood here."""
    match item:
        case tree.Boost():
            why = "a boost (^) does not change which articles are found: leave it out"
        case tree.Fuzzy():
            why = "fuzzy words (~) are not supported: use a pattern such as colo?r or wiretap*"
        case tree.Proximity():
            why = 'a phrase with ~ is not supported: write "a b" for the sequence, a AND b for both'
        case tree.Regex():
            why = "regular expressions are not supported: use * and ?, or quote a value with /"
        case _:
            why = f"{item} is not understood here"
    return QueryError(why, item.pos or 0)
