"""Whether a name before a verb is its subject: they share a clause, and nothing is against it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.statements.obliques import has_preposition, is_of_claim
from enrich.statements.prose import CLAUSE_MARK, COMMA, without_quotes
from enrich.statements.sentences import APART, Name, Sentence

_BEGUN = re.compile(r"(?<= )(?:[\"\u201c\u201e\u201d\u00bb]|\u00ab[ \u00a0\u202f]?)")
"""Where a quotation begins, as before a verb: 'the ministry "categorically denies" it'."""

_DASH = r"(?:--?|[\u2013\u2014])"
_DASHED = rf" {_DASH} [^\-\u2013\u2014:;\"\u201c\u201d]{{1,80}} {_DASH} "
"""What stands between dashes before a verb: "an official - who asked for silence - denied"."""
_DASHED_END = re.compile(f"{_DASHED}\\Z")

_RELATIVE = re.compile(
    r"(?:, [^\W\d_a-z][^,]{0,60})?, (?:who|which|whose|qui|quien|que|che|die|der|das|dat)\b[^,]*, "
    r"|, (?:the|a|an|one) [^,]{0,60} (?:that|which|who) [^,]*(?:, [A-Z]\w* and [^,]*)?, "
    r"|, (?:after|although|asked|before|despite|when|while|without)\b[^,]*, "
    r"| who (?:asked|declined|did not|insisted|requested|spoke|wished)\b[^,.]{0,40}"
    r"(?:anonymity|anonymous|identified|named) "
    f"|{_DASHED}"
)
"""A clause of its own about a subject, whose verbs are not the subject's: "the firm, which said it
had stopped, denied it", "the court, the only one that hears spies, ruled", "the mayor, while
welcoming it, denied", "an officer who asked not to be named denied it"."""

_ASIDE = re.compile(r"(?:, [^\W\d_a-z][^,]{0,60})?, [^,]*, ")
"""The same, or a participle: "il vicedirettore, indagato da mesi, nega"."""

_THAT = frozenset(("che", "dat", "que", "that"))
"""Relative pronouns that are also conjunctions."""

_IT_WAS = re.compile(r"(?i)\bit (?:is|was) (?:the |an? )?\Z")


def is_subject(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a name that stands before a verb, near enough, is its subject."""
    prose, rules = sentence.prose, sentence.prose.rules
    begun = sentence.beginning(verb)
    between = _between(sentence, name, begun, verb)
    if CLAUSE_MARK.search(between) or prose.is_possessive(name.last - 1):
        return False
    aside = prose.text_between(name.last - 1, max(name.last, begun))
    if (_RELATIVE if rules.modifiers else _ASIDE).fullmatch(aside):
        return not has_preposition(sentence, name)
    return (
        (
            between.count(COMMA) % 2 == 0
            or _is_open(sentence, name)  # "ministro Ana Prado, do STF, ordenou"
            or _is_aside(sentence, name, begun)
        )
        and not prose.has_conjunction(_behind_relative(sentence, name, verb), verb)
        and not _is_in_relative(sentence, name, verb)
        and not _is_taken(sentence, name, begun)
        and not _is_modifier(sentence, name, begun)
        and sentence.begins.isdisjoint(range(name.last, verb))
        and not has_preposition(sentence, name)
    )


def _between(sentence: Sentence, name: Name, begun: int, verb: int) -> str:
    """What stands between a name and a verb whose words begin at `begun`, without what a clause
    goes on after."""
    prose = sentence.prose
    before = prose.ends[max(name.last, begun) - 1]
    between = prose.content[prose.ends[name.last - 1] : before]
    own = prose.content[before : prose.starts[verb]]
    # In English, 'had "passed" it' is not the reporter's word.
    if sentence.is_answer(verb) or not prose.rules.modifiers:
        own = _BEGUN.sub("", own, count=1)
    return _DASHED_END.sub(" ", without_quotes(between + own))


def _is_open(sentence: Sentence, name: Name) -> bool:
    """Whether a comma within a name is one of a pair."""
    prose = sentence.prose
    start, end = prose.starts[name.first], prose.ends[name.last - 1]
    return prose.content.count(COMMA, start, end) % 2 == 1


def _is_aside(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a name between commas is the speaker: "Lenslet, its maker, denies", "Lenslet, a maker
    in Leeds, denies"; not the holder of an office, whom it is named with: "the ministry's lawyer,
    [Ana Prado], denies"."""
    prose, start = sentence.prose, name.first
    while start > sentence.first and prose.forms[start - 1] in prose.rules.determiners:
        start -= 1
    if start == sentence.first or name.roles == {"place"}:
        return False
    other = sentence.name_until(start)
    governed = other is not None and has_preposition(sentence, other)
    if name.roles == {"person"} and other and not governed:
        return False
    if name.is_office and other and _is_for_somebody(other, governed=governed):
        return False
    if prose.gap(start) != COMMA:
        return False
    behind, goes_on = prose.text_between(name.last - 1, verb), prose.form_at(name.last)
    is_more = goes_on in prose.rules.prepositions or goes_on in prose.rules.links
    closes = is_more and start < name.first and behind.find(",") == len(behind) - len(COMMA)
    return closes or behind == COMMA


def _is_for_somebody(name: Name, *, governed: bool) -> bool:
    """Whether an office behind a name between commas is not that of whoever speaks: "the mother of
    Ana Prado, [the minister], denied it", "the lawyers of Ana Prado, [the minister], denied it"."""
    return name.roles == {"denier"} or (governed and name.roles == {"person"})


def _behind_relative(sentence: Sentence, name: Name, verb: int) -> int:
    """The word behind a name, or behind a "that" which refers to it: "it was the ministry that
    [denied] it", "the firm that [runs] the app denied it", but not "told police [that] it ..."."""
    prose, rules, last = sentence.prose, sentence.prose.rules, name.last
    if prose.form_at(last) not in _THAT:
        return last
    first = max(sentence.first, name.first - 3)
    if _IT_WAS.search(prose.content, prose.starts[first], prose.starts[name.first]):
        return last + 1
    if _is_told(sentence, name) or verb <= last + 2:
        return last
    if rules.late_relatives:
        refers = not sentence.names_from(last, verb)
    else:  # The verb of its clause follows, and so nobody named behind is a subject.
        leader = next(iter(sentence.names_from(last + 1, last + 3)), None)
        refers = (
            _is_own_verb(sentence, last + 1) and not sentence.names_from(last + 1, last + 2)
        ) or (leader is not None and _is_in_that(sentence, leader, verb))
    return last + 1 if refers else last


def _is_told(sentence: Sentence, name: Name) -> bool:
    """Whether a name may be the object of what stands before it: "[told] the ministry"."""
    near = range(max(sentence.first, name.first - 3), name.first)
    return not sentence.begins.isdisjoint(near) or _follows_word(sentence, name)


def _is_own_verb(sentence: Sentence, place: int) -> bool:
    """Whether a word may be the verb of a relative clause."""
    prose = sentence.prose
    return prose.words[place].islower() and prose.forms[place] not in prose.rules.small


def _is_in_that(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a name is the subject of a clause about the one before it: "the agency that [the
    minister] leads denied it"."""
    prose, that = sentence.prose, name.first - 1
    if that > sentence.first and prose.forms[that] in prose.rules.determiners - _THAT:
        that -= 1
    if prose.rules.inverts or that <= sentence.first or prose.forms[that] not in _THAT:
        return False
    about = sentence.name_until(that)
    if about is None or _is_told(sentence, about):
        return False
    if name.last >= sentence.beginning(verb) or prose.forms[name.last].endswith("ly"):
        return False  # "that the minister flatly denied"
    return _is_own_verb(sentence, name.last)


def _follows_word(sentence: Sentence, name: Name) -> bool:
    """Whether a noun or a verb stands right before a name, which may be its object: "[convinced]
    the ministry", but not "on Monday the ministry"."""
    prose, before = sentence.prose, name.first - 1
    while before >= sentence.first and prose.forms[before] in prose.rules.determiners:
        before -= 1
    if before < sentence.first or not prose.joined(before + 1):
        return False
    return prose.words[before].islower() and prose.forms[before] not in prose.rules.small


def _is_in_relative(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a name stands in a clause about somebody else: "the man who ran [the police]", but
    not "who police say"."""
    prose, rules = sentence.prose, sentence.prose.rules
    if _is_in_that(sentence, name, verb):
        return True
    for place in _words_before(sentence, name):
        if is_of_claim(prose, place):
            return False
        if prose.forms[place] in rules.relatives and prose.forms[place] != "which":
            says = rules.determiners.issuperset(prose.forms[place + 1 : name.first])
            return not (says and sentence.has("say", verb))
    return False


def _is_taken(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a verb is that of somebody behind a name, or of whoever did something to it: "she
    admits giving [the police] lists but denies it"."""
    prose, rules, place = sentence.prose, sentence.prose.rules, verb - 1
    if prose.forms[place] in rules.relatives:
        return place > name.last and prose.joined(place)  # "army [sniper] who denies it"
    return prose.forms[place] in rules.joins and any(
        place in sentence.begins for place in _words_before(sentence, name)
    )


def _words_before(sentence: Sentence, name: Name) -> Iterator[int]:
    """The words before a name, the last one first, as far as hardly more than spaces part them."""
    for place in range(name.first - 1, max(sentence.first, name.first - APART) - 1, -1):
        if not sentence.prose.joined(place + 1):
            return
        yield place


def _is_modifier(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a place only says where somebody is from, in English: "[Leeds] man she met"."""
    prose, rules, noun = sentence.prose, sentence.prose.rules, name.last
    return (
        not rules.inverts
        and name.roles == {"place"}
        and noun < verb - 1
        and prose.joined(noun)
        and not sentence.ends_name(noun)
        and not prose.forms[noun].endswith("ly")
        and prose.forms[noun] not in rules.between | rules.prepositions | rules.conjunctions
    )
