"""The words of a title or a text, as statements are read: their forms, and what joins them."""

from __future__ import annotations

import re

from core.records import TextField
from enrich.statements.rules import Rules
from enrich.words import OF_FIRMS, Words, without_addresses

COMMA = ", "

QUOTATION_MARK = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')

CLAUSE_MARK = re.compile('["\u201c\u201d\u201e\u00ab\u00bb:;]| --? | [\u2013\u2014] ')
"""What no clause goes on after."""

_SHORT_QUOTE = re.compile(
    r"(?<= )[\"\u201c\u201e\u201d\u00ab\u00bb]"
    r"[^\"\u201c\u201d\u201e\u00ab\u00bb.,:;!?]{1,60}"
    r"[\"\u201c\u201d\u00ab\u00bb](?=[ ,])"
)
"""Some words of somebody's within a clause: 'said it was "saddened" and denied it'."""

_SHORTENED = frozenset(
    (
        *("Adm", "Capt", "Col", "Det", "Gen", "Gov", "Lt", "Maj", "Prof", "Rep", "Rev", "Sen"),
        *("Sgt", "Dra", "Mlle", "Mme", "Sra", "Mio", "Mrd", "FT", "MT", "ST"),
        *("Aug", "Dec", "Feb", "Jan", "Nov", "Oct", "Sep", "Sept"),
        *("Ala", "Ariz", "Ark", "Calif", "Colo", "Conn", "Fla", "Ill", "Ind", "Kan", "Mass"),
        *("Mich", "Minn", "Miss", "Mont", "Neb", "Nev", "Okla", "Penn", "Tenn", "Tex", "Wash"),
        *("Wis", "Wyo"),
    )
)
"""These end no sentence before a name or a number: "Sen. Ana Prado", "Jan. 6", "ST. PAUL", "200
Mio. Euro", "Calif. Attorney General"."""

_WITHIN_NAME = re.compile(r"[ \u00a0\-\u2010\u2011]|\. ?|['\u2019]s? ")
_POSSESSIVE = ("'s", "\u2019s")


def without_quotes(text: str) -> str:
    """What stands between two words, without the quotations after which a clause goes on."""
    return _SHORT_QUOTE.sub("", text)


class Prose(Words):
    """The title or the text of an article, and what its language's rules say of its words, of which
    addresses have none.

    A place is a word's index: `forms[3]` is the form of the fourth.
    """

    def __init__(self, rules: Rules, field: TextField, content: str) -> None:
        super().__init__(without_addresses(content))
        self.rules = rules
        self.field = field
        self.content = content

    def _is_abbreviation(self, place: int, end: re.Match[str]) -> bool:
        """The same for "Sen. Prado", and for what goes on in small letters behind a mark of
        omission: "has resigned… which was accepted". Only in German, which has ordinals and
        capitals for all nouns, does "by 9 votes to 4. Police" go on."""
        word = self.words[place]
        if end[0][0] == "\u2026" and "\n" not in end[0] and self.words[place + 1][0].islower():
            return True
        if word.isdigit() and not self.rules.capitals and self.words[place + 1][0].isupper():
            return False
        shortened = word in _SHORTENED or (
            word in OF_FIRMS and not self.words[place + 1][0].isupper()
        )
        return (shortened and end[0] == ". ") or super()._is_abbreviation(place, end)

    def form_at(self, place: int) -> str:
        """The form of a word; "" behind the last one."""
        return self.forms[place] if place < len(self.forms) else ""

    def text_between(self, one: int, other: int) -> str:
        """What stands between two words, and so includes the words between."""
        return self.content[self.ends[one] : self.starts[other]]

    def gap(self, place: int) -> str:
        """What stands between a word and the one before it."""
        return self.text_between(place - 1, place)

    def joined(self, place: int) -> bool:
        """Whether little more than a space stands between a word and the one before."""
        return place > 0 and _WITHIN_NAME.fullmatch(self.gap(place)) is not None

    def is_link(self, place: int) -> bool:
        """Whether a name may go on behind a word: "chief [of] police"."""
        return self.forms[place] in self.rules.links or self.is_leaning(place)

    def is_leaning(self, place: int) -> bool:
        """Whether a link is one word with what follows: "ministre [d']État"."""
        return self.forms[place].startswith(self.rules.link_starts)

    def is_possessive(self, place: int) -> bool:
        """Whether a word is a possessive: "the [ministry's] lawyer"."""
        return self.words[place].endswith(_POSSESSIVE)

    def is_stray(self, place: int) -> bool:
        """Whether a word is the "s" of a detached genitive: "Norland \u2019s senate"."""
        start = self.starts[place]
        return self.forms[place] == "s" and self.content[start - 1 : start] in ("'", "\u2019")

    def has_conjunction(self, first: int, last: int) -> bool:
        """Whether a clause begins at one of the words `first` to `last` (exclusive)."""
        return any(self.forms[place] in self.rules.conjunctions for place in range(first, last))
