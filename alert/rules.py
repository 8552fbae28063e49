"""Rules: saved searches that alert, and the channels they alert through. Read from `rules.toml`.

operators = ["desk"]             # who is told when a feed fails or recovers; nobody unless named

[[rule]]
name = "surveillance"
query = "topic:surveillance"     # as typed into the search box
to = ["terminal", "desk"]        # "terminal" is always there; [] for digests and feeds alone
feed = true                      # its stories in feeds/surveillance.atom; false unless said

`[channels]` and `[[digest]]` are described in `alert.channels` and `alert.digests`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alert.channels import TERMINAL, Channel, read_channels
from alert.checks import RulesError, check_known, check_names, tables
from alert.digests import Digest, read_digests
from core.query import Query, QueryError, parse

__all__ = ["TERMINAL", "Rule", "Rules", "RulesError", "load_rules", "read_rules"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A saved search and where its alerts go; with `feed`, into an Atom file too."""

    name: str
    query: Query
    to: tuple[str, ...]
    feed: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, the channels by name, the operators' channels, and the digests."""

    rules: tuple[Rule, ...]
    channels: Mapping[str, Channel]
    operators: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()


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
    check_names(document, ("operators", "channels", "rule", "digest"), source)
    channels = read_channels(document.get("channels", {}), source)
    rules: dict[str, Rule] = {}
    for number, table in enumerate(tables(document, "rule", source), 1):
        rule = _rule(table, channels, f"{source}, rule {number}")
        if rule.name in rules:
            raise RulesError(
                f"{source}: two rules are called {rule.name!r}; names tell alerts apart"
            )
        rules[rule.name] = rule
    operators = document.get("operators", [])
    if not isinstance(operators, list):
        raise RulesError(f'{source}: operators is a list of channels, such as ["{TERMINAL}"]')
    check_known(operators, [TERMINAL, *channels], "channel", f"{source}, operators")
    digests = read_digests(tables(document, "digest", source), list(rules), list(channels), source)
    return Rules(tuple(rules.values()), channels, tuple(operators), digests)


def _rule(table: Mapping[str, Any], channels: Mapping[str, Channel], place: str) -> Rule:
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RulesError(f'{place} has no name; write name = "..."')
    place = f"{place} ({name})"
    check_names(table, ("name", "query", "to", "feed"), place)
    text = table.get("query")
    if not isinstance(text, str):
        raise RulesError(f'{place} has no query; write query = "topic:surveillance", say')
    try:
        query = parse(text)
    except QueryError as error:
        pointer = " " * error.position + "^"
        raise RulesError(f"{place}: {error.message}\n  {text}\n  {pointer}") from error
    to = table.get("to", [TERMINAL])
    if not isinstance(to, list):
        raise RulesError(f'{place}: to is a list of channels, such as ["{TERMINAL}"]')
    check_known(to, [TERMINAL, *channels], "channel", place)
    feed = table.get("feed", False)
    if not isinstance(feed, bool):
        raise RulesError(f"{place}: feed is true or false")
    return Rule(name, query, tuple(to), feed)
