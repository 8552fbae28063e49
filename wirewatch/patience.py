"""How long a pass reads the pages of one feed. Without a limit, a feed of nine hundred pages that
each take nearly as long as a page may would hold up everybody's alerts for hours."""

from __future__ import annotations

from collections import defaultdict

from core.records import Entry

SLOW = 0.1
"""The part of a page's longest time from which it counts as slow: faster ones cost nothing, however
many there are. Most pages take less than a hundredth."""

MOST = 10.0
"""How many times a page's longest time the slow pages of one feed may take together."""


class Patience:
    """What the slow pages of each feed have taken so far, in seconds of a processor."""

    def __init__(self, longest: float) -> None:
        """Start anew; `longest` is how long one page may take."""
        self._longest = longest
        self._taken: defaultdict[str, float] = defaultdict(float)

    def charge(self, entry: Entry, seconds: float) -> None:
        """An entry's page was read, and took this long."""
        if seconds > SLOW * self._longest:
            for one in _charged(entry):
                self._taken[one] += seconds

    def is_over(self, entry: Entry) -> bool:
        """Whether no more time is left for an entry: not from any of the feeds that list it."""
        return all(self._taken[one] > MOST * self._longest for one in _charged(entry))


def _charged(entry: Entry) -> tuple[str, ...]:
    """A feed, not a site: it can list pages of any number of sites."""
    return entry.feeds or (entry.site,)
