"""Choose between several extracted texts of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from core.words import words

SHORT_WORDS = 40
"""A text of fewer words is in doubt: the extractor may have missed the article."""

LONGER = 2
"""If another text is this many times as long as a short one, the short one missed the article.

A really short article is less than twice as long with what surrounds it on its page.
"""

LABEL_LETTERS = 20
"""Lines of fewer letters on average are labels: menus, archives, tags.

Of 181 article pages, one is below it (8 letters a line); the others have 44 and more.
"""


def first_text(texts: Iterable[str]) -> str:
    """The first text that may well be an article; texts after it are not computed.

    A short one gives way to one that is much longer, and labels to any text. If all are short, the
    first short one is taken; if all are labels, the first of these; else it is empty.
    """
    short = labels = ""
    for text in texts:
        if are_labels(text):
            labels = labels or text
        elif is_text(text) and len(words(text)) >= LONGER * len(words(short)):
            return text
        else:
            short = short or text
    return short or labels


def is_text(text: str) -> bool:
    """Whether it may well be an article: it is not short, and its lines are not labels."""
    return not are_labels(text) and len(words(text)) >= SHORT_WORDS


def are_labels(text: str) -> bool:
    """Whether a text is a list of short lines rather than sentences, or empty."""
    lines = text.split("\n")
    return len(text) < LABEL_LETTERS * len(lines)


def medoid(texts: Sequence[str]) -> str:
    """The text that has the most words in common with all the others; the first of equals."""
    bags = [Counter(words(text)) for text in texts]
    agreed = [sum(_agreement(bag, other) for other in bags) for bag in bags]
    return texts[agreed.index(max(agreed))]


def _agreement(some: Counter[str], others: Counter[str]) -> float:
    """The F1 of two texts as bags of words."""
    total = some.total() + others.total()
    return 2 * (some & others).total() / total if total else 0.0
