"""Whose spokesmen are no officials: associations, campaigns and the like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from enrich.spans import Spans
from enrich.statements.rules import ROLES, Head
from enrich.statements.sentences import Name, Sentence

_AT = 6
"""How many words behind a name may say where its office is: "director of security [at the EFF]"."""


class Civil:
    """The nouns of offices, and the bodies of no state and no firm, in a text."""

    def __init__(self, office: Iterable[tuple[int, int]], civil: Iterable[tuple[int, int]]) -> None:
        self._offices = Spans(office)
        self._bodies = Spans(civil)

    def settle(self, sentence: Sentence, name: Name, heads: Sequence[Head]) -> None:
        """Make a name that of no official, if it is one of an office in such a body: "the
        [association's president]". Any other head of it that has a say is whose office it is."""
        if not name.roles & set(ROLES) or not self._bodies.over(name.first, _end(sentence, name)):
            return
        own = [head[1:] for head in heads if head[0] in ROLES and not self._bodies.over(*head[1:])]
        if own and all(self._offices.over(*head) for head in own):
            name.roles = name.roles.difference(ROLES) | {"denier"}


def _end(sentence: Sentence, name: Name) -> int:
    """Where a name ends with what says where its office is."""
    prose, end = sentence.prose, name.last
    if end >= sentence.last or prose.forms[end] != "at" or not prose.joined(end):
        return end
    stop = min(sentence.last, end + _AT)
    while end < stop and prose.joined(end) and end not in sentence.begins:
        end += 1
    return end
