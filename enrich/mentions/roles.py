"""Roles beside a name, which tell that it is a person's: "researcher Ana Perera", "its editor, Ana
Perera,", "Ana Perera, its director"."""

from __future__ import annotations

import re

from enrich.mentions.names import read_cues
from enrich.mentions.words import word_before

_BEFORE = re.compile(r"([\w-]+), \Z")
_OF = r"([\w-]+) (?:of|for|für|du|des|de|del|della|dello|dell|do|da|der|van|von)\b"
_OF_BEFORE = re.compile(rf"{_OF}(?:[ '][\w-]+){{1,4}}, \Z")
"""A role and of whom: "porte-parole du gouvernement, "."""
_BEFORE_OF = re.compile(rf"{_OF}(?: l[ao]s?)? ?\Z")

_WIDEST = 72
"""Characters before a name within which these stand."""

_AFTER = re.compile(
    r", (?:(?:its|the|an?|his|her|their|die|der|une?|le|la|el|il|o|de|een) )?"
    r"(?:[\w-]{1,30}'s? )?([\w-]+)\b"
    r"(?! [A-ZÀ-Þ])"
)
_SMALL = r"and|as|at|by|for|from|in|of|on|or|that|to|where|which|who|whose|with"
_HEAD_AFTER = re.compile(
    r", (?:its|the|an?|his|her|their) "
    rf"(?:(?!(?:{_SMALL}) )[a-z-]{{2,20}} ){{1,2}}([a-z-]{{3,20}})(?=[,.;]| (?:{_SMALL})\b)"
)
"""A role at the end of what somebody is: ", a former defence [lawyer],"."""


class Roles:
    """The words for what somebody is. Pure once made."""

    def __init__(self) -> None:
        cues = read_cues()
        self._roles, self._ends = cues["roles"], tuple(cues["role_ends"])
        self._no_roles = cues["no_roles"]
        self._short_titles, self._of_firms = cues["short_titles"], cues["roles_of_firms"]
        self._locatives = cues["locatives"]

    def has(self, word: str) -> bool:
        """Whether a word is a role, or ends as one: "vice-president", "Landeschefin"."""
        if word in self._no_roles:
            return False
        role = word.lower()
        is_listed = not self._roles.isdisjoint((role, role.rpartition("-")[2]))
        return is_listed or role.endswith(self._ends)

    def stand_before(self, text: str, start: int) -> bool:
        """Whether a role stands before a name, or a title: "Gen. Ana Prado"."""
        before = word_before(text, start)
        titled = before.endswith(".") and before[:-1] in self._short_titles
        return titled or self.has(before.rpartition("'")[2])

    def stand_before_of(self, text: str, start: int) -> bool:
        """Whether a role and an "of" stand before a word: "ministra de [Justicia]"."""
        before = _BEFORE_OF.search(text, max(0, start - _WIDEST), start)
        return before is not None and self.has(before[1])

    def are_held(self, text: str, start: int, end: int, first: str) -> bool:
        """Whether a role stands before a name between commas, or right after it; `first` is the
        name's first word."""
        found = (
            role.search(text, max(0, start - _WIDEST), start) for role in (_BEFORE, _OF_BEFORE)
        )
        if any(before is not None and self.has(before[1]) for before in found):
            return True
        if not self._locatives.isdisjoint((first.lower(), word_before(text, start).lower())):
            return False  # "in Bad Quaxley, the mayor said"
        behind = (after.match(text, end) for after in (_AFTER, _HEAD_AFTER))
        roles = (one[1] for one in behind if one and one[1].lower() not in self._of_firms)
        return any(map(self.has, roles))
