"""The words of a title or a text, as statements are read: their forms, and what joins them."""

from __future__ import annotations

import re

from enrich.statements.rules import Rules
from enrich.words import Words, without_addresses

_SHORTENED = frozenset(
    (
        *("Adm", "Capt", "Col", "Det", "Gen", "Gov", "Lt", "Maj", "Prof", "Rep", "Rev", "Sen"),
        *("Sgt", "Aug", "Dec", "Feb", "Jan", "Nov", "Oct", "Sep", "Sept", "FT", "MT", "ST"),
    )
)
"""These end no sentence before a name or a number: "Sen. Ana Prado", "Jan. 6", "ST. PAUL"."""

_OF_FIRMS = frozenset(("Bros", "Corp", "Inc", "Ltd"))
"""These end none before a number or a word without a capital: "paid Lantern Inc. $48,000"."""

_WITHIN_NAME = re.compile(r"[ \u00a0\-\u2010\u2011]|\. ?|['\u2019]s? ")


class _Prose(Words):
    """Words split for reading sentences: none from addresses, and "Sen. Prado" not split."""

    def __init__(self, text: str) -> None:
        super().__init__(without_addresses(text))

    def _is_abbreviation(self, place: int, end: re.Match[str]) -> bool:
        word = self.words[place]
        shortened = word in _SHORTENED or (
            word in _OF_FIRMS and not self.words[place + 1][0].isupper()
        )
        return (shortened and end[0] == ". ") or super()._is_abbreviation(place, end)


class WordReader:
    """Reads the words of an article's title or text."""

    def __init__(self, rules: Rules, content: str) -> None:
        self._rules = rules
        self._content = content
        self._split = _Prose(content)
        self._words = self._split.tokens

    def _form(self, place: int) -> str:
        return self._words[place].form

    def _form_at(self, place: int) -> str:
        return self._form(place) if place < len(self._words) else ""

    def _bare(self, place: int) -> str:
        """The form of a word without an elided article: "l'homme"."""
        return self._form(place).rpartition("'")[2]

    def _between(self, one: int, other: int) -> str:
        """What stands between two words, and so includes the words between."""
        return self._content[self._words[one].end : self._words[other].start]

    def _joined(self, place: int) -> bool:
        """Whether little more than a space stands between a word and the one before."""
        return place > 0 and _WITHIN_NAME.fullmatch(self._between(place - 1, place)) is not None

    def _is_link(self, place: int) -> bool:
        return self._form(place) in self._rules.links or self._is_leaning(place)

    def _is_leaning(self, place: int) -> bool:
        starts = self._rules.link_starts
        return bool(starts) and self._form(place).startswith(starts)

    def _is_small(self, place: int) -> bool:
        """Whether a word ends what follows a link: "chief of police [before] the vote"."""
        return self._is_link(place) or self._form(place) in self._rules.prepositions

    def _is_stray(self, place: int) -> bool:
        """Whether a word is the "s" of a detached genitive: "Norland \u2019s senate"."""
        start = self._words[place].start
        return self._form(place) == "s" and self._content[start - 1 : start] in ("'", "\u2019")
