"""Police forces and courts that no list can hold: named by their place and what they are.

"Oakland Police Department", "Fulton County Superior Court", "Landgericht Berlin". The name is that
of the text. A force in small letters ("Leeds police") is no name: then only the place is one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from core.records import MentionKind
from enrich.mentions.found import FORMED, Found
from enrich.mentions.names import Name, read_cues, read_words

_WORD = r"(?:St\. )?[A-ZÀ-Þ][\w'-]*"
_OWN = rf"((?:{_WORD} ){{1,3}})"
_BODIES = (
    (
        MentionKind.AGENCY,
        re.compile(
            _OWN + r"(?:Police Department|Police Service|Police Force|Police|Sheriff's (?:Office|"
            r"Department)|Constabulary|State Patrol|Highway Patrol|Department of Public Safety)\b"
        ),
    ),
    (
        MentionKind.COURT,
        re.compile(
            _OWN + r"(?:District Court|Superior Court|High Court|Supreme Court|Crown Court"
            r"|Circuit Court|Constitutional Court|Magistrates' Court|Appeals Court"
            r"|Court of Appeals?|County Court|Administrative Court|Regional Court)\b"
        ),
    ),
    (
        MentionKind.COURT,
        re.compile(r"U\.?S\.? District Court for the (?:\w+ ){1,2}of [A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+)?"),
    ),
)
_HEADS = ("Police", "Sheriff", "Constabulary", "Patrol", "Court", "Public Safety")

_PLACE_AFTER = re.compile(
    r" (?:de |di |du |d'|of |von |van |da |do |del )?(?:la |los |las )?"
    r"[A-ZÀ-Þ][\w-]+(?:(?: (?:de|do|da|del|la) | )[A-ZÀ-Þ][\w-]+)?"
)


def formed_bodies(text: str) -> Iterator[Found]:
    """The police forces and courts whose names end in what they are."""
    if not any(head in text for head in _HEADS):
        return
    cues, common = read_cues(), read_words("common_words.txt")
    for kind, pattern in _BODIES:
        for match in pattern.finditer(text):
            start = match.start()
            own = match[1].split(" ")[:-1] if match.lastindex else []
            while own and own[0] in cues["no_body"]:
                start += len(own.pop(0)) + 1
            while any(word.endswith(("'s", "s'")) for word in own):
                start += len(own.pop(0)) + 1  # "California's Supreme Court": a place and a court
            if any(word.lower() in common and word not in cues["body"] for word in own):
                continue  # "Indonesia Puts Police Tactics in Spotlight"
            if own or not match.lastindex:
                yield Found(start, match.end(), text[start : match.end()], kind, FORMED)


def with_its_place(text: str, found: Found, name: Name, places: Container[str]) -> Found | None:
    """A listed name with the place after it, where that is its part: "Landgericht Berlin".

    None where it is no name without one, and there is none.
    """
    if name.joins is None:
        return found
    match = _PLACE_AFTER.match(text, found.end)
    for end in _ends(match.group()) if match else ():
        words = text[found.end : found.end + end].split(" ")
        if any(" ".join(words[skip:]) in places for skip in range(1, len(words))):
            end += found.end
            whole = text[found.start : end]
            return Found(found.start, end, whole, found.kind, FORMED, None, found.country)
    return found if name.joins == "may" else None


def _ends(text: str) -> Iterator[int]:
    """Where the text may be cut: after its last word, the one before, and so on."""
    end = len(text)
    while end > 0:
        yield end
        end = text.rfind(" ", 0, end)
