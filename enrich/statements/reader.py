"""Read the sentences of a text that may be statements: find their verbs, then the names in them.

Verbs that are negated, wished for, conditional or hearsay do not count ("did not deny").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

from core.records import Mention, MentionKind
from enrich.statements.headlines import colons
from enrich.statements.names import Names
from enrich.statements.offices import Offices
from enrich.statements.prose import COMMA, Prose
from enrich.statements.quotes import is_all_said, verbs_behind
from enrich.statements.rules import LISTED, Head, Role, Verb, uncancelled
from enrich.statements.sentences import APART, Sentence
from enrich.statements.spelt import Spelt

NEGATED = 3
"""Words before a passive, or a step, among which a negation takes it away."""

_ROLE_OF: Mapping[str, Role] = {role: role for role in LISTED}

_LABEL = re.compile(
    r"(?:ANALYSIS|BREAKING|CORRECTED|EXCLUSIVE|EXPLAINER|FACTBOX|FOCUS|INSIGHT|REFILE|RPT|TIMELINE"
    r"|(?:UPDATE|WRAPUP) \d+)-"
    r"|(?P<place>[A-ZÀ-Þ]{2}[A-ZÀ-Þ .'/-]{1,40}(?:, [\w. ]{2,20}){0,2}"
    r"|[A-ZÀ-Þ][\w .'/-]{1,40}(?= \())(?: \([\w /.-]{2,30}\))?"
    r"(?: (?:--?|[\u2013\u2014])|\.-) (?![a-zß-ÿ])"
)
"""What wires put before a headline, "UPDATE 1-Harbour minister denies", or before a report, "LEEDS,
England (AP) -- Police"; no part of a sentence, as in "Harlo -- once secret -- denied"."""

_TITLES = frozenset(("Rep", "Sen"))
"""Titles that are also a surname and somebody who sells: "Amartya Sen", "a sales Rep"."""

_PARTED = frozenset(("deny", "deny_flat", "confirm", "confirm_flat", "rule", "case", "vote"))
"""Senses whose verbs may have a particle at the end of their clause: "räumte es [ein]"."""

_APART = re.compile(r", |: ")
"""What parts two clauses."""

_ASKS = re.compile(r"[ \u00a0\u202f]?\?(?![\"\u201c\u201d\u00ab\u00bb])")
"""What a sentence ends with that asks; a quoted question is somebody's word."""

_CASES = frozenset(("case", "headline_case"))
"""Senses whose phrases a negation within them takes away: "filed [no] complaint"."""

_PASSIVES = frozenset(("deny_by", "confirm_by", "rule_by", "vote_by"))
"""The same, or one right before them: "[no] fue desmentida por"."""

_STEPS = frozenset(("rule", "vote"))
"""The same, if the negation is the verb's: "erhob [keine] Anklage", but "hat [nicht] nur"."""


def sentences(prose: Prose, mentions: Sequence[Mention], spelt: Spelt) -> list[Sentence]:
    """The sentences of a text that have a verb of any kind and ask nothing, with their verbs and
    names."""
    verbs: dict[int, list[Verb]] = defaultdict(list)
    nouns: list[Head] = []
    kinds: dict[str, list[tuple[int, int]]] = {"office": [], "post": [], "civil": []}
    people = {one.start for one in mentions if one.kind is MentionKind.PERSON}
    for sense, first, last in _phrases(prose, people):
        if sense in _ROLE_OF:
            nouns.append((_ROLE_OF[sense], first, last))
        elif sense in kinds:
            kinds[sense].append((first, last))
        elif _is_verb(prose, sense, first, last):
            verbs[prose.sentence(first)].append((sense, first, last))
    for place in verbs_behind(prose):
        verbs[prose.sentence(place)].append(("say", place, place + 1))
    for colon in colons(prose.content) if prose.field == "title" else ():
        place = bisect_left(prose.starts, colon)
        if place < len(prose.words):
            verbs[prose.sentence(place)].append(("colon", place, place + 1))
    if not verbs:
        return []
    names = Names(prose, nouns, mentions, spelt, Offices(**kinds))
    edges = [0, *prose.breaks, len(prose.words)]
    found: list[Sentence] = []
    for number in sorted(verbs):
        first, last = edges[number : number + 2]
        if _ASKS.match(prose.content, prose.ends[last - 1]):
            continue
        label = _LABEL.match(prose.content, prose.starts[first], prose.ends[last - 1])
        if label and not names.has_speaker(number, before=label.end("place")):
            first = bisect_left(prose.starts, label.end(), first, last)
        sentence = Sentence(prose, first, last, uncancelled(verbs[number]))
        sentence.names = names.within(sentence, number)
        if found and found[-1].last == sentence.first:
            sentence.before, found[-1].after = found[-1], sentence
        found.append(sentence)
    return found


def _phrases(prose: Prose, people: Container[int]) -> Iterator[Verb]:
    """The phrases of all senses, but those that end with an hour or a surname. The names of people
    start at `people`."""
    for match in prose.rules.senses.find(prose):
        first = bisect_left(prose.starts, match.start)
        last = bisect_left(prose.ends, match.end, first) + 1
        if match.sense == "curt":
            if is_all_said(prose, first, last):
                yield "untrue", first, last
        elif not (
            _is_hour(prose, first, last)
            or _is_surname(prose, last)
            or _is_no_title(prose, first, last, people)
        ):
            yield match.sense, first, last


def _is_hour(prose: Prose, first: int, last: int) -> bool:
    """Whether a phrase ends with an hour: "at [5 PM police] confirmed"."""
    return prose.words[last - 1] == "PM" and first > 0 and prose.forms[first - 1].isdigit()


def _is_surname(prose: Prose, last: int) -> bool:
    """Whether a phrase ends with what is a title only before a name: "Sen. Ana Prado", but "Ana
    [Sen] said"."""
    is_title = last < len(prose.words) and prose.words[last][0].isupper()
    return prose.words[last - 1] in _TITLES and not is_title


def _is_no_title(prose: Prose, first: int, last: int, people: Container[int]) -> bool:
    """Whether a phrase is a word that is a title only before the name of a person, and stands
    elsewhere: "[Justice] Ana Prado", but "[Justice] was done". These names start at `people`."""
    is_before_a_name = last < len(prose.words) and prose.starts[last] in people
    return prose.rules.titles.issuperset(prose.words[first:last]) and not is_before_a_name


def _is_verb(prose: Prose, sense: str, first: int, last: int) -> bool:
    """Whether the words of a phrase are a verb of one clause that no word in it negates."""
    rules, forms = prose.rules, prose.forms
    form = forms[last - 1]
    compound = prose.joined(first) and prose.content.startswith("-", prose.starts[first] - 1)
    if compound and sense not in _CASES:
        return False  # "a state-approved app" approves nothing; who was "counter-sued" was sued
    if sense == "not":
        if prose.words[first] == "May":
            return False  # the month: "the firm in May denied it"
        return form not in rules.negations or _negates(prose, first, last - 1)
    if sense in _PARTED and form in rules.particles and last - first > 1:
        near = range(first + 1, min(first + APART, len(forms)))
        if not any(forms[place] == form and _closes(prose, first, place) for place in near):
            return False
    if sense in _CASES:
        return rules.nobody.isdisjoint(forms[first + 1 : last])
    if sense not in _PASSIVES | _STEPS:
        return True
    begun = first
    while begun > first - NEGATED and prose.joined(begun) and forms[begun - 1] not in rules.joins:
        begun -= 1
    negations = rules.negations | rules.nobody
    return not any(
        forms[place] in negations and (sense in _PASSIVES or _is_of_verb(prose, place))
        for place in range(begun, last)
    )


def _negates(prose: Prose, verb: int, place: int) -> bool:
    """Whether a negation is that of a verb before it: "verbot Kameras [nicht]", but neither
    "bestreitet, [nicht] informiert zu sein" nor "oordeelde dat zij [niet] luisterde"."""
    is_apart = _APART.search(prose.text_between(verb, place)) or prose.has_conjunction(
        verb + 1, place
    )
    return not is_apart and _is_of_verb(prose, place)


def _is_of_verb(prose: Prose, place: int) -> bool:
    """Whether a negation is not that of the word behind it: "verbot [nicht] nur Kameras", "verbot
    einen [nicht] genannten Chat", "[No.] 2 judge ruled"."""
    rules, behind = prose.rules, prose.form_at(place + 1)
    before = prose.forms[place - 1] if prose.joined(place) else ""
    is_attributive = before in rules.determiners | rules.prepositions
    return not (behind in rules.only or behind.isdigit() or is_attributive)


def _closes(prose: Prose, verb: int, place: int) -> bool:
    """Whether a word is the particle at the end of a verb's clause: "räumte [ein Sprecher] ein",
    not "gab an, sie [zu kennen]"."""
    rules, after = prose.rules, place + 1
    if prose.text_between(verb, place).count(COMMA) % 2:
        return False
    number = prose.sentence(place)
    if after == len(prose.words) or prose.sentence(after) != number:
        return prose.sentence(verb) == number
    small = rules.stops | rules.conjunctions
    if rules.capitals:
        small -= rules.prepositions  # "gab [zu den] Vorwürfen", but "legt een boete [op van]"
    else:
        small |= rules.prepositions
    return prose.text_between(place, after) != " " or prose.forms[after] in small
