"""The word lists of statements (`statements.toml`), compiled for searching."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from enrich.senses import Sense, Senses

Role = Literal["official", "court", "parliament", "denier", "person", "place"]

Verb = tuple[str, int, int]
"""A sense, and the words `first` to `last` (exclusive) that have it."""

ROLES: tuple[Role, ...] = ("official", "court", "parliament")
"""Whose every word counts."""

LISTED: tuple[Role, ...] = (*ROLES, "denier")
"""Whose nouns are listed."""

_LISTS = (
    *("claim", "false", "finding", "fanciful", "own", "watching", "snooping", "told", "never"),
    "scheme",
)
_STEPS = ("rule", "rule_by", "case", "penalty", "headline_case", "vote", "vote_by", "poll")
_ANSWERS = ("deny", "deny_by", "flat", "confirm", "confirm_by", "deny_own", "confirm_own", "untrue")
_VERBS = (*_ANSWERS, "comment", "say", "not", "refuse", *_STEPS)
_KEPT = frozenset(("comment", "deny_by", "confirm_by", "rule_by", "vote_by", "untrue"))
"""Not cancelled by a negation: a refusal to comment is a comment, and a passive names its actor."""


@dataclass(frozen=True)
class Rules:
    """The word lists of a language, ready to search with."""

    senses: Senses
    firms: frozenset[str]
    modifiers: bool
    inverts: bool
    drops: bool
    capitals: bool
    marks: bool
    links: frozenset[str]
    link_starts: tuple[str, ...]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    pronouns: frozenset[str]
    nominatives: frozenset[str]
    nobody: frozenset[str]
    harmed: tuple[str, ...]
    relatives: frozenset[str]
    late_relatives: frozenset[str]
    agents: frozenset[str]
    negations: frozenset[str]
    citing: frozenset[str]
    particles: frozenset[str]
    feminine: tuple[str, ...]
    fronted: frozenset[str]
    stops: frozenset[str]
    conjunctions: frozenset[str]
    papers: frozenset[str]
    documents: frozenset[str]
    decisions: frozenset[str]
    auxiliaries: frozenset[str]
    joins: frozenset[str]
    between: frozenset[str]
    others: frozenset[str]
    seconds: frozenset[str]
    claim_starts: tuple[str, ...]
    adjectives: frozenset[str]
    adjective_starts: tuple[str, ...]

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that are no verbs."""
        return self.determiners.union(
            *(self.prepositions, self.pronouns, self.relatives, self.fronted, self.stops),
            *(self.conjunctions, self.joins, self.between, self.nobody),
        )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("enrich").joinpath("statements.toml").read_text("utf-8"))


@cache
def rules_of(language: str) -> Rules | None:
    """The word lists of a language; None if it has none."""
    table = _data().get(language)
    if table is None:
        return None
    senses = [
        Sense(name, "positive", "", tuple(table[name]), (), ())
        for name in (*LISTED, *_VERBS)
        if table.get(name)
    ]
    links = frozenset(table["links"])
    adjectives = frozenset(table.get("adjectives", ()))
    return Rules(
        senses=Senses(senses, {name: table[name] for name in _LISTS if name in table}),
        firms=frozenset(_data()["firms"]),
        modifiers=bool(table.get("modifiers")),
        inverts=table.get("inverts", True),
        drops=bool(table.get("drops")),
        capitals=bool(table.get("capitals")),
        marks=bool(table.get("marks")),
        links=links,
        link_starts=_starts(links),
        determiners=frozenset(table["determiners"]),
        prepositions=frozenset(table["prepositions"]),
        pronouns=frozenset(table["pronouns"]),
        nominatives=frozenset(table.get("nominatives", ())),
        nobody=frozenset(table["nobody"]),
        harmed=tuple(table["harmed"]),
        relatives=frozenset(table.get("relatives", ())),
        late_relatives=frozenset(table.get("late_relatives", ())),
        agents=frozenset(table.get("agents", ())),
        negations=frozenset(table["negations"]),
        citing=frozenset(table.get("citing", ())),
        particles=frozenset(table.get("particles", ())),
        feminine=tuple(table.get("feminine", ())),
        fronted=frozenset(table.get("fronted", ())),
        stops=frozenset(table["stops"]),
        conjunctions=frozenset(table["conjunctions"]),
        papers=frozenset(table["papers"]),
        documents=frozenset(table.get("documents", ())),
        decisions=frozenset(table.get("decisions", ())),
        auxiliaries=frozenset(table.get("auxiliaries", ())),
        joins=frozenset(table.get("joins", ())),
        between=frozenset(table.get("between", ())),
        others=frozenset(table.get("others", ())),
        seconds=frozenset(table.get("seconds", ())),
        claim_starts=tuple(one.removesuffix("*") for one in table["claim"]),
        adjectives=adjectives,
        adjective_starts=_starts(adjectives),
    )


def _starts(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(one.removesuffix("*") for one in sorted(words) if one.endswith("*"))


def uncancelled(verbs: Sequence[Verb]) -> list[Verb]:
    """A sentence's verbs without those that are negated, wished for, hearsay or refusals."""
    against = [(first, last) for sense, first, last in verbs if sense == "not"]
    flat = {first for sense, first, _ in verbs if sense == "flat"}
    refused = [
        (first, last)
        for sense, first, last in verbs
        if sense == "refuse" and first not in flat  # "denied spying on the man who appeals"
    ]

    def stands(sense: str, first: int, last: int) -> bool:
        if sense == "say":  # what is said may be negated around "said"
            return not any(first == begin or last == end for begin, end in against)
        if sense == "confirm":  # "was forced [to admit]" is an admission
            return not any(
                first < end and begin < last and not (first < begin and end <= last)
                for begin, end in against
            )
        if sense in ("case", "headline_case"):  # "must decide whether it files a suit"
            return not any(begin < first < end for begin, end in against)
        if sense == "rule":  # "refused [to block] it" blocks nothing, and is a decision
            return not any(
                first < end and begin < last and begin != first + 1 for begin, end in against
            )
        taking = [*against, *refused] if sense == "deny" else against
        return sense in _KEPT or not any(first < end and begin < last for begin, end in taking)

    return [one for one in verbs if one[0] not in ("not", "refuse") and stands(*one)]
