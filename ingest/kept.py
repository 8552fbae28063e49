"""An earlier text of an article that is kept, though its page shows another one by now. Pure.

A page that was open may show only the beginning of its article at a later visit, and an invitation
to subscribe. That is no edit. An editor's cut looks like it where it takes away all that comes
after some sentence, so the beginning alone proves nothing: something has to show that the page
holds back, and what stands before it has to be the beginning word by word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from core.records import Article, Entry, Extraction
from ingest.extraction.phrases import phrase
from ingest.extraction.teaser import STOPS
from ingest.made import Made
from ingest.outcomes import Unchanged

LEAST = 8
"""Words that a beginning has at least."""

MOST = 0.8
"""Share of the words that a page which holds back still shows, at most: an outlet that invites
readers and shows nearly all has rather cut its last lines."""

INVITATION = 80
"""Words behind the beginning, at most, that are an invitation to subscribe."""

BEFORE_IT = 8
"""Words that an invitation may begin with, as "Dear reader"; more of them are a text, a correction
perhaps."""

_WORDS = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?:;…。！？।۔]\W{0,3}$")  # noqa: RUF001 - of other scripts


def may_hold_back(article: Article) -> bool:
    """Whether anything about an article shows that its page holds back: whoever is in doubt looks
    at the text of before, which is in the archive."""
    last = article.text.rstrip().rpartition("\n")[2]
    stops = STOPS.search(last) or not _ENDS.search(last)
    return bool(article.caveat or stops or _invitation(last))


def is_beginning(before: str, after: str, *, held_back: bool = False) -> bool:
    """Whether a text is the beginning of an earlier one that its page holds back by now.

    Args:
        before: the earlier text, a paragraph a line.
        after: what the page shows now.
        held_back: whether the page itself shows that it has more.
    """
    old, new = list(_WORDS.finditer(before)), list(_WORDS.finditer(after))
    pairs = zip(old, new, strict=False)
    same = sum(1 for _ in takewhile(_is_one, pairs))
    if not LEAST <= same <= MOST * len(old):
        return False
    behind, left = after[new[same - 1].end() :], new[same:]
    between, rest = before[old[same - 1].end() : old[same].start()], before[old[same].start() :]
    invited = _invitation(behind)
    if left and invited:
        first = len(_WORDS.findall(behind.replace("\n", " ")[: invited.start()]))
        # One that stood there before is no sign: it may be below each article.
        return first <= BEFORE_IT and len(left) <= INVITATION and not _invitation(rest)
    if len(left) > 1 or (left and not _is_torn(left[0], old[same])):
        return False
    if held_back or left or (STOPS.search(behind) and not STOPS.search(between)):
        return True
    # It stops where its sentence went on in the same paragraph.
    return not _ENDS.search(after) and "\n" not in between


def whole(before: Article, made: Made) -> Made | Unchanged | None:
    """What is kept of an article whose page shows only its beginning by now: all of it, under the
    headline of now. None where what the page shows is the article.

    Args:
        before: the article as it was last read from its page.
        made: the article of its page now, or of its feed where that has more.
    """
    after = made.article
    if after.extraction is Extraction.FEED:
        shorter = len(_WORDS.findall(after.text)) < len(_WORDS.findall(before.text))
        held = shorter and before.extraction is not Extraction.FEED
    else:
        held = is_beginning(before.text, after.text, held_back=after.caveat is not None)
    if not held:
        return None
    said = (after.caveat or "").partition(": ")[2] or f"{len(after.text.split())} words"
    reason = f"the whole text is kept: its page shows the beginning only by now ({said})"
    if after.title == before.title:
        return Unchanged(reason)
    article = before.model_copy(update={"revision": after.revision, "title": after.title})
    return Made(article, reason=reason)


def restored(entry: Entry, known: Sequence[Article], reason: str) -> Made | None:
    """An article as it was before a notice took its place; None where it never was another.

    Args:
        entry: whose article has a notice for its text.
        known: the revisions of the article that the archive has, the first first.
        reason: why its text is taken for a notice.
    """
    true = [one for one in known if one.fingerprint != entry.notice]
    if not true:
        return None
    article = true[-1].model_copy(update={"revision": entry.revision + 1})
    return Made(article, reason=f"the text of before: {reason}")


def _is_one(pair: tuple[re.Match[str], re.Match[str]]) -> bool:
    one, other = pair
    return one.group().casefold() == other.group().casefold()


def _is_torn(word: re.Match[str], whole: re.Match[str]) -> bool:
    return whole.group().casefold().startswith(word.group().casefold())


def _invitation(text: str) -> re.Match[str] | None:
    return phrase("subscribe").search(text.replace("\n", " "))
