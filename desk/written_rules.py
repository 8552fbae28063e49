"""Rules as they stand in rules.toml, even if they cannot be used: what their forms show. Pure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from alert.channels import TERMINAL
from alert.checks import Mistake, RulesError, tables
from alert.rules import MAX_PICKUP, PICKUP, Rule, read_rules
from core.handwritten import read_toml
from core.records import DevelopmentKind, content_id


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule of rules.toml: its place among them, from 1, what stands in its block, the values of
    its form, and what is wrong if it cannot be used. `is_named` says whether its name tells it from
    all others."""

    number: int
    table: Mapping[str, Any]
    values: Mapping[str, Any]
    wrong: tuple[RulesError, ...]
    is_named: bool

    @property
    def name(self) -> str:
        """Its name; "" if it has none."""
        name: str = self.values["name"]
        return name

    @property
    def mark(self) -> str:
        """Distinguishes versions of it."""
        return content_id(json.dumps(self.table, default=str))

    @property
    def text(self) -> str:
        """What stands in its block, as TOML, without comments."""
        return tomlkit.dumps({"rule": [self.table]})


def written_rules(text: str, file: str) -> list[WrittenRule]:
    """The rules of a text of rules.toml, in order.

    Raises:
        RulesError: it cannot be used at all.
    """
    read = read_rules(text, file)
    usable = {rule.name: rule for rule in read.rules}
    blocks = tables(read_toml(text, file, RulesError), "rule", file)
    names = Counter(_name(table) for table in blocks)
    mistakes: defaultdict[int | str, list[Mistake]] = defaultdict(list)
    for one in read.mistakes:
        if one.kind == "rule":
            mistakes[one.number or one.name].append(one)
    found = []
    for number, table in enumerate(blocks, 1):
        name = _name(table)
        wrong = mistakes[number] + mistakes[name]
        found.append(
            WrittenRule(
                number,
                table,
                _shown(table) if wrong else values_of(usable[name]),
                tuple(one.error for one in wrong),
                is_named=names[name] == 1 and all(one.name for one in wrong),
            )
        )
    return found


def _name(table: Mapping[str, Any]) -> str:
    """The name in a block; "" if there is none."""
    name = table.get("name")
    return name if isinstance(name, str) and name.strip() else ""


def rule_at(rules: Iterable[WrittenRule], name: str, mark: str = "") -> WrittenRule | None:
    """The rule of a name, or without a name that of a mark; None if there is none. Of several with
    one name, it is the one with the mark, else the first."""
    if not name:
        return next((one for one in rules if one.mark == mark), None)
    same = [one for one in rules if one.name == name]
    return next((one for one in same if one.mark == mark), same[0] if same else None)


def values_of(rule: Rule) -> dict[str, Any]:
    """The values of a rule for its form."""
    return {
        "name": rule.name,
        "query": rule.query.text.strip(),
        "to": sorted(rule.to),
        "at_most": str(rule.at_most or ""),
        "pickup": rule.pickup,
        "developments": sorted(kind.value for kind in rule.developments),
        "feed": rule.feed,
    }


def _shown(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a form can show of a rule that cannot be used; the default where it cannot."""
    every = sorted(kind.value for kind in DevelopmentKind)
    query, to = table.get("query"), table.get("to", [TERMINAL])
    pickup, kinds = table.get("pickup"), table.get("developments", True)
    if isinstance(kinds, list):
        kinds = [kind for kind in every if kind in kinds]
    else:
        kinds = [] if kinds is False else every
    return {
        "name": _name(table),
        "query": query.strip() if isinstance(query, str) else "",
        "to": sorted({str(one) for one in (to if isinstance(to, list) else [to])}),
        "at_most": str(table.get("at_most", "")),
        "pickup": pickup if type(pickup) is int and 0 < pickup <= MAX_PICKUP else PICKUP,
        "developments": kinds,
        "feed": table.get("feed") is True,
    }
