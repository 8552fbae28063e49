"""The word lists of statements (`statements.toml`), compiled for searching."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from enrich.senses import Sense, Senses
from enrich.spans import Spans

Role = Literal["official", "court", "parliament", "denier", "person", "place"]

Forms = frozenset[str]

Verb = tuple[str, int, int]
"""A sense, and the words `first` to `last` (exclusive) that have it."""

Head = tuple[Role, int, int]
"""A role, and the words `first` to `last` (exclusive) that name somebody in it."""

ROLES: tuple[Role, ...] = ("official", "court", "parliament")
"""Whose every word counts."""

LISTED: tuple[Role, ...] = (*ROLES, "denier")
"""Whose nouns are listed."""

_LISTS = (
    *("claim", "false", "finding", "fanciful", "quite", "calls", "rejects", "told", "later"),
    *("never", "did", "own", "body", "person", "data", "document", "scheme"),
    *("watching", "watched", "snooping", "acting", "done", "such"),
)
"""A list may use those before it."""

_KEPT = frozenset(("comment", "deny_by", "confirm_by", "rule_by", "vote_by", "untrue", "unaware"))
"""Not cancelled by a negation: a refusal to comment is a comment, and a passive names its actor."""


class Rules(BaseModel):
    """The word lists of a language, named as in `statements.toml`, and its senses to search for."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    senses: Senses
    firms: Forms
    firm_nouns: Forms
    modifiers: bool = False
    inverts: bool = True
    drops: bool = False
    capitals: bool = False
    marks: bool = False
    links: Forms
    determiners: Forms
    prepositions: Forms
    parts: Forms = frozenset()
    pronouns: Forms
    nominatives: Forms = frozenset()
    nobody: Forms
    harmed: tuple[str, ...]
    named_again: Forms
    titles: Forms = frozenset()
    relatives: Forms = frozenset()
    late_relatives: Forms = frozenset()
    agents: Forms = frozenset()
    negations: Forms
    only: Forms
    citing: Forms
    particles: Forms = frozenset()
    feminine: tuple[str, ...] = ()
    fronted: Forms = frozenset()
    stops: Forms
    conjunctions: Forms
    papers: Forms
    media: Forms = frozenset()
    documents: Forms = frozenset()
    auxiliaries: Forms = frozenset()
    joins: Forms
    between: Forms = frozenset()
    others: Forms
    seconds: Forms = frozenset()
    claim: tuple[str, ...]
    adjectives: Forms = frozenset()

    @cached_property
    def link_starts(self) -> tuple[str, ...]:
        """How words begin that are links, whatever follows."""
        return _starts(self.links)

    @cached_property
    def adjective_starts(self) -> tuple[str, ...]:
        """How words begin that are adjectives, whatever follows."""
        return _starts(self.adjectives)

    @cached_property
    def claim_starts(self) -> tuple[str, ...]:
        """How words begin that say what somebody does with a claim."""
        return tuple(one.removesuffix("*") for one in self.claim)

    def is_firm(self, form: str) -> bool:
        """Whether a noun says that a name beside it is a firm's."""
        return form.rpartition("'")[2] in self.firm_nouns or form.endswith(self._firm_ends)

    @cached_property
    def _firm_ends(self) -> tuple[str, ...]:
        return tuple(one.removeprefix("*") for one in self.firm_nouns if one.startswith("*"))

    @cached_property
    def small(self) -> Forms:
        """The words that are no verbs."""
        return self.determiners.union(
            *(self.prepositions, self.pronouns, self.relatives, self.fronted, self.stops),
            *(self.conjunctions, self.joins, self.between, self.nobody),
        )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("enrich.statements").joinpath("statements.toml").read_text("utf-8"))


@cache
def rules_of(language: str) -> Rules | None:
    """The word lists of a language; None if it has none."""
    table = _data().get(language)
    if table is None:
        return None
    table = {**table, "civil": [*table["civil"], *_data()["groups"]]}
    lists = {name: table[name] for name in _LISTS if name in table}
    others = lists.keys() | Rules.model_fields.keys()
    senses = [Sense(name, tuple(table[name])) for name in table if name not in others]
    return Rules(senses=Senses(senses, lists), firms=_data()["firms"], **table)


def _starts(words: Forms) -> tuple[str, ...]:
    return tuple(one.removesuffix("*") for one in sorted(words) if one.endswith("*"))


def uncancelled(verbs: Sequence[Verb]) -> list[Verb]:
    """A sentence's verbs without those that are negated, wished for, hearsay or no denials."""
    against = Spans((first, last) for sense, first, last in verbs if sense == "not")
    flat = {first for sense, first, _ in verbs if sense == "deny_flat"}
    no_denial = Spans(
        (first, last)
        for sense, first, last in verbs
        if sense == "no_denial" and first not in flat  # "denied spying on the man who appeals"
    )

    def stands(sense: str, first: int, last: int) -> bool:
        here = against.over(first, last)
        if sense == "say":  # what is said may be negated around "said"
            return not any(first == begin or last == end for begin, end in here)
        if sense in ("confirm", "confirm_flat"):  # "was forced [to admit]" is an admission
            return all(first < begin and end <= last for begin, end in here)
        if sense in ("case", "headline_case"):  # "must decide whether it files a suit"
            return not any(begin < first for begin, _ in here)
        if sense == "rule":  # "refused [to block] it" blocks nothing, and is a decision
            return all(begin == first + 1 for begin, _ in here)
        if sense in ("deny", "deny_flat", "untrue", "unaware") and no_denial.over(first, last):
            return False
        return sense in _KEPT or not here

    return [one for one in verbs if one[0] not in ("not", "no_denial") and stands(*one)]
