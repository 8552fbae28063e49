"""Name an outlet after what its feed is called, and read the labels that people give a feed.

One outlet has many feeds, and each title says which one it is: "Technology | The Guardian", "NYT >
World". As names of outlets they would make one newspaper look like several that have a story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.sites import site_of
from core.words import words
from ingest.characters import one_line

_PARTS = re.compile(
    r":\s+|\s+[-|/:\u2013\u2014\u00b7\u2022>\u00bb\u203a]+\s+|\s*[|>\u00bb\u203a]\s*"
)
"""What parts an outlet from a section; a hyphen only between spaces, a colon only after one."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
"""How German addresses spell them: sueddeutsche.de. Others leave out the dots, and all accents."""

_SHORTEST = 3
"""Letters of a name by which a site is known: NYT of nytimes.com."""


def outlet_named(title: str, url: str) -> str:
    """The outlet's name in a feed's title: the part that the site's name has too, the longest of
    several; the whole title if there is none.

    Args:
        title: of the feed.
        url: its address.
    """
    site = _spelt(site_of(url).split(".")[0])
    parts = [part.strip() for part in _PARTS.split(title)]
    common = {
        part: max(len(_common(_spelt(one), site)) for one in (part, part.translate(_UMLAUTS)))
        for part in parts
        if part
    }
    longest = max(common, key=common.__getitem__, default="")
    return longest if common.get(longest, 0) >= _SHORTEST else title


def labels_typed(lines: Iterable[str]) -> tuple[str, ...]:
    """A feed's labels as people type them, each on one line and once. `Press / Local` is
    `Press/Local`, a folder in a folder; an empty one is none."""
    labels = ("/".join(filter(None, map(one_line, label.split("/")))) for label in lines)
    return tuple(dict.fromkeys(filter(None, labels)))


def _spelt(name: str) -> str:
    """A name as an address spells it: letters and digits only, without case and accents."""
    return "".join(words(name))


def _common(name: str, site: str) -> str:
    """What a name and a site have in common: the whole site, with which the name begins or ends, or
    the whole name, with which the site begins. "News" is no name of nydailynews.com."""
    if name.startswith(site) or name.endswith(site):
        return site
    return name if site.startswith((name, f"the{name}")) else ""
