"""Which words carry meaning, and which are names."""

from __future__ import annotations

from enrich.phrases.phrasing_words import STOP_WORDS
from enrich.words import Words

NAME_REACH = 8
"""How many words on either side of a phrase show whether capitals mark names there."""


def is_content_form(form: str) -> bool:
    """Whether a word of this form can be a reason for a reader."""
    return form not in STOP_WORDS and len(form) >= 3 and not form.isdigit()


def has_capital(words: Words, place: int) -> bool:
    """Whether a word begins with a capital."""
    return words.words[place][0].isupper()


def is_name(words: Words, first: int, last: int) -> bool:
    """Whether some words are nothing but a name: "Bits of Freedom"."""
    content = [one for one in range(first, last + 1) if is_content_form(words.forms[one])]
    named = all(has_capital(words, one) for one in content)
    return len(content) > 1 and named and has_small_words(words, first, last)


def has_small_words(words: Words, first: int, last: int) -> bool:
    """Whether a content word near a phrase is in lower case: where all have capitals, as in some
    headlines, capitals do not mark names."""
    near = range(max(first - NAME_REACH, 0), min(last + NAME_REACH + 1, len(words)))
    return any(
        words.sentence(one) == words.sentence(last)
        and is_content_form(words.forms[one])
        and words.words[one][0].islower()
        for one in near
    )
