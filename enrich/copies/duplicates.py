"""Find the article whose text another one copies: even cut, edited, under another headline, or with
a paragraph added.

`Duplicates` remembers the sketches of a window of days. A text is a copy of another if they share
half of the shorter one's shingles (`SHARE`). This measure, containment, finds cut copies, which
resemblance (MinHash, simhash) does not; see docs/decisions/0013. There are four exceptions:

- Phrases that many texts share, or that an outlet puts under all its articles, do not count.
- A short text inside a much longer one is a quotation, unless the long one begins with it.
- A follow-up repeats what was before, under another headline and below news of its own.
- Two articles of one site share that site's own phrases, so they have to share nearly all. Under
  one headline they are the same piece again: its own words then do not count as the site's phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from core.records import Record, Score, Sketched
from enrich.copies.shingle_index import Postings, ShingleIndex
from enrich.copies.sketch import Hashes, Sketch, common, multiples

WINDOW = timedelta(days=7)

SHARE = 0.5
"""Share of the shorter text's shingles that must be in the other."""

SHARE_OF_SHORT = 0.6
SHORT = 40
"""The same share for texts with fewer shingles than `SHORT`: two reporters' opening sentences on
one event may share half of theirs, such as a quotation."""

MIN_SHARED = 6
"""Minimum number of shared shingles: eight words in a row."""

SHARE_AT_HOME = 0.8
"""The same share for two articles of one site."""

MIN_USES_AT_HOME = 2
"""A shingle in this many earlier articles of a site is the site's own phrase."""

CUT_RATIO = 0.5
"""A text shorter than this fraction of the other is a copy only if that one begins alike."""

LEAD_SHARE = 1 / 3
"""Share of the longer text's first shingles that must be in the shorter: less than half, as a cut
copy may have another first sentence."""

NEW_OPENING = 0.1
"""A text begins with news of its own if fewer of its first `OPENING` shingles are in the other
one."""

INDEXED = 128
"""Approximate shingles of a text that are indexed and looked up; a comparison uses the whole of
both sketches. Forty words of a text of a thousand still have five of them."""

MAX_COMPARED = 12
"""Maximum number of texts compared in full: those that share most shingles."""

MIN_INDEXED_SHARE = 0.15
"""Share of the shorter text's indexed shingles: a text that has fewer in common is not worth a
comparison. A third of what makes a copy."""

MAX_COPIES = 16
"""Number of copies of one text in the window after which another is not remembered. Wire copy
arrives hundreds of times: if remembered, its shingles would pass for phrases of the language."""

LONG_ENOUGH = 40
"""Shared shingles needed for that: short texts of one form must not keep each other known."""


class Copy(Record):
    """The first article that had an article's text, and how much the two share.

    `share` is of the shorter text's shingles, measured against the most similar known copy.
    """

    original: str
    share: Score


class Decided(NamedTuple):
    """What an article is a copy of, if anything, and the sketch that a later `Duplicates` needs to
    know it (None if the text is too short, or one copy of very many)."""

    copy: Copy | None
    sketched: Sketched | None


class _Text(NamedTuple):
    article: str
    site: str
    seconds: int
    original: str
    packed: bytes


class Duplicates:
    """Finds earlier texts, within a window of days, that an article copies.

    `sketched` are those of earlier decisions, in the order in which they were made. Ones older than
    the window of the articles to come make no difference and may be left out.
    """

    def __init__(self, sketched: Iterable[Sketched] = (), *, window: timedelta = WINDOW) -> None:
        self._window = int(window.total_seconds())
        self._texts: list[_Text] = []
        self._numbers: dict[str, int] = {}
        self._copies: dict[str, list[int]] = {}
        known = (self._noted(one, Sketch.unpack(one.sketch)) for one in sketched)
        self._index = ShingleIndex(known)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def nbytes(self) -> int:
        """Bytes of sketches and index, without Python's own overhead."""
        return self._index.nbytes + sum(len(one.packed) for one in self._texts)

    def place(
        self,
        article: str,
        sketch: Sketch | None,
        first_seen: datetime,
        site: str = "",
        *,
        original: str | None = None,
        is_other_piece: Callable[[str], bool] | None = None,
        is_headed_alike: Callable[[str], bool] | None = None,
    ) -> Decided:
        """Decide whether an article is a copy, and remember it.

        Args:
            article: its id.
            sketch: of its text; None if too short, which is never a copy.
            first_seen: compared with texts first seen within the window before it, or later.
            site: the article's site; empty if unknown, which matches no site.
            original: the article that it is known to copy exactly.
            is_other_piece: called for articles with the same text; True means another piece all
                the same.
            is_headed_alike: called for articles that this one may only copy if they also have its
                headline; tells whether they do. Without it, a follow-up passes for a copy.
        """
        copy = Copy(original=original, share=1.0) if original else None
        if sketch is None:
            return Decided(copy, None)
        if copy is None and article not in self._numbers:
            copy = self._find(sketch, _seconds(first_seen), site, is_other_piece, is_headed_alike)
        if article in self._numbers or (copy and self._is_well_known(copy, sketch, first_seen)):
            return Decided(copy, None)
        one = Sketched(
            article=article,
            site=site,
            first_seen=first_seen,
            duplicate_of=copy.original if copy else None,
            sketch=sketch.pack(),
        )
        self._index.add(*self._noted(one, sketch))
        return Decided(copy, one)

    def share(self, article: str, sketch: Sketch | None) -> float | None:
        """The share of the shorter text that this text and a remembered article have in common;
        None if it is not remembered, or the text is too short to tell."""
        number = self._numbers.get(article)
        if number is None or sketch is None:
            return None
        return _share(sketch, Sketch.unpack(self._texts[number].packed), None)[0]

    def _noted(self, one: Sketched, sketch: Sketch) -> tuple[Hashes, int, int]:
        """Record a text; return its hashes to index, when it was seen, and its number."""
        if one.article in self._numbers:
            raise ValueError(f"the sketch of {one.article} is given twice")
        original = one.duplicate_of or one.article
        number, seconds = len(self._texts), _seconds(one.first_seen)
        self._texts.append(_Text(one.article, one.site, seconds, original, one.sketch))
        self._numbers[one.article] = number
        self._copies.setdefault(original, []).append(number)
        return _indexed(sketch), seconds, number

    def _is_well_known(self, copy: Copy, sketch: Sketch, first_seen: datetime) -> bool:
        """Whether a copy adds nothing to what is known of its text."""
        if copy.share < SHARE_AT_HOME or sketch.size * copy.share < LONG_ENOUGH:
            return False
        since = _seconds(first_seen) - self._window
        copies = self._copies.get(copy.original, ())
        return sum(self._texts[number].seconds >= since for number in copies) >= MAX_COPIES

    def _find(
        self,
        sketch: Sketch,
        seconds: int,
        site: str,
        is_other_piece: Callable[[str], bool] | None,
        is_headed_alike: Callable[[str], bool] | None,
    ) -> Copy | None:
        """The text that shares most with a sketch, by the article that had it first."""
        hashes = _indexed(sketch)
        postings = self._index.look_up(hashes, max(seconds - self._window, 0))
        best: tuple[float, str] | None = None
        for text, other in self._likeliest(sketch, postings):
            at_home = bool(site) and site == text.site
            phrases = hashes[self._phrases(postings, site if at_home else "")]
            found = _share(sketch, other, phrases)
            is_enough = _is_enough(found, sketch, other, at_home=at_home)
            if not is_enough and at_home and is_headed_alike is not None:
                # Its earlier versions at other addresses make all its words phrases of the site.
                found = _share(sketch, other, hashes[postings.frequent])
                is_enough = _is_enough(found, sketch, other, at_home=True)
                is_enough = is_enough and is_headed_alike(text.article)
            if not is_enough:
                continue
            if (at_home or _is_cut(sketch, other)) and not _begin_alike(sketch, other):
                continue
            if (
                is_headed_alike is not None
                and _begins_anew(sketch, other)
                and not is_headed_alike(text.article)
            ):
                continue
            if is_other_piece is not None and is_other_piece(text.article):
                continue
            if best is None or found[0] > best[0]:
                best = found[0], text.original
        return None if best is None else Copy(original=best[1], share=round(best[0], 3))

    def _likeliest(self, sketch: Sketch, postings: Postings) -> Iterator[tuple[_Text, Sketch]]:
        """The texts that are worth a comparison, with their sketches, those first that share most
        indexed shingles."""
        numbers, counts = np.unique(postings.texts, return_counts=True)
        ranked = np.lexsort((numbers, -counts))[:MAX_COMPARED]
        for number, count in zip(numbers[ranked].tolist(), counts[ranked].tolist(), strict=True):
            text = self._texts[number]
            other = Sketch.unpack(text.packed)
            scale = max(_index_scale(sketch), _index_scale(other))
            if count * scale >= MIN_INDEXED_SHARE * min(sketch.size, other.size):
                yield text, other

    def _phrases(self, postings: Postings, site: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of the hashes looked up to ignore: frequent ones, and a site's own phrases."""
        if not site:
            return postings.frequent
        here = [self._texts[number].site == site for number in postings.texts.tolist()]
        at_home = np.bincount(postings.places[here], minlength=len(postings.frequent))
        return postings.frequent | (at_home >= MIN_USES_AT_HOME)


def _indexed(sketch: Sketch) -> Hashes:
    """The hashes of a sketch that are indexed and looked up."""
    return sketch.at(_index_scale(sketch))


def _index_scale(sketch: Sketch) -> int:
    scale = 1
    while sketch.size > INDEXED * scale:
        scale *= 2
    return scale


def _share(one: Sketch, other: Sketch, phrases: Hashes | None) -> tuple[float, float]:
    """The share of the shorter text that is in the longer one, and how many shingles that is.

    `phrases`, a subset of the indexed hashes of `one`, count neither as shared nor as text.
    """
    scale = max(one.scale, other.scale)
    ours, theirs = one.at(scale), other.at(scale)
    shared = float(common(ours, theirs) * scale)
    size = float(min(len(ours), len(theirs)) * scale)
    if phrases is not None and len(phrases):
        index_scale = max(_index_scale(one), other.scale)
        shared_phrases = common(multiples(phrases, index_scale), other.hashes) * index_scale
        shared, size = shared - shared_phrases, size - shared_phrases
    return (min(max(shared / size, 0.0), 1.0) if size > 0 else 0.0), shared


def _is_enough(found: tuple[float, float], one: Sketch, other: Sketch, *, at_home: bool) -> bool:
    """Whether what two texts share (see `_share`) may make one of them a copy."""
    needed = SHARE_OF_SHORT if min(one.size, other.size) < SHORT else SHARE
    share, shared = found
    return shared >= MIN_SHARED and share >= (SHARE_AT_HOME if at_home else needed)


def _is_cut(one: Sketch, other: Sketch) -> bool:
    """Whether one of two texts is much shorter."""
    return min(one.size, other.size) < CUT_RATIO * max(one.size, other.size)


def _begin_alike(one: Sketch, other: Sketch) -> bool:
    """Whether the shorter of two texts has the beginning of the longer."""
    short, long = (one, other) if one.size <= other.size else (other, one)
    lead = multiples(long.lead, short.scale)
    needed = LEAD_SHARE * min(len(lead), len(short.hashes))
    return common(lead, short.hashes) >= needed


def _begins_anew(one: Sketch, other: Sketch) -> bool:
    """Whether hardly any of the opening of a text is in another."""
    if one.opening is None:
        return False
    opening = multiples(one.opening, other.scale)
    return common(opening, other.hashes) < NEW_OPENING * len(opening)


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970; 0 before that."""
    return max(int(moment.timestamp()), 0)
