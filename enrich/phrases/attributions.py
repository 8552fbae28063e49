"""Clauses that are no reason by themselves: who says so, of whom or where it is told, that nobody
would comment."""

from __future__ import annotations

from enrich.phrases.content import NAME_REACH, is_content_form, is_name
from enrich.phrases.cuts import begins_part, begins_sentence, has_mark
from enrich.phrases.links import gap
from enrich.phrases.phrasing_words import (
    AUXILIARIES,
    CLAUSES,
    CLAUSES_ABROAD,
    DETERMINING,
    LEADING,
    REFUSALS_TO_COMMENT,
    RELATIVE_GERMAN,
    SAID,
    SAYING,
    SETTING,
    TIMES,
    TOLD_BY,
    TOLD_BY_ABROAD,
)
from enrich.words import Words

MIN_CLAUSE = 2
"""Minimum words of a clause between commas and similar marks."""

MAX_ATTRIBUTION = 8
"""Longer clauses are never dropped as mere attribution."""

MAX_SETTING = 12
"""Maximum words of a clause that only says where it happened."""

MAX_SUBJECT = 4
"""Maximum words of a clause that only names an office: "The company's chief executive"."""


def tells(words: Words, first: int, end: int) -> bool:
    """Whether a clause says enough to be shown as a reason."""
    forms = words.forms[first:end]
    if sum(map(is_content_form, forms)) < MIN_CLAUSE or is_refusal_to_comment(words, first, end):
        return False
    if all(form in TIMES or not is_content_form(form) for form in forms):
        return False
    if _is_setting(words, first, end) or _is_apposition(words, first, end):
        return False
    if forms[:2] == ["according", "to"]:
        return False
    if end - first > MAX_ATTRIBUTION:
        return True
    if _is_told(words, first, end):
        return False
    if forms[-1] in SAYING and words.forms[end : end + 1] and words.forms[end] in CLAUSES:
        return begins_sentence(words, end)  # "The office at first said", cut from what it said
    if not first or not has_mark(words, first):
        return True
    # Attribution after a comma: ", two reporters found", ", according to a suit".
    if forms[0] in TOLD_BY or (forms[0] in SAID and "that" not in forms):
        return False
    if forms[0] in TOLD_BY_ABROAD and forms[1] not in ("che", "que"):
        return False
    return forms[-1] not in SAYING or forms[0] in CLAUSES


def _is_setting(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says where, when or like what: "In a room in the city,"."""
    if end == len(words) or end - first > MAX_SETTING or words.forms[first] not in SETTING:
        return False
    if not CLAUSES.union(CLAUSES_ABROAD).isdisjoint(words.forms[first:end]):
        return False
    return begins_part(words, first) and gap(words, end) == ", "


def _is_apposition(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says whom the next one describes: "Ana Prado, [deputy of Vik,]"."""
    named = all(word[0].isupper() for word in words.words[first:end])
    if end - first != MIN_CLAUSE or not named or end == len(words):
        return False
    if words.forms[end] in RELATIVE_GERMAN:
        return False  # "Neue Kameras, die": all nouns have capitals there
    around = words.words[max(first - NAME_REACH, 0) : end + NAME_REACH]
    return gap(words, end) == ", " and any(word[0].islower() for word in around)


def _is_told(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says who told whom: ", researchers told a conference", "Its head told
    the hearing [that]"."""
    told = next((one for one in range(first + 1, end - 1) if words.forms[one] == "told"), None)
    if told is None or words.forms[told - 1] in AUXILIARIES:
        return False
    if words.forms[told + 1] in TIMES:
        return False
    if not CLAUSES.union(("to",)).isdisjoint(words.forms[told + 1 : end]):
        return False
    return has_mark(words, first) or "that" in words.forms[end : end + 1]


def only_names(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says of whom the next one tells: "Cllr Ana Prado (Lab)", "The service's
    director, Ana Prado,"."""
    small = [form for form in words.forms[first:end] if not is_content_form(form)]
    if is_name(words, first, end - 1) and all(form in LEADING or form.isdigit() for form in small):
        # The first capital may only begin a sentence: "Phones of Greeks".
        return not (
            small and end - first - len(small) <= MIN_CLAUSE and begins_sentence(words, first)
        )
    if end == len(words) or end - first > MAX_SUBJECT or words.forms[first] not in DETERMINING:
        return False
    return gap(words, end) == ", " and words.words[end][0].isupper()


def is_refusal_to_comment(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says that somebody would not comment, as most stories do."""
    clause = " ".join(words.forms[first:end])
    return any(refusal in clause for refusal in REFUSALS_TO_COMMENT)
