"""Names that no list has, as an article spells them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from enrich.statements.behind import is_quoted
from enrich.statements.prose import CLAUSE_MARK, COMMA, Prose
from enrich.statements.rules import Forms
from enrich.statements.sentences import APART, NAMED, Name, Sentence

WITHIN = frozenset(("da", "de", "del", "della", "der", "di", "do", "van", "von"))
"""Small words within names."""


class Spelt:
    """The names in an article that only its text's spelling shows."""

    def __init__(self, text: Prose) -> None:
        self._text = text

    def before(self, sentence: Sentence, verb: int) -> Name | None:
        """The name right before a verb, or before an aside, or between commas: "Bringello, of
        Leeds, denies", "the landlord, Bringello, denies"."""
        prose = sentence.prose
        if prose.joined(verb):
            return self._until(sentence, verb)
        name = self._until(sentence, _before_aside(sentence, verb))
        parted = prose.gap(verb) == COMMA
        return self._until(sentence, verb) if name is None and parted else name

    def _until(self, sentence: Sentence, last: int) -> Name | None:
        """The name that ends with the word before `last`, if it opens a clause."""
        prose, first = sentence.prose, last
        while (
            not prose.rules.capitals
            and first > sentence.first
            and (first == last or prose.joined(first))
            and not sentence.ends_name(first - 1)
            and self._has(prose, first - 1, of_more=first < last)
        ):
            first -= 1
        if not 0 < last - first <= NAMED or prose.is_possessive(last - 1):
            return None
        if _is_listed(sentence, first, last) or not sentence.opens(first):
            return None
        return Name(first, last, {"official"})

    def behind(self, sentence: Sentence, verb: int) -> Name | None:
        """The same, right behind a verb that follows a quotation: "« Faux », écrit Quaillard"."""
        if not is_quoted(sentence, verb):
            return None
        prose, last = sentence.prose, verb + 1
        stop = min(sentence.last, verb + 1 + NAMED)
        while last < stop and prose.joined(last) and prose.forms[last] in self._names:
            last += 1
        if last == verb + 1 or _is_listed(sentence, verb, last):
            return None
        return Name(verb + 1, last, {"official"})

    def _has(self, prose: Prose, place: int, *, of_more: bool) -> bool:
        """Whether a word is a name's, or one within it: "Aceites [del] Norte"."""
        if of_more and prose.forms[place] in WITHIN and prose.joined(place):
            place -= 1
        return prose.forms[place] in self._names

    @cached_property
    def _names(self) -> Forms:
        """Capitalised words that follow a lower-case one or another of these, and are never in
        lower case themselves; also two that open a sentence: "[Kestrel Mobile] denies"."""
        prose, last = self._text, -1
        names: set[str] = set()
        # A verb opens sentences where pronouns are dropped: "Compró Aceites".
        openings = () if prose.rules.drops else {0, *prose.breaks}
        for place in range(1, len(prose.words)):
            if place - 1 in openings and _is_pair(prose, place):
                names.update(prose.forms[place - 1 : place + 1])
                last = place
            elif (
                prose.words[place][0].isupper()
                and (
                    last == place - 1
                    or prose.words[place - 1].islower()
                    or prose.forms[place - 1] in prose.rules.determiners
                )
                and prose.gap(place) in (" ", COMMA)
            ):
                names.add(prose.forms[place])
                last = place
        return frozenset(names.difference(word for word in prose.words if word.islower()))

    @cached_property
    def firms(self) -> Forms:
        """The words of names that the text says to be a firm's: "the broker [Sprocketly]", "its
        maker, [Tall Gates], says", "[Sprocketly], a broker, says"."""
        prose = self._text
        nouns = {form for form in set(prose.forms) if prose.rules.is_firm(form)}
        return frozenset(
            form
            for noun, kind in enumerate(prose.forms[:-1])
            if kind in nouns and not prose.words[noun].isupper()
            for form in (*_named_behind(prose, noun), *self._named_before(noun))
        )

    def _named_before(self, noun: int) -> Sequence[str]:
        """The words of a name of which a noun between commas tells what it is."""
        prose, rules, article = self._text, self._text.rules, noun - 1
        while article > max(0, noun - NAMED) and prose.forms[article] not in rules.determiners:
            article -= 1
        if article == 0 or prose.gap(article) != COMMA:
            return ()
        goes_on = rules.prepositions | rules.relatives | rules.conjunctions
        if prose.text_between(noun, noun + 1) != COMMA and prose.forms[noun + 1] not in goes_on:
            return ()  # "in Selby, the broker said"
        first = article
        while (
            first > max(0, article - NAMED)
            and _is_capital(prose, first - 1)
            and (first == article or prose.gap(first) == " ")
        ):
            first -= 1
        governed = first > 0 and prose.forms[first - 1] in rules.prepositions
        is_unknown = article - first == 1 and prose.forms[first] not in self._names
        if governed or is_unknown:
            return ()  # "[Meanwhile], the broker, which ..."
        return prose.forms[first:article]


def _named_behind(prose: Prose, noun: int) -> Sequence[str]:
    """The words of the name right behind a noun, or between commas behind it."""
    first = last = noun + 1
    while (
        last < min(len(prose.words), first + NAMED)
        and _is_capital(prose, last)
        and (last == first or prose.gap(last) == " ")
    ):
        last += 1
    gap, closed = (
        prose.text_between(noun, first),
        prose.content.startswith(",", prose.ends[last - 1]),
    )
    return prose.forms[first:last] if gap == " " or (gap == COMMA and closed) else ()


def _is_capital(prose: Prose, place: int) -> bool:
    """Whether a word may be of a name: it has a capital and is not small, as is "Monday"."""
    return prose.words[place][0].isupper() and prose.forms[place] not in prose.rules.small


def _is_pair(prose: Prose, place: int) -> bool:
    """Whether a word and the one before may be of one name: "[Kestrel Mobile]"."""
    near = prose.gap(place) == " "
    return near and _is_capital(prose, place - 1) and _is_capital(prose, place)


def _is_listed(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a name that a list has is among the words `first` to `last` (exclusive)."""
    return any(one.first < last and first < one.last for one in sentence.names)


def _before_aside(sentence: Sentence, verb: int) -> int:
    """Where a sentence's first words end, if only an aside parts them from a verb."""
    prose = sentence.prose
    places = range(max(sentence.first + 1, verb - APART), min(verb, sentence.first + NAMED + 2))
    parted = (place for place in places if prose.gap(place) == COMMA)
    last = next(parted, verb)
    aside = prose.text_between(last - 1, verb)
    if (
        aside.endswith(COMMA)
        and not CLAUSE_MARK.search(aside)
        and sentence.begins.isdisjoint(range(last, verb))
    ):
        return last
    return sentence.first
