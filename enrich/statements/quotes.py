"""What stands in quotation marks, and who said it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from enrich.statements.prose import QUOTATION_MARK, Prose
from enrich.statements.sentences import Sentence

_QUOTED = re.compile(
    r"(?:[.!?,\u2026][ \u00a0\u202f]?[\"\u201d\u00bb]|[\"\u201d\u00bb],) (?=[^\W\d_])"
)
"""The end of a quotation, with a mark, that the sentence goes on after."""

_AUXILIARIES = frozenset(("a", "ha", "s'est", "se", "si"))

_OPENED = re.compile(
    '(?:(?:\\A|[,:.!?\u2026"\u201d\u00ab\u00bb]\\s|\n)'
    '(?:["\u2018\u201c\u201d\u201e\u00ab][ \u00a0\u202f]?|\u00bb)|: )\\Z'
)
"""What stands before all that somebody said: '"[Nonsense],"', "Ministry: [nonsense]"."""
_WIDEST_OPENED = 4

_OVER = re.compile('[.,!?\u2026]?[ \u00a0\u202f]?["\u2019\u201c\u201d\u00ab\u00bb]|[.!?\u2026]|\\Z')
"""What stands behind it."""

_ENDED = re.compile('[.,;:!?\u2026"\u201d]|[ \u00a0\u202f]\u00bb|\\Z')
"""What ends a clause."""


def is_all_said(prose: Prose, first: int, last: int) -> bool:
    """Whether a phrase is all that was said: '"[We did not]," she said', "[says he did not]"."""
    content, start, end = prose.content, prose.starts[first], prose.ends[last - 1]
    if _OPENED.search(content, max(0, start - _WIDEST_OPENED), start):
        return _OVER.match(content, end) is not None
    is_reported = not prose.rules.pronouns.isdisjoint(prose.forms[first + 1 : last])
    return is_reported and _ENDED.match(content, end) is not None


def teller(sentence: Sentence) -> Sentence:
    """The sentence that tells who said it: the one behind, if a quotation ends there, as in
    '"[We never read them.] We never will," the minister said', or the one before, if a quotation
    goes on after it: '"We welcome it," the minister said. "[We never read them]."'."""
    prose, before, after = sentence.prose, sentence.before, sentence.after
    start = prose.starts[sentence.first] - 1
    if "say" in sentence.verbs or start < 0 or not QUOTATION_MARK.match(prose.content, start):
        return sentence
    if after is not None:
        behind = prose.starts[after.first]
        told = prose.content[start + 1 : behind]
        if not QUOTATION_MARK.search(told) and QUOTATION_MARK.search(
            prose.content, behind, prose.ends[after.last - 1]
        ):
            return after
    if before is not None and QUOTATION_MARK.search(
        prose.content, prose.starts[before.first], start
    ):
        return before
    return sentence


def verbs_behind(prose: Prose) -> Iterator[int]:
    """The verbs between a quotation and who said it: "« Jamais », [tempête] le ministre"."""
    if prose.rules.modifiers:
        return
    for match in _QUOTED.finditer(prose.content):
        place = bisect_left(prose.starts, match.end())
        if prose.form_at(place) in _AUXILIARIES:
            place += 1
        if (
            prose.form_at(place) not in prose.rules.small
            and _has_article(prose, place + 1)
            and prose.words[place].islower()
            and prose.joined(place + 1)
        ):
            yield place


def _has_article(prose: Prose, place: int) -> bool:
    """Whether a noun with its article begins here, also elided: "[le] ministre", "[l']élu"."""
    form = prose.form_at(place)
    own = prose.rules.determiners - prose.rules.links
    followed = place + 1 < len(prose.words) and prose.joined(place + 1)
    return form.startswith("l'") or (form in own and followed)
