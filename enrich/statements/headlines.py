"""Who speaks in a headline: whoever stands at its colon, or opens it."""

from __future__ import annotations

import re
from itertools import chain

from enrich.statements.prose import COMMA
from enrich.statements.rules import Role
from enrich.statements.sentences import Name, Sentence

LEAST_TOLD = 2
"""Minimum words of a headline before a speaker who ends it; one is a label: "Video: police"."""

_COLON = ": "

_AFTER_QUOTE = re.compile('["\u201c\u201d\u00ab\u00bb]: \\Z')
_BEFORE_QUOTE = re.compile(': ["\u201c\u201d\u201e\u00ab\u00bb]')


def colons(content: str) -> list[int]:
    """Where a headline goes on after a colon; nowhere if it asks a question."""
    return [] if content.endswith("?") else [one.end() for one in re.finditer(_COLON, content)]


def heading(sentence: Sentence) -> Name | None:
    """Who a headline gives the word to by a colon: "Minister: we did not tap anybody", "Claims
    untrue: minister", '"Never": minister on claims', 'Minister on claims: "a lie"'."""
    prose = sentence.prose
    if prose.field != "title":
        return None
    behind = (one for one in sentence.names if _is_behind_colon(sentence, one))
    before = (one for one in sentence.names[:1] if _is_before_colon(sentence, one))
    return next(chain(behind, before), None)


def announcer(sentence: Sentence) -> Name | None:
    """The same, a court or an official, where no verb tells what kind of word it is: "Court: agency
    broke the law". None for "Court: how it works", "Court: the building"."""
    prose, rules = sentence.prose, sentence.prose.rules
    name = heading(sentence) if "colon" in sentence.verbs else None
    if name is None or name.roles.isdisjoint(("court", "official")):
        return None
    labels = rules.determiners | rules.relatives | rules.conjunctions | rules.stops
    is_label = (
        prose.content.startswith(_COLON, prose.ends[name.last - 1])
        and prose.form_at(name.last) in labels
    )
    return None if is_label else name


def opener(sentence: Sentence, verb: int, roles: frozenset[Role]) -> Name | None:
    """Who opens a headline, if a second verb of theirs follows a comma: "Minister defends law,
    denies spying"."""
    prose, names = sentence.prose, sentence.names
    if prose.field != "title" or prose.forms[verb] not in prose.rules.seconds or not names:
        return None
    name = names[0]
    speaks = name.roles & roles and not prose.is_possessive(name.last - 1)
    parted = prose.content.endswith(COMMA, 0, prose.starts[verb])
    opens = name.first == sentence.first and name.last < verb and parted
    return name if speaks and opens else None


def _is_behind_colon(sentence: Sentence, name: Name) -> bool:
    """Whether a name stands behind a colon, and behind a quotation or at the headline's end."""
    prose = sentence.prose
    if name.first == sentence.first or prose.is_possessive(name.last - 1):
        return False
    before = prose.gap(name.first)
    if _AFTER_QUOTE.search(before):
        return True
    ends = name.last == sentence.last and name.first >= sentence.first + LEAST_TOLD
    return before == _COLON and ends


def _is_before_colon(sentence: Sentence, name: Name) -> bool:
    """Whether a name opens a headline, and a colon follows, or what it is about and a quotation
    behind a colon."""
    prose, rules, end = sentence.prose, sentence.prose.rules, sentence.prose.ends[name.last - 1]
    article = name.first == sentence.first + 1 and prose.forms[name.first - 1] in rules.determiners
    if name.first > sentence.first and not article:
        return False
    if prose.content.startswith(_COLON, end):
        return True
    is_about = prose.form_at(name.last) in rules.prepositions
    return is_about and _BEFORE_QUOTE.search(prose.content, end) is not None
