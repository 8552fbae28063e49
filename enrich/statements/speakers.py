"""How an article names a speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from core.records import Mention, MentionKind
from enrich.statements.offices import beginning_behind
from enrich.statements.prose import Prose
from enrich.statements.sentences import Name

_ELIDED = re.compile(r"(?i)(?:l|d|all|dall|dell|nell|sull|un)['\u2019](?=\w)")
_APPOSED = frozenset((",", ".", ";", ""))
"""What may follow the person named after an office."""

_TITLED = re.compile(r", (?:(?:Det|Lt|Maj)\.? )?(?:[A-Z][a-z]{1,20}\.? )?\Z")
"""What may stand before that person: a comma, and a title or two, "Lt. Col."."""
_WIDEST_TITLED = 30

_INITIALS = re.compile(r"(?<=\b[A-Z])(?:\.[A-Za-z]){1,3}\b")
"""How a firm's name goes on behind the letter that its words end with: "Nexa S[.A].", "Nexa
S[.p.A]."."""

_HOUR = re.compile(r"\d\d?[:.]\d\d ")
"""What opens an entry of a live blog: "15:10 Commissioner Prado concedes"."""


class Speakers:
    """The speakers in a text, and the people mentioned beside them."""

    def __init__(self, prose: Prose, mentions: Sequence[Mention]) -> None:
        self._prose = prose
        self._mentions = mentions

    def called(self, name: Name) -> str:
        """A name as the article has it, on one line; for an office, with the person who holds it if
        named next or before: "the agency's director, Ana Prado", "Ana Prado, its director"."""
        prose, first = self._prose, name.first
        if prose.forms[first] in prose.rules.determiners and first + 1 < name.last:
            first += 1
        end = prose.ends[name.last - 1]
        if name.roles != {"person"}:
            end = self._holders.get(end, end)
        if letters := _INITIALS.match(prose.content, end):
            end = letters.end()
        bearer = self._bearer(name)
        start = prose.starts[first] if bearer is None else bearer
        # A name begins no later than with the minutes, as with any number.
        hours = (_HOUR.match(prose.content, max(start - back, 0), end) for back in (3, 2, 0))
        start = next((hour.end() for hour in hours if hour), start)
        whole = prose.content[start:end]
        leaning = _ELIDED.match(whole)
        return " ".join(whole[leaning.end() if leaning else 0 :].split())

    def _bearer(self, office: Name) -> int | None:
        """Where the person begins who is said to hold an office right behind the name."""
        behind = beginning_behind(self._prose, office)
        return None if behind is None else self._people.get(self._prose.ends[behind - 1])

    @cached_property
    def _people(self) -> dict[int, int]:
        """Where people's names begin, keyed by where they end."""
        people = (one for one in self._mentions if one.kind is MentionKind.PERSON)
        return {one.end: one.start for one in people}

    @cached_property
    def _holders(self) -> dict[int, int]:
        """Where people named between commas end, keyed by where what precedes the comma ends."""
        content = self._prose.content
        commas = (
            (_TITLED.search(content, max(start - _WIDEST_TITLED, 0), start), end)
            for end, start in self._people.items()
        )
        return {
            comma.start(): end
            for comma, end in commas
            if comma and content[end : end + 1] in _APPOSED
        }
