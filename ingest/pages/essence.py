"""What of an article its outlet edits: if only the rest differs, two revisions are one. Pure.

The rest is typography (quotation marks, dashes, spaces, how letters are encoded, where paragraphs
end), the outlet's name at the headline, and what pages say differently at each visit: "Updated 5
hours ago", "12,345 views", "4 min read". Such a line counts as one only if it has nothing else but
names, so that no number in a sentence is taken for one.
"""

from __future__ import annotations

import re
import unicodedata

from core.records import Article
from ingest.extraction.outlet import folded
from ingest.extraction.phrases import phrase
from ingest.extraction.title import without_outlet

MAX_LETTERS = 120
MAX_NUMBERS = 6
"""A longer line is a sentence, and one with more numbers is a table's."""

_MARKS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)

_BETWEEN = re.compile(r"\s+-\s+|\s*[|\u00b7\u2022]\s*|, ")
"""What separates the parts of a line that is no sentence."""

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")


def essence(article: Article) -> str:
    """An article's headline and text, in a form that stays the same if its outlet edits nothing."""
    names = (article.outlet, article.site, article.site.partition(".")[0])
    title = without_outlet(_plain(article.title), frozenset(filter(None, map(folded, names))))
    lines = (_lasting(line) for line in _plain(article.text).split("\n"))
    return "\n".join(" ".join(words.split()) for words in (title, " ".join(lines)))


def _plain(text: str) -> str:
    """A text with its typography unified."""
    if text.isascii():
        return text.translate(_MARKS)
    # First the marks: the compatibility form of some of them begins with a space.
    composed = unicodedata.normalize("NFKC", text.translate(_MARKS))
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")


def _lasting(line: str) -> str:
    """What a line says at each visit."""
    if len(line) > MAX_LETTERS or len(_NUMBER.findall(line)) > MAX_NUMBERS:
        return line
    parts = _BETWEEN.split(line)
    lasting = [_lasting_part(part) for part in parts]
    return line if lasting == parts else " ".join(lasting)


def _lasting_part(part: str) -> str:
    uncounted = phrase("counter").sub("", part)
    timeless = phrase("ago").sub("", uncounted)
    if timeless == part:
        return part
    left = phrase("updated").sub("", timeless)
    words = _WORD.findall(left)
    if not words:
        return ""
    # Those of a name stay: "By Anna Roth 5 hours ago".
    is_name = len(words) > 1 and all(word[0].isupper() for word in words)
    return left if is_name and uncounted == part else part
