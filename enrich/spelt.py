"""Names that no list has, as an article spells them."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from enrich.words import Words


class Spelt:
    """The names in a text that only its spelling shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words that follow a lower-case one, and are never in lower case
        themselves."""
        words = Words(self._text).tokens
        return frozenset(
            after.form
            for before, after in pairwise(words)
            if after.word[0].isupper()
            and before.word.islower()
            and self._text[before.end : after.start] == " "
        ).difference(word.word for word in words if word.word.islower())
