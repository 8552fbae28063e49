"""Read `rules.toml`: rules, which are saved searches that alert, and the channels they alert to.

operators = ["desk"]             # who hears when a feed fails or recovers; nobody by default

[[rule]]
name = "surveillance"
query = "topic:surveillance"     # as typed into the search box
to = ["terminal", "desk"]        # "terminal" is always there; [] for only digests and feeds
feed = true                      # its stories in feeds/surveillance.atom; false by default
developments = ["denial"]        # updates on a story; all by default, false: none
pickup = 10                      # wide pick-up is more outlets than this; 5 by default
at_most = "10/day"               # or /hour, /week; further alerts wait

`[channels]` and `[[digest]]` are described in `alert.channels` and `alert.digests`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any, TypeVar

from alert.channels import TERMINAL, Channel, read_channels
from alert.checks import (
    Kind,
    Mistake,
    RulesError,
    check_known,
    check_names,
    read_blocks,
    tables,
)
from alert.digests import DigestPlan, read_digests
from alert.rates import Rate, parse_rate
from alert.targets import is_for
from core.handwritten import read_text, read_toml
from core.query import Query, QueryError, parse
from core.records import DevelopmentKind

PICKUP = 5
"""A story with more outlets than this is picked up, unless a rule says another number."""

MAX_PICKUP = 1000
"""More outlets than any story has, and not more than TOML, a form and a ledger hold."""

_EVERY = frozenset(DevelopmentKind)

_KEYS = ("name", "query", "to", "feed", "developments", "pickup", "at_most")


@dataclass(frozen=True, slots=True)
class Rule:
    """A saved search, where its alerts go, its updates on a story, and how often it alerts.

    `developments` are those that it alerts on, `pickup` the outlets beyond which a story counts as
    picked up, `at_most` its rate, if it has one. With `feed`, its stories go into an Atom file too.
    """

    name: str
    query: Query
    to: tuple[str, ...]
    feed: bool = False
    developments: frozenset[DevelopmentKind] = _EVERY
    pickup: int = PICKUP
    at_most: Rate | None = None


Named = TypeVar("Named", Rule, DigestPlan)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, the channels by name, the operators' channels, and the digests that can be used;
    and the mistakes of those that cannot. A rule, the operators and a digest may also name a
    channel that cannot be used: what is for it waits."""

    rules: tuple[Rule, ...]
    channels: Mapping[str, Channel]
    operators: tuple[str, ...] = ()
    digests: tuple[DigestPlan, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    def rule(self, name: str) -> Rule | None:
        """The rule of a name; None if there is none.

        Raises:
            RulesError: there is one, and it cannot be used.
        """
        return self._named("rule", self.rules, name)

    def digest(self, name: str) -> DigestPlan | None:
        """The digest of a name; None if there is none.

        Raises:
            RulesError: there is one, and it cannot be used.
        """
        return self._named("digest", self.digests, name)

    def _named(self, kind: Kind, several: Iterable[Named], name: str) -> Named | None:
        for mistake in self.mistakes:
            if (mistake.kind, mistake.name) == (kind, name):
                raise mistake.error
        return next((one for one in several if one.name == name), None)

    def unusable(self, kind: Kind) -> list[str]:
        """The names of those of a kind that cannot be used, as far as they have names."""
        return _names(one for one in self.mistakes if one.kind == kind)

    def why_unusable(self, channel: str) -> str:
        """Why a channel, or the one that a lane belongs to (`alert.targets`), cannot be used, in a
        line; "" if nothing is known to be wrong with it."""
        for one in self.mistakes:
            of_it = one.kind == "channel" and one.name and is_for(channel, one.name)
            if of_it or one.kind == "file":
                return one.summary
        return ""

    @property
    def may_have_others(self) -> bool:
        """Whether there may be rules whose names cannot be read: one that seems to be gone may be
        one of these."""
        return any(one.kind in ("file", "rule") and not one.name for one in self.mistakes)

    @property
    def rule_names(self) -> frozenset[str]:
        """The names of the rules, also of those that cannot be used."""
        return frozenset(one.name for one in self.rules).union(self.unusable("rule"))

    def lacks(self, rule: str) -> bool:
        """Whether there certainly is no rule of a name, not even one that cannot be used."""
        return rule not in self.rule_names and not self.may_have_others

    @property
    def knows_operators(self) -> bool:
        """Whether anybody can be told what operators should hear, or nobody is to be."""
        return bool(self.operators) or all(one.kind != "operators" for one in self.mistakes)

    def checked(self) -> Rules:
        """The same, if there is no mistake.

        Raises:
            RulesError: there are some; the text names each with its place.
        """
        if not self.mistakes:
            return self
        told = "\n".join(str(one.error) for one in self.mistakes)
        raise RulesError(told) from self.mistakes[0].error.__cause__


def load_rules(path: Path) -> Rules:
    """Read the rules in `rules.toml`, and find the mistakes in them. An absent file holds no rules.

    Raises:
        RulesError: the file cannot be used at all.
    """
    try:
        return read_rules(rules_text(path), str(path))
    except RulesError as wrong:
        waits = "Until it is mended, no rule alerts and nothing is delivered; nothing is lost"
        raise RulesError(f"{wrong}\n{waits}") from wrong


def rules_text(path: Path) -> str:
    """The text of `rules.toml`; empty if there is no file. Raises `RulesError`."""
    try:
        return read_text(path, RulesError)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RulesError(f"{path} cannot be read: {error.strerror}") from error


def read_rules(text: str, source: str) -> Rules:
    """Rules from the text of a file called `source` in errors.

    Raises:
        RulesError: it is not TOML, or has parts that mean nothing: nobody can tell what of it can
            be used.
    """
    document = read_toml(text, source, RulesError)
    check_names(document, ("operators", "channels", "rule", "digest"), source)
    listed, planned = tables(document, "rule", source), tables(document, "digest", source)
    channels, wrong_channels = read_channels(document.get("channels", {}), source)
    known = [TERMINAL, *channels, *_names(wrong_channels)]

    def read(name: str, table: Mapping[str, Any], place: str) -> Rule:
        return _rule(name, table, known, place)

    rules, wrong_rules = read_blocks("rule", listed, read, source)
    operators, wrong_operators = _operators(document.get("operators", []), known, source)
    of_digests = [*rules, *_names(wrong_rules)]
    digests, wrong_digests = read_digests(planned, of_digests, known, source)
    mistakes = (*wrong_channels, *wrong_rules, *wrong_operators, *wrong_digests)
    return Rules(tuple(rules.values()), channels, operators, digests, mistakes)


def _names(mistakes: Iterable[Mistake]) -> list[str]:
    return [one.name for one in mistakes if one.name]


def _operators(
    value: object, channels: Sequence[str], source: str
) -> tuple[tuple[str, ...], list[Mistake]]:
    """Those of the operators' channels that exist, and the mistakes of the others."""
    if not isinstance(value, list):
        wrong = RulesError(f'{source}: operators is a list of channels, such as ["{TERMINAL}"]')
        return (), [Mistake("operators", "", wrong)]
    known: list[str] = []
    mistakes: list[Mistake] = []
    for one in value:
        try:
            check_known([one], channels, "channel", f"{source}, operators")
            known.append(one)
        except RulesError as error:
            mistakes.append(Mistake("operators", "", error))
    return tuple(known), mistakes


def _rule(name: str, table: Mapping[str, Any], channels: Sequence[str], place: str) -> Rule:
    check_names(table, _KEYS, place)
    text = table.get("query")
    if not isinstance(text, str) or not text.strip():  # it would match everything, as "*" does
        raise RulesError(f'{place} has no query; write one, such as query = "topic:surveillance"')
    try:
        query = parse(text)
    except QueryError as error:
        shown = indent(error.excerpt(text), "  ")
        raise RulesError(f"{place}: {error.message}\n{shown}") from error
    to = table.get("to", [TERMINAL])
    if not isinstance(to, list):
        raise RulesError(f'{place}: to is a list of channels, such as ["{TERMINAL}"]')
    check_known(to, channels, "channel", place)
    feed = table.get("feed", False)
    if not isinstance(feed, bool):
        raise RulesError(f"{place}: feed is true or false")
    return Rule(
        name,
        query,
        tuple(to),
        feed,
        _developments(table.get("developments", True), place),
        _pickup(table.get("pickup", PICKUP), place),
        _rate(table["at_most"], place) if "at_most" in table else None,
    )


def _developments(value: object, place: str) -> frozenset[DevelopmentKind]:
    if isinstance(value, bool):
        return _EVERY if value else frozenset()
    known = [kind.value for kind in DevelopmentKind]
    if not isinstance(value, list):
        raise RulesError(f"{place}: developments is true, false or a list of {', '.join(known)}")
    check_known(value, known, "development", place)
    return frozenset(map(DevelopmentKind, value))


def _pickup(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_PICKUP:
        raise RulesError(
            f"{place}: pickup is a number of outlets, 1 to {MAX_PICKUP}, not {value!r}"
        )
    return value


def _rate(value: object, place: str) -> Rate:
    rate = parse_rate(value) if isinstance(value, str) else None
    if rate is None:
        raise RulesError(
            f'{place}: at_most is a number for each hour, day or week, such as "10/day", '
            f"not {value!r}"
        )
    return rate
