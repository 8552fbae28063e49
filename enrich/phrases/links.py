"""How closely a word stands to the next: by a hyphen, by a space, in one sentence."""

from __future__ import annotations

from enrich.phrases.content import is_content_form
from enrich.phrases.quotations import QUOTE_REACH, QUOTES, marks
from enrich.words import Words

_HYPHENS = frozenset("-\u2010\u2011")
_APOSTROPHES = frozenset("'\u2019")
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def gap(words: Words, place: int) -> str:
    """What stands between a word and the one before it."""
    return words.between(words.ends[place - 1], words.starts[place])


def joins(words: Words, place: int) -> bool:
    """Whether only a hyphen stands between a word and the next."""
    return gap(words, place + 1) in _HYPHENS


def is_followed(words: Words, place: int) -> bool:
    """Whether the next word follows directly, within the sentence."""
    if place + 1 == len(words) or words.sentence(place) != words.sentence(place + 1):
        return False
    return _is_space(gap(words, place + 1)) or is_possessive(words, place)


def _is_space(between: str) -> bool:
    """Whether only one space stands between two words: blanked-out markup and addresses leave more,
    and a line break may begin another paragraph."""
    return len(between) == 1 and between.isspace() and between not in _LINE_ENDS


def is_possessive(words: Words, place: int) -> bool:
    """Whether a word is a possessive with what is possessed after it: "agency's", "users' "."""
    word = words.words[place]
    if word.endswith(("'s", "\u2019s")):
        return is_content_form(words.forms[place])
    if place + 1 == len(words) or not word.endswith("s"):
        return False
    between = gap(words, place + 1)
    if between[:1] not in _APOSTROPHES or not _is_space(between[1:]):
        return False
    # Otherwise the apostrophe ends a quotation.
    mark = between[0]
    opening = next(one for one, other in QUOTES.items() if other == mark)
    end = words.ends[place]
    since = max(end - QUOTE_REACH, 0)
    opened = marks(words, opening, since, end, opens=True)
    return opened <= marks(words, mark, since, end, opens=False)
