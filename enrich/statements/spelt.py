"""Names that no list has, as an article spells them."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from enrich.statements.behind import is_quoted
from enrich.statements.prose import CLAUSE_MARK, COMMA, Prose
from enrich.statements.sentences import APART, NAMED, Name, Sentence
from enrich.words import Words

_WITHIN = frozenset(("da", "de", "del", "della", "der", "di", "do", "van", "von"))
"""Small words within names."""


class Spelt:
    """The names in an article that only its text's spelling shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def before(self, sentence: Sentence, verb: int) -> Name | None:
        """The name right before a verb, or before an aside: "Bringello, of Leeds, denies"."""
        prose = sentence.prose
        last = verb if prose.joined(verb) else _before_aside(sentence, verb)
        first = last
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
        if of_more and prose.forms[place] in _WITHIN and prose.joined(place):
            place -= 1
        return prose.forms[place] in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        """Capitalised words that follow a lower-case one, and are never in lower case
        themselves."""
        words = Words(self._text).tokens
        return frozenset(
            after.form
            for before, after in pairwise(words)
            if after.word[0].isupper()
            and before.word.islower()
            and self._text[before.end : after.start] == " "
        ).difference(word.word for word in words if word.word.islower())


def _is_listed(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a name that a list has is among the words `first` to `last` (exclusive)."""
    return any(one.first < last and first < one.last for one in sentence.names)


def _before_aside(sentence: Sentence, verb: int) -> int:
    """Where a sentence's first words end, if only an aside parts them from a verb."""
    prose = sentence.prose
    places = range(max(sentence.first + 1, verb - APART), min(verb, sentence.first + NAMED + 2))
    parted = (place for place in places if prose.between(place - 1, place) == COMMA)
    last = next(parted, verb)
    aside = prose.between(last - 1, verb)
    if (
        aside.endswith(COMMA)
        and not CLAUSE_MARK.search(aside)
        and sentence.begins.isdisjoint(range(last, verb))
    ):
        return last
    return sentence.first
