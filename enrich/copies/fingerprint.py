"""The fingerprint of a text: equal for two copies that differ only in typography."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.records import content_id
from core.words import words

MIN_WORDS = 8
"""Shorter texts get no fingerprint.

Outlets put the same short line under different articles ("Follow our live coverage here"), so a
repeated short text says little. Longer teasers that repeat are mostly one article.
"""

_WORDS = re.compile(r"[^\W_]++(?: [^\W_]++)*+")
"""Words with one space between them: matched together, in half the time of one by one."""

_FORMATTING = (chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Cf")
_INVISIBLE = re.compile(f"[{''.join(_FORMATTING)}]")
"""Soft hyphens, joiners and direction marks stand inside words and do not change how they read."""

BEGINNING = 400
"""Characters within which a text that has enough words mostly has them."""


def normalise(text: str) -> str:
    """The words of a text alone: compatibility forms unified, case folded, one space between.

    Anything but letters and digits counts as space. Normalising the result changes nothing.
    """
    visible = _INVISIBLE.sub("", text)
    folded = unicodedata.normalize("NFKC", visible).casefold()
    # Case folding can undo the composition ("ǰ" becomes "j" and a mark), hence the second time.
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", folded)))


def fingerprint(text: str) -> str:
    """The SHA-256 of the normalised text as 64 hex digits; empty below `MIN_WORDS` words.

    An empty fingerprint means "too short to tell" and equals no other, not even itself.
    """
    # The normal form has no marks, which splits words of Indian scripts, so count in the original.
    normal = normalise(text)
    return content_id(normal) if normal and not _has_few_words(text) else ""


def _has_few_words(text: str) -> bool:
    visible = _INVISIBLE.sub("", text)
    return are_few(words(visible[:BEGINNING])) and are_few(words(visible))


def are_few(found: Sequence[str]) -> bool:
    """Whether a text's words, as split by `core.words`, are fewer than `MIN_WORDS`.

    In scripts without spaces each letter is a word there: two of those count as one.
    """
    enough = found[: 2 * MIN_WORDS]
    letters = sum(len(word) == 1 and "\u0e00" <= word < "\ua000" for word in enough)
    return len(enough) - letters / 2 < MIN_WORDS
