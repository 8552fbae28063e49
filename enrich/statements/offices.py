"""Who holds an office, and in what: a ministry, or an association that has no say."""

from __future__ import annotations

from collections.abc import Sequence

from enrich.spans import Spans
from enrich.statements.prose import COMMA, Prose
from enrich.statements.rules import LISTED, ROLES, Head
from enrich.statements.sentences import Name, Sentence

_AT = 6
"""How many words behind a name may say where its office is: "director of security [at the EFF]"."""

_CLOSING = frozenset((",", ".", ";", ":", ")", '"', "\u201d", "\u00bb", ""))
"""What may follow an office that stands behind the name of its holder."""


class Offices:
    """The nouns of offices that anybody may give, those of a state's posts, and the bodies of no
    state and no firm, in a text."""

    def __init__(
        self,
        office: Sequence[tuple[int, int]],
        post: Sequence[tuple[int, int]],
        civil: Sequence[tuple[int, int]],
    ) -> None:
        self._all = Spans([*office, *post])
        self._of_anybody = Spans(office)
        self._civil = Spans(civil)

    def settle(self, sentence: Sentence, name: Name, heads: Sequence[Head]) -> None:
        """Tell whether a name is that of an office. One in a body of no state and no firm makes no
        official: "the [association's president]", a "[police union]". Any other head of it that
        has a say is whose office it is, or a post: "the [charity commissioner]"."""
        listed = [head for head in heads if head[0] in LISTED]
        prose, places = sentence.prose, range(name.first, name.last)
        link = next((place for place in places if prose.is_link(place)), name.last)
        name.is_office = any(
            first < link and self._all.over(first, last) for _, first, last in listed
        )
        if not name.roles & set(ROLES) or not self._civil.over(name.first, _end(sentence, name)):
            return
        own = [head[1:] for head in listed if head[0] in ROLES and not self._civil.over(*head[1:])]
        if all(self._of_anybody.over(*head) for head in own):
            name.roles = name.roles.difference(ROLES) | {"denier"}


def office_behind(sentence: Sentence, name: Name) -> Name | None:
    """The office that is said of a person behind a comma, with the roles of both: "said Ana Prado,
    [a spokeswoman]"."""
    if name.roles != {"person"}:
        return None
    prose = sentence.prose
    office = next(iter(sentence.names_from(name.last, name.last + 2)), None)
    if office is None or beginning_behind(prose, office) != name.last:
        return None
    return Name(office.first, office.last, office.roles | name.roles, office.is_office)


def beginning_behind(prose: Prose, office: Name) -> int | None:
    """Where the words begin that say somebody's office, if they stand between commas; None if they
    do not."""
    first, end = office.first, prose.ends[office.last - 1]
    if not office.is_office or prose.content[end : end + 1] not in _CLOSING:
        return None
    if first > 0 and prose.joined(first) and prose.forms[first - 1] in prose.rules.determiners:
        first -= 1
    return first if first > 0 and prose.gap(first) == COMMA else None


def _end(sentence: Sentence, name: Name) -> int:
    """Where a name ends with what says where its office is."""
    prose, end = sentence.prose, name.last
    if end >= sentence.last or prose.forms[end] != "at" or not prose.joined(end):
        return end
    stop = min(sentence.last, end + _AT)
    while end < stop and prose.joined(end) and end not in sentence.begins:
        end += 1
    return end
