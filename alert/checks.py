"""Checks for all tables of `rules.toml`. Errors name the place and what was expected."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from core.errors import WirewatchError
from core.faults import THE_MACHINES, Fault, tried

Kind = Literal["file", "channel", "rule", "operators", "digest"]

Value = TypeVar("Value")


class RulesError(WirewatchError):
    """`rules.toml`, or something in it, cannot be used; the text says where, what is wrong and what
    to write."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What makes one thing in `rules.toml` unusable, or the whole file.

    `name` is the thing's; "" if it has none, or one that cannot be used. `number` is the place of
    its block among those of its kind, from 1; 0 if it is in none, or in several that have one name.
    """

    kind: Kind
    name: str
    error: RulesError
    number: int = 0

    @property
    def summary(self) -> str:
        """One line that names the place and what is wrong. Below it the error may have an excerpt,
        or a hint, which changes with the rest of the file."""
        return str(self.error).splitlines()[0]


MAX_NAME = 200
"""The most characters of a rule's or digest's name: it is in subjects, file names and pages."""

_MAX_SHOWN = 60
"""The most characters of a name or value that a place has: it is on one line."""

_MAX_KNOWN = 20
"""The most names that a hint lists: there may be thousands of rules."""


def name_of(table: Mapping[str, Any], place: str) -> str:
    """The name of a rule or digest, by which its alerts are known."""
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RulesError(f'{place} has no name; write name = "..."')
    if len(name) > MAX_NAME:
        raise RulesError(f"{place}: a name has up to {MAX_NAME} characters, not {len(name)}")
    # The ledger cannot hold a NUL, and a line of text cannot hold the others.
    if any(unicodedata.category(one) == "Cc" for one in name):
        raise RulesError(f"{place}: a name must not contain control characters")
    return name


def place_of(kind: str, table: Mapping[str, Any], source: str) -> str:
    """Where a block is: its name, else the first that stands in it. Not its number, which changes
    with every block that is added above: who was told of it would be told again."""
    name = table.get("name")
    if isinstance(name, str) and name.strip():
        return f"{source}, {kind} {_shortened(name)}"
    others = (f" with {key} = {_shortened(table[key])}" for key in table if key != "name")
    return f"{source}, a {kind}{next(others, '')}"


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[: _MAX_SHOWN - 1]}…"


def check_names(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    """Refuse a table with an unknown name in it."""
    for name in table:
        if name not in known:
            close = _closest(name, known)
            hint = f"did you mean {close}?" if close else f"expected: {', '.join(known)}"
            raise RulesError(f"{place}: {name!r} means nothing here; {hint}")


def check_known(named: Iterable[object], known: Sequence[str], what: str, place: str) -> None:
    """Refuse what is not in `known`; `what` names its kind: a channel, a rule."""
    for one in named:
        if one not in known:
            close = _closest(str(one), known)
            listed = [*known[:_MAX_KNOWN], *(["…"] if len(known) > _MAX_KNOWN else [])]
            hint = f"did you mean {close!r}?" if close else f"known: {', '.join(listed)}"
            raise RulesError(f"{place}: there is no {what} {one!r}\n  {hint}")


def _closest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was probably meant by an unknown one; None if none is like it."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def tables(document: Mapping[str, Any], name: str, source: str) -> list[dict[str, Any]]:
    """The blocks of one kind, such as `[[rule]]`."""
    blocks = document.get(name, [])
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise RulesError(f"{source}: write [[{name}]] with two brackets, one block for each {name}")
    return blocks


def reading(place: str, read: Callable[[], Value]) -> Value:
    """What `read` makes of what stands at a place. A fault in our code or a library's is an error
    of that place as well; its words may have a password in them, so only the log has them."""
    found = tried("reading", place, read, (*THE_MACHINES, RulesError))
    if isinstance(found, Fault):
        kind = type(found.error).__name__
        raise RulesError(f"{place}: reading failed, please report it: {kind}; the log has more")
    return found


def read_blocks(
    kind: Literal["rule", "digest"],
    blocks: Iterable[Mapping[str, Any]],
    read: Callable[[str, Mapping[str, Any], str], Value],
    source: str,
) -> tuple[dict[str, Value], list[Mistake]]:
    """What `read` makes of each block, given its name and place, by name; and the mistakes of those
    that cannot be used. Nobody can tell which of two with one name is meant, so neither is used."""
    found: dict[str, Value] = {}
    mistakes: list[Mistake] = []
    names: Counter[str] = Counter()
    for number, table in enumerate(blocks, 1):
        name, place = "", place_of(kind, table, source)
        try:
            name = name_of(table, place)
            names[name] += 1
            found[name] = reading(place, partial(read, name, table, place))
        except RulesError as error:
            mistakes.append(Mistake(kind, name, error, number))
    for name in (name for name, several in names.items() if several > 1):
        found.pop(name, None)
        two = f"{source}: two {kind}s are called {name!r}; each needs a name of its own"
        mistakes.append(Mistake(kind, name, RulesError(two)))
    return found, mistakes
