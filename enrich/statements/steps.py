"""Who takes the steps of courts and parliaments, and which steps name nobody."""

from __future__ import annotations

from typing import Literal

from enrich.statements.answers import THEMSELVES
from enrich.statements.clauses import is_subject
from enrich.statements.rules import Role
from enrich.statements.sentences import Name, Sentence
from enrich.statements.subjects import agent, subject

_REASONS = {"for": None, "pour": frozenset(("avoir", "défaut", "manquement", "non", "violation"))}
"""Words that part who did something from what it was done for, if one of these follows."""

_SEEN = frozenset(("found", "heard"))
"""Verbs by which a court decides, but whoever says "we found" has only seen something."""


def who_decides(sentence: Sentence, sense: Literal["rule", "vote"], role: Role) -> Name | None:
    """The first court that rules, or the first parliament that votes."""
    roles = frozenset((role,))
    for first, last in sentence.verbs.get(f"{sense}_by", ()):
        name = agent(sentence, first, last, roles)
        if name is not None and role in name.roles:
            return _without_reason(sentence, name)
    for first, _ in sentence.verbs.get(sense, ()):
        if sentence.has("deny_own", first):
            continue  # "the prosecutor denied ordering it"
        name = subject(sentence, first, roles) or _who_said(sentence, first, roles)
        if name is not None and not ("official" in name.roles and sentence.is_answer(first)):
            return name
    return None


def who_polls(sentence: Sentence) -> Name | None:
    """Who votes, in a phrase that names them: "[the council] voted"."""
    for first, last in sentence.verbs.get("poll", ()):
        for name in sentence.names_before(last):
            if name.last > first and is_subject(sentence, name, last - 1):
                return name
    return None


def is_case(sentence: Sentence) -> bool:
    """Whether a sentence tells of a case in court, whoever decides it."""
    headline = sentence.prose.field == "title" and "headline_case" in sentence.verbs
    return headline or "case" in sentence.verbs or "penalty" in sentence.verbs


def _without_reason(sentence: Sentence, name: Name) -> Name:
    """Who did something, without what it was done for: "rebuked by [a watchdog] for it"."""
    prose, places = sentence.prose, range(name.first + 1, name.last)
    reasons = (
        one
        for one in places
        if prose.forms[one] in _REASONS
        and ((reason := _REASONS[prose.forms[one]]) is None or prose.form_at(one + 1) in reason)
    )
    return Name(name.first, next(reasons, name.last), name.roles)


def _who_said(sentence: Sentence, verb: int, roles: frozenset[Role]) -> Name | None:
    """Who said before a verb that they had done it: "the regulator said it had fined"."""
    forms = sentence.prose.forms
    said = [first for first, last in sentence.verbs.get("say", ()) if last <= verb]
    own = not THEMSELVES.isdisjoint(forms[max(sentence.first, verb - 2) : verb])
    return subject(sentence, said[0], roles) if said and own and forms[verb] not in _SEEN else None
