"""What outlets do to an agency's copy before they print it: cut it, add to it, rewrite it.

Seeded by the caller, so that the same copies are made each time. The tests and `bench.duplicates`
measure with them whether copies are recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Edit = Callable[[str, Random], str]
"""Edits a text whose paragraphs are lines. Some edits use no chance."""

CHANGED_WORDS = 0.1
LEAD_WORDS = 30

_AGENCIES = (
    "Tideline Wire",
    "Meridian Press",
    "Corrie News Agency",
    "Agence Passerelle",
)
_TOWNS = (
    "Ferring", "Lower Marl", "Saint-Aubrac", "Hollin Cross", "Grauhaven", "Vado", "Thornmere",
    "Quill Bay", "Ostrand", "Pell", "Anse Verte", "Moorgate", "Lindau Ferry", "Sarn", "Withy",
)  # fmt: skip
_WHO = (
    "residents", "teachers", "shopkeepers", "councillors", "farmers", "commuters", "pensioners",
    "students", "nurses", "ferry crews", "librarians", "anglers", "drivers", "parents", "brewers",
)  # fmt: skip
_DID = (
    "met at the town hall", "signed a letter", "gathered in the rain", "asked for an answer",
    "wrote to their member", "put up notices", "spoke of little else", "held a vote",
    "called a meeting", "stayed at home", "rang this paper", "shrugged", "filled the market square",
)  # fmt: skip
_OTHER_WORDS = (
    "lately", "several", "reported", "large", "people", "began", "stated", "region", "further",
    "former", "during", "almost", "nearly", "claims", "officials", "week", "added", "group", "plan",
    "often", "known", "local", "public", "early", "later", "found", "clearly", "many", "made",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def cut(share: float) -> Edit:
    """Keeps this share of a text, from its beginning."""

    def edit(text: str, _: Random) -> str:
        words = len(text.split())
        return _first_words(text, max(round(words * share), 1))

    return edit


def whole(text: str, _: Random) -> str:
    """The text unchanged: only the headline differs."""
    return text


def agency_line(text: str, chance: Random) -> str:
    """Place and agency before the text, and its author after it."""
    agency, town = chance.choice(_AGENCIES), chance.choice(_TOWNS)
    number = chance.randint(100, 999)
    return (
        f"{town.upper()} ({agency}) - {text}\n"
        f"Reporting by our correspondents in {town}; edited at desk {number} of {agency}."
    )


def local_paragraph(text: str, chance: Random) -> str:
    """A paragraph on the outlet's own town, before the text, within it or after it."""
    own = " ".join(
        f"In {chance.choice(_TOWNS)} {chance.randint(12, 990)} {chance.choice(_WHO)} "
        f"{chance.choice(_DID)} on day {chance.randint(2, 364)}, as the {chance.choice(_WHO)} of "
        f"{chance.choice(_TOWNS)} {chance.choice(_DID)}."
        for _ in range(chance.randint(1, 2))
    )
    paragraphs = text.split("\n")
    paragraphs.insert(chance.randint(0, len(paragraphs)), own)
    return "\n".join(paragraphs)


def other_words(text: str, chance: Random) -> str:
    """One word in ten is replaced."""
    pieces = re.split(r"(\s+)", text)
    places = [place for place, piece in enumerate(pieces) if piece and not piece.isspace()]
    for place in chance.sample(places, round(CHANGED_WORDS * len(places))):
        pieces[place] = chance.choice(_OTHER_WORDS)
    return "".join(pieces)


def other_lead(text: str, chance: Random) -> str:
    """The first sentence, or its first thirty words, is rewritten: its longer words in another
    order, with others between."""
    first = min(_SENTENCE.split(text, maxsplit=1)[0], _first_words(text, LEAD_WORDS), key=len)
    kept = [word for word in first.split() if len(word) > 3]
    chance.shuffle(kept)
    lead = " ".join(f"{word} {chance.choice(_OTHER_WORDS)}" for word in kept)
    return f"{lead.capitalize()}.\n{text[len(first) :].lstrip()}"


def together(*edits: Edit) -> Edit:
    """Several edits, one after the other."""

    def edit(text: str, chance: Random) -> str:
        for one in edits:
            text = one(text, chance)
        return text

    return edit


EDITS: dict[str, Edit] = {
    "another headline": whole,
    "cut to 60 %": cut(0.6),
    "cut to 30 %": cut(0.3),
    "agency line": agency_line,
    "local paragraph": local_paragraph,
    "10 % of words": other_words,
    "lead rewritten": other_lead,
    "cut, agency line": together(cut(0.6), agency_line),
    "cut, local paragraph": together(cut(0.6), local_paragraph),
    "lead, local paragraph": together(other_lead, local_paragraph),
    "words, agency line": together(other_words, agency_line),
}
"""Every way of editing, by name."""


def quoting(text: str, quoted: str, chance: Random) -> str:
    """A longer piece that is not a copy: it quotes another text in its middle."""
    paragraphs = text.split("\n")
    middle = max(len(paragraphs) // 2, 1)
    paragraphs[middle:middle] = [f"As {chance.choice(_AGENCIES)} had it: “{quoted}”"]
    return "\n".join(paragraphs)


def excerpt(text: str, words: int, chance: Random) -> str:
    """This many words from within a text."""
    found = text.split()
    start = chance.randint(0, max(len(found) - words, 0))
    return " ".join(found[start : start + words])


def _first_words(text: str, number: int) -> str:
    """The first words of a text, in their paragraphs."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return text[: ends[number - 1]] if len(ends) > number else text
