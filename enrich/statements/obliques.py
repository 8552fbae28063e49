"""Names that are no subjects: after a preposition, in another case, or negated."""

from __future__ import annotations

from enrich.statements.prose import Prose
from enrich.statements.sentences import Name, Sentence

_SOMETHING = frozenset(("algo", "ce", "ciò", "cosa", "lo", "o", "quello"))
"""What may stand for a claim: "ce que la police dément"."""

_FROM = frozenset(("da", "dal", "dalla", "desde"))
"""Words for where an answer comes from, by which a sentence may begin with whoever gives it."""


def has_preposition(sentence: Sentence, name: Name) -> bool:
    """Whether a name is no subject, because a preposition, a noun or a participle governs it."""
    prose, rules = sentence.prose, sentence.prose.rules
    place = name.first - 1
    if _is_genitive(sentence, place) or _is_dative(sentence, name):
        return True
    if _is_adjective(sentence, place):
        place -= 1
    if place >= sentence.first and prose.forms[place] in rules.determiners:
        place -= 1
    if place < sentence.first or "," in prose.text_between(place, place + 1):
        return False  # "with two children inside, police said"
    elided, mark, _ = prose.forms[name.first].partition("'")
    if prose.is_leaning(name.first) or elided + mark in rules.prepositions:
        return True
    if _is_object(prose, place, name):
        return True
    if prose.forms[place] in _FROM and place == sentence.first:
        return name.roles == {"place"}  # "Desde [el ministerio] niegan"
    if prose.forms[place] not in rules.prepositions or is_of_claim(prose, place):
        return False
    of_parts = place > sentence.first and prose.forms[place - 1] in rules.parts
    if of_parts and prose.forms[place] in rules.links:
        return False  # "Members of the council voted"
    # "A statement from the ministry said": the ministry is the speaker.
    return place == sentence.first or prose.forms[place - 1] not in rules.papers


def _is_genitive(sentence: Sentence, article: int) -> bool:
    """Whether what follows an article belongs to the noun before it: "den Angaben [der] Polizei",
    "la version [des] autorités"; not so in "am Montag der Minister"."""
    prose, rules, noun = sentence.prose, sentence.prose.rules, article - 1
    return (
        noun >= sentence.first
        and prose.forms[noun] not in rules.stops | rules.conjunctions
        and prose.forms[article] in rules.links & rules.determiners
        and prose.joined(article)
        and (not rules.capitals or prose.words[noun][0].isupper())
        and noun not in sentence.begins
        and prose.forms[noun - 1] != "am"
    )


def _is_dative(sentence: Sentence, name: Name) -> bool:
    """Whether an article tells that a German noun is no subject: "sagte [der] Polizei"."""
    prose = sentence.prose
    if name.first == sentence.first or prose.forms[name.first - 1] != "der":
        return False
    for place in range(name.first, name.last):
        if prose.is_link(place):
            return False
        if prose.forms[place].endswith(prose.rules.feminine):
            return True
    return False


def _is_adjective(sentence: Sentence, place: int) -> bool:
    """Whether a word before a noun may belong to it, where names do without: "do [atual]
    governo"."""
    prose, rules = sentence.prose, sentence.prose.rules
    return (
        not rules.modifiers
        and place > sentence.first
        and prose.joined(place + 1)
        and prose.joined(place)
        and prose.words[place].islower()
        and not sentence.ends_name(place)
        and not any(
            prose.forms[place] in listed
            for listed in (rules.determiners, rules.prepositions, rules.conjunctions, rules.papers)
        )
    )


def _is_object(prose: Prose, place: int, name: Name) -> bool:
    """Whether an English participle stands before a name's article: "a diver [suing] the ministry
    denied it"."""
    return (
        not prose.rules.inverts
        and place + 1 < name.first
        and prose.joined(place + 1)
        and prose.forms[place].endswith("ing")
    )


def is_of_claim(prose: Prose, place: int) -> bool:
    """Whether a word says what somebody does with a claim: "accuse [che] il ministero nega"."""
    before = prose.forms[place - 1]
    return (
        prose.forms[place] in ("que", "che")
        and place > 0
        and (before.startswith(prose.rules.claim_starts) or before in _SOMETHING)
    )


def is_cited(sentence: Sentence, name: Name) -> bool:
    """Whether something is told on somebody's word: "according to [the ministry]", "heißt es in
    einer Mitteilung [des Ministeriums]"."""
    prose, rules = sentence.prose, sentence.prose.rules
    place = name.first - 1
    if _is_of_a_paper(sentence, name):
        return not prose.is_possessive(name.last - 1)
    if place > sentence.first and prose.forms[place] in rules.determiners:
        place -= 1
    cites = place >= sentence.first and prose.forms[place] in rules.citing
    if not cites or prose.is_possessive(name.last - 1):
        return False
    follows = name.last < sentence.last and prose.forms[name.last] in rules.documents
    return not follows and (prose.forms[place] != "to" or prose.forms[place - 1] == "according")


def _is_of_a_paper(sentence: Sentence, name: Name) -> bool:
    """Whether a name says whose statement it is that denied something: "«…», si legge in una nota
    [dell'azienda]", but not "called a statement from [the ministry] false"."""
    prose, rules, place = sentence.prose, sentence.prose.rules, name.first
    denied = [*sentence.verbs.get("untrue", ()), *sentence.verbs.get("unaware", ())]
    if not any(last <= place for _, last in denied):
        return False
    small = rules.determiners | rules.prepositions
    while place > sentence.first and prose.joined(place) and prose.forms[place - 1] in small:
        place -= 1
    governed = place < name.first or prose.is_leaning(name.first)
    return governed and place > sentence.first and prose.forms[place - 1] in rules.papers


def is_nobody(sentence: Sentence, name: Name) -> bool:
    """Whether a name is itself negated, "no official confirmed", but not "No 10", or its verb
    before it: "never has [a court] ruled"."""
    prose, rules, first = sentence.prose, sentence.prose.rules, name.first
    if first > sentence.first and prose.forms[first - 1] in rules.determiners:
        first -= 1
    before = prose.forms[max(sentence.first, first - 4) : first]
    inverted = prose.joined(first) and prose.forms[first - 1] in rules.auxiliaries
    if inverted and not rules.negations.isdisjoint(before):
        return True
    near = range(max(sentence.first, name.first - 1), name.first + 1)
    return any(
        prose.forms[place] in rules.nobody and not prose.form_at(place + 1).isdigit()
        for place in near
    )
