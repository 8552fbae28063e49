"""Checks for all tables of `rules.toml`. Errors name the place and what was expected."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import WirewatchError


class RulesError(WirewatchError):
    """`rules.toml` cannot be used; the text says which rule, what is wrong and what to write."""


MAX_NAME = 200
"""The most characters of a rule's or digest's name: it is in subjects, file names and pages."""


def name_of(table: Mapping[str, Any], place: str) -> str:
    """The name of a rule or digest, by which its alerts are known."""
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RulesError(f'{place} has no name; write name = "..."')
    if len(name) > MAX_NAME:
        raise RulesError(
            f"{place} ({name[:20]}…): a name has up to {MAX_NAME} characters, not {len(name)}"
        )
    # The ledger cannot hold a NUL, and a line of text cannot hold the others.
    if any(unicodedata.category(one) == "Cc" for one in name):
        raise RulesError(f"{place}: a name must not contain control characters: {name!r}")
    return name


def check_names(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    """Refuse a table with an unknown name in it."""
    for name in table:
        if name not in known:
            raise RulesError(f"{place}: {name!r} means nothing here{near(name, known, 'expected')}")


def check_known(named: Iterable[object], known: Sequence[str], what: str, place: str) -> None:
    """Refuse what is not in `known`; `what` names its kind: a channel, a rule."""
    for one in named:
        if one not in known:
            hint = near(str(one), known, "known")
            raise RulesError(f"{place}: there is no {what} {one!r}{hint}")


def near(name: str, known: Sequence[str], label: str) -> str:
    """A hint for an unknown name: what was probably meant, else all that are known."""
    close = difflib.get_close_matches(name, known, n=1)
    if close and label == "expected":
        return f"; did you mean {close[0]}?"
    return f"; did you mean {close[0]!r}?" if close else f"; {label}: {', '.join(known)}"


def tables(document: Mapping[str, Any], name: str, source: str) -> list[dict[str, Any]]:
    """The blocks of one kind, such as `[[rule]]`."""
    blocks = document.get(name, [])
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise RulesError(f"{source}: write [[{name}]] with two brackets, one block for each {name}")
    return blocks
