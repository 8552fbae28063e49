"""Sentences that may be statements, with their verbs, and with the names that may be subjects."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from enrich.statements.prose import Prose
from enrich.statements.rules import Role, Verb

APART = 14
"""Maximum words between a subject and its verb."""

NAMED = 4
"""Maximum words of a name that is known only from the article's spelling."""

_OPENED = re.compile(r",| --? | [\u2013\u2014] ")
"""What a clause begins behind."""

_UNSEEN = frozenset(
    (
        *("untrue", "unaware", "deny_flat", "confirm_flat", "penalty", "headline_case", "poll"),
        *("rule_by", "vote_by", "colon"),
    )
)
"""Senses whose phrases do not begin with a verb of their own. What flat ones say, some of which
begin with an auxiliary, is also found as "deny" or "confirm"."""

_SAID = ("say", "comment", "confirm", "deny")
"""Senses by which somebody says something, or stays silent."""


@dataclass(slots=True)
class Name:
    """Somebody who may speak, as the words `first` to `last` (exclusive) of a text, by the noun of
    an office or not."""

    first: int
    last: int
    roles: set[Role]
    is_office: bool = False


class Sentence:
    """Words `first` to `last` (exclusive) of a text, with the verbs and the names among them.

    `verbs` are where they are, by sense; `begins` holds the words that they begin with. `names` are
    in order, without overlaps. `before` and `after` are the sentences right before and behind, if
    they have verbs, too.
    """

    def __init__(self, prose: Prose, first: int, last: int, verbs: Iterable[Verb]) -> None:
        self.prose = prose
        self.first = first
        self.last = last
        self.names: list[Name] = []
        self.before: Sentence | None = None
        self.after: Sentence | None = None
        self.verbs: dict[str, list[tuple[int, int]]] = {}
        for sense, begin, end in verbs:
            self.verbs.setdefault(sense, []).append((begin, end))
        self._senses = {(sense, begin) for sense in self.verbs for begin, _ in self.verbs[sense]}
        self.begins = {begin for sense, begin in self._senses if sense not in _UNSEEN}
        self._said = sorted(span for sense in _SAID for span in self.verbs.get(sense, ()))

    def has(self, sense: str, verb: int) -> bool:
        """Whether the verb that begins with a word has a sense."""
        return (sense, verb) in self._senses

    def is_answer(self, verb: int) -> bool:
        """Whether a verb denies or confirms."""
        return self.has("deny", verb) or self.has("confirm", verb)

    def last_word(self, place: int) -> tuple[int, int] | None:
        """The last verb that ends before a word and by which somebody says something or stays
        silent."""
        for number in range(bisect_left(self._said, (place,)) - 1, -1, -1):
            first, last = self._said[number]
            if last <= place:
                return first, last
        return None

    def names_before(self, verb: int) -> list[Name]:
        """The names that stand before a verb, near enough to be its subject."""
        first = bisect_left(self.names, verb - APART, key=attrgetter("last"))
        return self.names[first : bisect_right(self.names, verb, key=attrgetter("last"))]

    def name_until(self, place: int) -> Name | None:
        """The name that ends right before a word."""
        return next((name for name in self.names_before(place) if name.last == place), None)

    def names_from(self, first: int, last: int) -> list[Name]:
        """The names that start at one of the words `first` to `last` (exclusive)."""
        start = bisect_left(self.names, first, key=attrgetter("first"))
        return self.names[start : bisect_left(self.names, last, key=attrgetter("first"))]

    def beginning(self, verb: int) -> int:
        """Where a verb begins, including the small words before it: "[has also] denied"."""
        prose, place = self.prose, verb
        while (
            place > self.first
            and prose.joined(place)
            and prose.forms[place - 1] in prose.rules.between
        ):
            place -= 1
        return place

    def opens(self, place: int) -> bool:
        """Whether a word begins its sentence or a clause of it, but for an article or owner; as
        behind a dateline: "LEEDS (AP) -- [Bringello]"."""
        prose, rules = self.prose, self.prose.rules
        if place > self.first and (
            prose.forms[place - 1] in rules.determiners
            or (prose.joined(place) and prose.is_possessive(place - 1))
        ):
            place -= 1
        begins = place == self.first or _OPENED.match(prose.gap(place)) is not None
        return begins or prose.forms[place - 1] in rules.joins

    def ends_name(self, place: int) -> bool:
        """Whether no name goes on with a word: it is a verb, a pronoun or the like."""
        form, rules = self.prose.forms[place], self.prose.rules
        return place in self.begins or form in rules.stops or form in rules.pronouns
