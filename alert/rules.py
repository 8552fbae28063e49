"""Rules: saved searches that alert, and the channels they alert through. Read from `rules.toml`.

operators = ["desk"]             # who is told when a feed fails or recovers; nobody unless named

[channels]
desk = "mailto://user:password@example.org?to=desk@example.org"    # any Apprise URL

[[rule]]
name = "surveillance"
query = "topic:surveillance"     # as typed into the search box
to = ["terminal", "desk"]        # "terminal" is always there
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apprise

from core.errors import WirewatchError
from core.query import Query, QueryError, parse

TERMINAL = "terminal"
"""The channel that prints where wirewatch runs, or into the log of the Airflow task."""


class RulesError(WirewatchError):
    """`rules.toml` cannot be used; the text says which rule, what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A saved search and where its alerts go."""

    name: str
    query: Query
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, the Apprise URL of each channel by name, and the operators' channels."""

    rules: tuple[Rule, ...]
    channels: Mapping[str, str]
    operators: tuple[str, ...] = ()


def load_rules(path: Path) -> Rules:
    """Read and check the rules. An absent file holds no rules.

    Raises:
        RulesError: with the rule, the place and what was expected.
    """
    try:
        return read_rules(path.read_text("utf-8"), str(path))
    except FileNotFoundError:
        return Rules((), {})
    except UnicodeDecodeError as error:
        raise RulesError(f"{path} is not UTF-8 text: {error}") from error


def read_rules(text: str, source: str) -> Rules:
    """Rules from the text of a file that is called `source` in errors."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{source} is not valid TOML: {error}") from error
    _check_names(document, ("operators", "channels", "rule"), source)
    channels = _channels(document.get("channels", {}), source)
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise RulesError(f"{source}: write [[rule]] with two brackets, one block for each rule")
    rules: dict[str, Rule] = {}
    for number, table in enumerate(tables, 1):
        rule = _rule(table, channels, f"{source}, rule {number}")
        if rule.name in rules:
            raise RulesError(
                f"{source}: two rules are called {rule.name!r}; names tell alerts apart"
            )
        rules[rule.name] = rule
    operators = document.get("operators", [])
    if not isinstance(operators, list):
        raise RulesError(f'{source}: operators is a list of channels, such as ["{TERMINAL}"]')
    _check_channels(operators, channels, f"{source}, operators")
    return Rules(tuple(rules.values()), channels, tuple(operators))


def _channels(table: Any, source: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise RulesError(f'{source}: [channels] holds lines such as desk = "mailto://..."')
    for name, url in table.items():
        place = f"{source}, channel {name!r}"
        if name == TERMINAL:
            raise RulesError(f"{place}: this name is taken by the channel that prints")
        # Apprise tells whether it knows the scheme and whether the URL has all that it needs.
        if not isinstance(url, str) or apprise.Apprise.instantiate(url) is None:
            raise RulesError(
                f"{place} is no Apprise URL; see https://github.com/caronc/apprise/wiki for "
                "the spelling of each service"
            )
    return dict(table)


def _rule(table: Mapping[str, Any], channels: Mapping[str, str], place: str) -> Rule:
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RulesError(f'{place} has no name; write name = "..."')
    place = f"{place} ({name})"
    _check_names(table, ("name", "query", "to"), place)
    text = table.get("query")
    if not isinstance(text, str):
        raise RulesError(f'{place} has no query; write query = "topic:surveillance", say')
    try:
        query = parse(text)
    except QueryError as error:
        pointer = " " * error.position + "^"
        raise RulesError(f"{place}: {error.message}\n  {text}\n  {pointer}") from error
    to = table.get("to", [TERMINAL])
    if not isinstance(to, list) or not to:
        raise RulesError(f'{place}: to is a list of channels, such as ["{TERMINAL}"]')
    _check_channels(to, channels, place)
    return Rule(name, query, tuple(to))


def _check_channels(named: Sequence[Any], channels: Mapping[str, str], place: str) -> None:
    known = [TERMINAL, *channels]
    for channel in named:
        if channel not in known:
            near = difflib.get_close_matches(str(channel), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            raise RulesError(f"{place}: there is no channel {channel!r}{hint}")


def _check_names(table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; expected are {', '.join(known)}"
            raise RulesError(f"{place}: {name!r} means nothing here{hint}")
