"""Names that no list has, as an article spells them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from core.records import Mention
from enrich.statements.rules import Rules
from enrich.statements.sentences import APART, COMMA, NAMED, Name, Sentence
from enrich.statements.subjects import CLAUSE_MARK, SubjectReader
from enrich.words import Words

_WITHIN = frozenset(("da", "de", "del", "della", "der", "di", "do", "van", "von"))
"""Small words within names."""


class Spelt:
    """The names in a text that only its spelling shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def names(self) -> frozenset[str]:
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


class SpeltReader(SubjectReader):
    """Reads the sentences of an article's title or text, and also finds such names."""

    def __init__(
        self, rules: Rules, content: str, mentions: Sequence[Mention], spelt: Spelt
    ) -> None:
        super().__init__(rules, content, mentions)
        self._spelt = spelt

    def _spelt_name(self, sentence: Sentence, verb: int) -> Name | None:
        """The name right before a verb, or before an aside: "Bringello, of Leeds, denies"."""
        last = verb if self._joined(verb) else self._before_aside(sentence, verb)
        first = last
        while (
            not self._rules.capitals
            and first > sentence.first
            and (first == last or self._joined(first))
            and not self._ends(first - 1)
            and self._is_spelt(first - 1, of_more=first < last)
        ):
            first -= 1
        name = Name(first, last, {"official"})
        if not 0 < last - first <= NAMED or self._is_possessive(name):
            return None
        if any(one.first < last and first < one.last for one in sentence.names):
            return None
        return name if self._opens(sentence, first) else None

    def _is_spelt(self, place: int, *, of_more: bool) -> bool:
        """Whether a word is a name's, or one within it: "Aceites [del] Norte"."""
        if of_more and self._form(place) in _WITHIN and self._joined(place):
            place -= 1
        return self._form(place) in self._spelt.names

    def _before_aside(self, sentence: Sentence, verb: int) -> int:
        """Where a sentence's first words end, if only an aside parts them from a verb."""
        places = range(max(sentence.first + 1, verb - APART), min(verb, sentence.first + NAMED + 2))
        parted = (place for place in places if self._between(place - 1, place) == COMMA)
        last = next(parted, verb)
        aside = self._between(last - 1, verb)
        if (
            aside.endswith(COMMA)
            and not CLAUSE_MARK.search(aside)
            and self._verbs.isdisjoint(range(last, verb))
        ):
            return last
        return sentence.first

    def _spelt_behind(self, sentence: Sentence, verb: int) -> Name | None:
        """The same, right behind a verb that follows a quotation: "« Faux », écrit Quaillard"."""
        if not self._is_quoted(sentence, verb):
            return None
        last, stop = verb + 1, min(sentence.last, verb + 1 + NAMED)
        while last < stop and self._joined(last) and self._form(last) in self._spelt.names:
            last += 1
        taken = any(verb < one.last and one.first < last for one in sentence.names)
        return None if last == verb + 1 or taken else Name(verb + 1, last, {"official"})
