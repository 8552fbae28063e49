"""Rules made and taken away in the text of `rules.toml`, whose comments and order stay as they are.

What comes out is checked as a whole, as it is when it is loaded: a rule that could not be read is
not written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from alert.checks import RulesError, tables
from alert.rules import read_rules


def with_rule(
    text: str, rule: Mapping[str, Any], source: str, *, without: Collection[str] = ()
) -> str:
    """The text with a rule, in the place of the one of that name or behind all others.

    Args:
        text: of `rules.toml`.
        rule: its keys and values, as `[[rule]]` has them; what is None is left out. Of a rule that
            is there already, what is not given stays.
        source: what the file is called in errors.
        without: keys that a rule which is there loses, so that their defaults hold.

    Raises:
        RulesError: the text, or the rule, cannot be used.
    """
    document = _document(text, source)
    rules = _rules(document, source)
    table = next((one for one in rules if one.get("name") == rule["name"]), None)
    if table is None:
        table = tomlkit.table()
        _set(table, rule)
        rules.append(table)
    else:
        _set(table, rule)
        for key in without:
            table.pop(key, None)
    return _checked(document, text, source)


def without_rule(text: str, name: str, source: str) -> str:
    """The text without a rule.

    Raises:
        RulesError: there is no rule of that name, or a digest names it.
    """
    document = _document(text, source)
    rules = _rules(document, source)
    place = next((n for n, one in enumerate(rules) if one.get("name") == name), None)
    if place is None:
        raise RulesError(f"{source}: there is no rule {name!r}")
    # Without the rule the file could not be loaded. The digest is not changed along with it: one
    # that loses its last rule would be a digest of all.
    if digests := _digests_of(name, document, source):
        one = len(digests) == 1
        raise RulesError(
            f"{source}: the {'digest' if one else 'digests'} {', '.join(digests)} "
            f"{'names' if one else 'name'} the rule {name!r}; take it out of "
            f"{'its' if one else 'their'} `rules` first"
        )
    del rules[place]
    if not rules:
        del document["rule"]
    return _checked(document, text, source)


def _rules(document: tomlkit.TOMLDocument, source: str) -> AoT:
    rules = document.setdefault("rule", tomlkit.aot())
    if not isinstance(rules, AoT):
        raise RulesError(f"{source}: write [[rule]] with two brackets, one block for each rule")
    return rules


def _digests_of(rule: str, document: tomlkit.TOMLDocument, source: str) -> list[str]:
    """The names of the digests that name a rule."""
    return [
        repr(table.get("name"))
        for table in tables(document, "digest", source)
        if isinstance(named := table.get("rules"), list) and rule in named
    ]


def _set(table: Table, rule: Mapping[str, Any]) -> None:
    for key, value in rule.items():
        if value is not None and table.get(key) != value:
            table[key] = value


def _document(text: str, source: str) -> tomlkit.TOMLDocument:
    # What is put behind a last line that does not end would stand in that line.
    ended = text if not text or text.endswith("\n") else text + "\n"
    try:
        return tomlkit.parse(ended)
    except TOMLKitError as error:
        raise RulesError(f"{source} is not valid TOML: {error}") from error


def _checked(document: tomlkit.TOMLDocument, before: str, source: str) -> str:
    """The document as text, its lines ended as they were before."""
    text = tomlkit.dumps(document)
    if "\r\n" in before and before.count("\n") == before.count("\r\n"):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    read_rules(text, source)
    return text
