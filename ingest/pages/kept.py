"""Keep an article's earlier text if its page now shows only the beginning, or a notice. Keep its
headline if its outlet shows two in turn, or edited it on the page alone. Pure.

A page that was open may later show only the beginning of its article, and an invitation to
subscribe. That is not an edit. But an editor's cut may also remove all that follows some sentence,
so the beginning alone proves nothing: something has to show that the page holds text back, and
what precedes it has to be the beginning word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from core.records import Article, Entry, Extraction
from core.words import word_count
from ingest.extraction.phrases import phrase
from ingest.extraction.teaser import STOPS
from ingest.pages.articles import NewRevision
from ingest.pages.essence import essence
from ingest.pages.outcomes import Unchanged

MIN_BEGINNING = 8
"""The fewest words of a beginning."""

MAX_SHOWN = 0.8
"""The greatest share of the words that a page still shows if it holds back the rest: an outlet that
shows nearly all has more likely cut its last lines."""

INVITATION = 80
"""The most words after the beginning that are an invitation to subscribe."""

BEFORE_IT = 8
"""The most words before the invitation itself, such as "Dear reader"; more of them are a text,
perhaps a correction."""

IN_TURN = 3
"""From this revision on, a headline may have come back."""

_WORDS = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?:;…。！？।۔]\W{0,3}$")  # noqa: RUF001 - of other scripts


def may_hold_back(article: Article) -> bool:
    """Whether anything suggests that an article's page holds text back: the caller then compares
    it with the earlier text, which is in the archive."""
    last = article.text.rstrip().rpartition("\n")[2]
    stops = STOPS.search(last) or not _ENDS.search(last)
    return bool(article.caveat or stops or _invitation(last))


def is_beginning(before: str, after: str, *, held_back: bool = False) -> bool:
    """Whether a text is the beginning of an earlier one whose rest the page now holds back.

    Args:
        before: the earlier text, one paragraph per line.
        after: what the page shows now.
        held_back: whether the page itself shows that it has more.
    """
    old, new = list(_WORDS.finditer(before)), list(_WORDS.finditer(after))
    pairs = zip(old, new, strict=False)
    same = sum(1 for _ in takewhile(_is_one, pairs))
    if not MIN_BEGINNING <= same <= MAX_SHOWN * len(old):
        return False
    after_it, remaining = after[new[same - 1].end() :], new[same:]
    between, rest = before[old[same - 1].end() : old[same].start()], before[old[same].start() :]
    invited = _invitation(after_it)
    if remaining and invited:
        first = len(_WORDS.findall(after_it.replace("\n", " ")[: invited.start()]))
        # One that was there before proves nothing: it may be below each article.
        return first <= BEFORE_IT and len(remaining) <= INVITATION and not _invitation(rest)
    if len(remaining) > 1 or (remaining and not _is_torn(remaining[0], old[same])):
        return False
    if held_back or remaining or (STOPS.search(after_it) and not STOPS.search(between)):
        return True
    # It stops in mid-sentence: the earlier text went on in the same paragraph.
    return not _ENDS.search(after) and "\n" not in between


def keep_whole(before: Article, new: NewRevision) -> NewRevision | Unchanged | None:
    """What is kept of an article whose page now shows only its beginning: all of it, under the new
    headline. None if what the page shows is the article.

    Args:
        before: the article as it was last read from its page.
        new: the article from its page now, or from its feed if that has more.
    """
    after = new.article
    if after.extraction is Extraction.FEED:
        is_shortened = len(_WORDS.findall(after.text)) < len(_WORDS.findall(before.text))
    else:
        is_shortened = is_beginning(before.text, after.text, held_back=after.caveat is not None)
    if not is_shortened:
        return None
    detail = (after.caveat or "").partition(": ")[2] or f"{word_count(after.text)} words"
    reason = f"whole text kept: its page now shows only the beginning ({detail})"
    if after.title == before.title:
        return Unchanged(reason)
    article = before.model_copy(update={"revision": after.revision, "title": after.title})
    return NewRevision(article, reason=reason)


def keep_headline(known: Sequence[Article], new: NewRevision) -> NewRevision | None:
    """An article under its last headline, if only the headline differs and its outlet shows two in
    turn, to see which is read more; None if it is an edit.

    An edit may be taken back. But if both headlines were there before, neither is news.

    Args:
        known: the article's revisions in the archive, oldest first.
        new: the article as it is now.
    """
    before, after = known[-1], new.article
    *earlier, last = (title for title, _ in groupby(one.title for one in known))
    if after.title == last or after.title not in earlier or last not in earlier:
        return None
    kept = after.model_copy(update={"title": last})
    if essence(kept) != essence(before):
        return None
    return replace(new, article=kept, reason="headline kept: its outlet shows two in turn")


def follow_page(known: Sequence[Article], new: NewRevision) -> NewRevision:
    """An article under its page's headline, if its feed's is one of before: once a feed no longer
    lists an item, the outlet edits its headline on the page alone.

    Many pages never have their feed's headline, so this one must have had the last.

    Args:
        known: the article's revisions in the archive, oldest first.
        new: the article as it is now, under its feed's headline.
    """
    if not known[-1].printed or new.article.title not in {one.title for one in known}:
        return new
    article = new.article.model_copy(update={"title": new.headline, "printed": True})
    return replace(new, article=article, reason="headline as on its page: its feed's is older")


def restore(entry: Entry, known: Sequence[Article], reason: str) -> NewRevision | None:
    """An article as it was before a notice took its place; None if it was never anything else.

    Args:
        entry: the entry whose article has a notice as its text.
        known: the article's revisions in the archive, oldest first.
        reason: why its text is taken for a notice.
    """
    true = [one for one in known if one.fingerprint != entry.notice]
    if not true:
        return None
    article = true[-1].model_copy(update={"revision": entry.revision + 1})
    return NewRevision(article, reason=f"earlier text restored: {reason}")


def _is_one(pair: tuple[re.Match[str], re.Match[str]]) -> bool:
    one, other = pair
    return one.group().casefold() == other.group().casefold()


def _is_torn(word: re.Match[str], whole: re.Match[str]) -> bool:
    return whole.group().casefold().startswith(word.group().casefold())


def _invitation(text: str) -> re.Match[str] | None:
    return phrase("subscribe").search(text.replace("\n", " "))
