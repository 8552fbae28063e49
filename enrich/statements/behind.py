"""The subject right after its verb: "sagte ein Sprecher"."""

from __future__ import annotations

import re

from enrich.statements.obliques import has_preposition, is_nobody
from enrich.statements.offices import office_behind
from enrich.statements.prose import COMMA, QUOTATION_MARK
from enrich.statements.rules import Role
from enrich.statements.sentences import NAMED, Name, Sentence

BEHIND = 3
"""Maximum words between a verb and a subject after it."""

FAR_BEHIND = 6
"""The same, where a quotation stands before the verb, and where or to whom it was said behind."""

_CLOSED = re.compile('["\u201d\u00bb]')

_GOES_ON = re.compile(' ["\u201c][^\\W\\d_A-Z]')
"""What follows a name, in English, of whom something is said that is quoted in part."""

_TOLD = frozenset(("told", "tells", "tell", "assured", "assures", "claimed"))
"""After these verbs stands the person told or spoken of, not the speaker."""

_CALLED = frozenset(("noemt", "noemde", "noemen", "noemden"))
"""After these stands who is called something, "critici noemen de minister laf", unless something is
called untrue: "die berichten noemt de minister onzin"."""


def subject_behind(
    sentence: Sentence, verb: int, roles: frozenset[Role], *, passive: bool = False
) -> Name | None:
    """The subject right behind a verb, if it has one of the roles. The `verb` of a passive is its
    "by", behind which stands who did it."""
    prose, rules = sentence.prose, sentence.prose.rules
    apart = is_quoted(sentence, verb) and (
        prose.forms[verb + 1] in rules.prepositions or prose.forms[verb + 1] in rules.stops
    )
    for name in sentence.names_from(verb + 1, verb + 2 + (FAR_BEHIND if apart else BEHIND)):
        between = prose.text_between(verb, name.first)
        if "," in between or QUOTATION_MARK.search(between):
            return None
        # A name in a clause of its own is spoken about: "confirmed that the agency ...".
        if prose.has_conjunction(verb + 1, name.first):
            return None
        if not passive and has_preposition(sentence, name):
            if apart:
                continue  # "», a réagi auprès de [l'AFP] le ministre"
            return None
        if not passive and not _is_inverted(sentence, verb):
            return None
        if name.roles == {"denier"} and "denier" not in roles:
            continue
        if prose.is_possessive(name.last - 1) or is_nobody(sentence, name):
            return None
        if prose.forms[name.first].startswith(rules.claim_starts):
            return None  # "bestrijdt [lezing politie]"
        if prose.form_at(name.last) in rules.auxiliaries and prose.joined(name.last):
            return None  # "Wren, a diver, said [police] had asked"
        if rules.modifiers and _GOES_ON.match(prose.content, prose.ends[name.last - 1]):
            return None  # 'Wren, a diver, said [police] "forgot the law"'
        office = office_behind(sentence, name)
        speakers = (one for one in (office, name) if one is not None and one.roles & roles)
        return next(speakers, None)
    return None


def is_quoted(sentence: Sentence, verb: int) -> bool:
    """Whether a verb follows a quotation, in languages where its subject may stand apart."""
    prose, first = sentence.prose, sentence.beginning(verb)
    if prose.rules.modifiers or first == sentence.first or verb + 1 >= sentence.last:
        return False
    return _CLOSED.search(prose.gap(first)) is not None


def _is_inverted(sentence: Sentence, verb: int) -> bool:
    """Whether a subject may follow a verb, because what was said comes right before it."""
    prose = sentence.prose
    if prose.forms[verb] in _TOLD:
        return False
    if prose.forms[verb] in _CALLED and "untrue" not in sentence.verbs:
        return False
    first = sentence.beginning(verb)
    if prose.rules.inverts:
        return not _has_object(sentence, verb, first)
    if first == sentence.first:
        return False
    # Not anywhere before: "On Tuesday, the carrier confirmed the agency was behind it".
    before = prose.gap(first)
    if before == COMMA and _is_capitalised_aside(sentence, first):
        return False
    return "," in before or QUOTATION_MARK.search(before) is not None


def _has_object(sentence: Sentence, verb: int, first: int) -> bool:
    """Whether who follows a verb, whose words begin at `first`, is the one spoken of: "le carte
    smentiscono il governo". Only an adverb may come before a verb with its subject behind."""
    prose, rules = sentence.prose, sentence.prose.rules
    before = prose.forms[first - 1]
    opens = first <= sentence.first or not prose.joined(first)
    if not rules.fronted or opens or before in rules.fronted:
        return False
    if sentence.is_answer(verb):
        return True
    if rules.marks or not any(sentence.has(sense, verb) for sense in ("say", "rule", "vote")):
        return False
    return not (before in rules.small or before.endswith("mente") or before.isdigit())


def _is_capitalised_aside(sentence: Sentence, place: int) -> bool:
    """Whether a name between commas precedes a word: "Its lawyer, Ana Prado of Leeds, says"."""
    prose = sentence.prose
    for start in range(place - 1, max(sentence.first, place - 1 - 2 * NAMED), -1):
        is_capital = prose.words[start][0].isupper()
        if not is_capital and prose.forms[start] not in prose.rules.links:
            return False
        if is_capital and prose.gap(start) == COMMA:
            return True
    return False
