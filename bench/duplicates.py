"""How well copies are found, and how fast: on edited copies, and in growing windows.

    python -m bench.duplicates [--stream FILE] [--articles FILE] [--pairs N] [--windows N ...]
                               [--speed]

Sources are the sample newsroom's own articles (demo/content), the items of a stream (JSON lines of
title, summary, url and published, .zst or not) and full articles (JSON of id to `articleBody` and
`url`), each of at least 60 words. All are placed in order. Then copies of each come from other
sites, under other headlines, edited in every way of `demo.editing`, in random order, among pieces
that are not copies: they quote 40 words of another, or print a short one whole in their middle. A
copy is found if it is named a duplicate of its source, or of whatever its source was found to be a
duplicate of; any other duplicate named is wrong. Duplicates among a stream's own items are counted
separately, and with `--pairs` printed for reading.

Then windows of N texts, short (30 words) and long (600 words), made by a word chain learnt from the
sources, are filled and queried; a hundredth of the queries are copies. Printed are queries a second
of one process's CPU time, and the memory of sketches and index.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import psutil

from core.sites import site_of
from demo.editing import EDITS, excerpt, other_words, quoting
from demo.outlets import outlets
from enrich.copies.duplicates import Duplicates
from enrich.copies.fingerprint import fingerprint
from enrich.copies.sketch import sketch
from enrich.stream import read_stream

MIN_WORDS = 60
QUOTED_WORDS = 40
START = datetime(2022, 10, 1, tzinfo=UTC)
QUOTES = "quotes 40 words"
PRINTS = "prints a short one whole"
QUERIES = 3_000
SEED = 20_261_124


@dataclass(frozen=True, slots=True)
class Piece:
    """A text on a site; `of` is the source that it is a copy of, None if it is no copy."""

    id: str
    title: str
    text: str
    site: str
    at: datetime
    kind: str = "source"
    of: str | None = None


def newsroom() -> Iterator[Piece]:
    """The sample newsroom's articles; of wire copy that several print, one."""
    for outlet in outlets():
        for number, piece in enumerate(outlet.published(3)):
            version, site = piece.version(3), f"{outlet.name}.example"
            yield Piece(f"{site}/{number}", version.title, version.text, site, START)


def stream(path: Path) -> Iterator[Piece]:
    """The items of a stream, in order."""
    for item in read_stream(path):
        at = datetime.fromisoformat(item["published"])
        yield Piece(item["url"], item["title"], item["summary"], site_of(item["url"]), at)


def articles(path: Path) -> Iterator[Piece]:
    """The full articles of a ground-truth file."""
    for key, truth in json.loads(path.read_text("utf-8")).items():
        yield Piece(key, "", truth["articleBody"], site_of(truth["url"]), START)


def copies_of(sources: list[Piece], chance: random.Random) -> list[Piece]:
    """Edited copies of all sources, and pieces that quote them, in random order."""
    after = max(piece.at for piece in sources) + timedelta(hours=1)
    by_length = sorted(sources, key=lambda piece: len(piece.text))
    made = []
    for source in sources:
        for kind, edit in EDITS.items():
            copy = replace(source, kind=kind, of=source.id, text=edit(source.text, chance))
            made.append(copy)
        # An original piece: another source's text, changed enough not to be its copy.
        base = chance.choice(by_length[len(by_length) // 2 :])
        own = _anew(base.text, chance)
        quoted = excerpt(source.text, QUOTED_WORDS, chance)
        made.append(replace(base, kind=QUOTES, of=None, text=quoting(own, quoted, chance)))
        if len(source.text) * 2.5 < len(base.text):
            printed = quoting(_anew(base.text, chance), source.text, chance)
            made.append(replace(base, kind=PRINTS, of=None, text=printed))
    chance.shuffle(made)
    return [
        replace(
            piece,
            id=f"copy-{number}",
            site=f"site{chance.randrange(2_000)}.example",
            at=max(after, piece.at) + timedelta(seconds=number),
        )
        for number, piece in enumerate(made)
    ]


def _anew(text: str, chance: random.Random) -> str:
    """A text whose words are changed until little of it is left."""
    for _ in range(12):
        text = other_words(text, chance)
    return text


def measure_found(name: str, pieces: list[Piece], chance: random.Random, shown: int) -> None:
    """Print how many copies of some pieces are found, and what is wrongly named a copy."""
    distinct = {fingerprint(piece.text): piece for piece in reversed(pieces)}
    sources = [
        piece for piece in reversed(distinct.values()) if len(piece.text.split()) >= MIN_WORDS
    ]
    sources.sort(key=lambda piece: piece.at)
    if not sources:
        return
    # Copies come within the window of their sources, however long the stream is.
    window = timedelta(days=7) + max(p.at for p in sources) - min(p.at for p in sources)
    duplicates = Duplicates(window=window)
    first_of: dict[str, str] = {}
    among = []
    for piece in sources:
        decided = duplicates.place(piece.id, sketch(piece.text), piece.at, piece.site)
        first_of[piece.id] = decided.copy.original if decided.copy else piece.id
        if decided.copy is not None:
            among.append((decided.copy.original, piece.id))
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for piece in copies_of(sources, chance):
        decided = duplicates.place(
            piece.id, sketch(piece.text), piece.at, piece.site, is_headed_alike=lambda _: False
        )
        made[piece.kind] += 1
        if decided.copy is None:
            continue
        if piece.of is not None and decided.copy.original == first_of[piece.of]:
            found[piece.kind] += 1
        else:
            wrong[piece.kind] += 1
    print(f"\n{name}: {len(sources):,} sources of {MIN_WORDS} words or more")
    print(f"{'edit':28}{'made':>9}{'found':>9}{'wrong':>9}")
    for kind in (*EDITS, QUOTES, PRINTS):
        print(f"{kind:28}{made[kind]:>9,}{found[kind]:>9,}{wrong[kind]:>9,}")
    copies = sum(made[kind] for kind in EDITS)
    right = found.total()
    print(f"recall {right / copies:.4f}, precision {right / (right + wrong.total()):.4f}")
    print(f"{len(among)} of the sources themselves are named duplicates of another")
    _show(among, {piece.id: piece for piece in sources}, chance, shown)


def measure_stream(pieces: list[Piece], chance: random.Random, shown: int) -> None:
    """Print what is found in an unedited stream, short items included."""
    duplicates = Duplicates()
    begun = time.process_time()
    pairs = []
    for piece in pieces:
        decided = duplicates.place(piece.id, sketch(piece.text), piece.at, piece.site)
        if decided.copy is not None:
            pairs.append((decided.copy.original, piece.id))
    took = time.process_time() - begun
    by_id = {piece.id: piece for piece in pieces}
    apart = [pair for pair in pairs if by_id[pair[0]].site != by_id[pair[1]].site]
    print(
        f"\nthe stream as it is: {len(pieces):,} items, {len(pieces) / took:,.0f} a second; "
        f"{len(pairs)} duplicates, {len(apart)} of them of another site's"
    )
    _show(apart, by_id, chance, shown)


def _show(
    pairs: list[tuple[str, str]], by_id: dict[str, Piece], chance: random.Random, shown: int
) -> None:
    for original, copy in chance.sample(pairs, min(shown, len(pairs))):
        for piece in (by_id[original], by_id[copy]):
            print(f"  {piece.site}: {piece.title}\n    {' '.join(piece.text.split())[:300]}")
        print()


class Chain:
    """Makes texts like its sources: each word is one that follows the word before it there."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._next: defaultdict[str, list[str]] = defaultdict(list)
        for piece in pieces:
            words = piece.text.split()
            for word, following in pairwise(words):
                self._next[word].append(following)
        self._words = list(self._next)

    def text(self, words: int, chance: random.Random) -> str:
        """A text of this many words."""
        word = chance.choice(self._words)
        made = [word]
        while len(made) < words:
            following = self._next.get(word)
            word = chance.choice(following) if following else chance.choice(self._words)
            made.append(word)
        return " ".join(made)


def measure_windows(pieces: list[Piece], windows: list[int], chance: random.Random) -> None:
    """Print speed and memory for growing windows of short and of long texts."""
    chain = Chain(pieces)
    print(f"\n{'texts in the window':>20}{'words':>7}{'a second':>10}{'sketches a s':>14}", end="")
    print(f"{'MB':>8}{'process MB':>12}")
    for words in (30, 600):
        for window in windows:
            _measure_window(chain, window, words, chance)


def _measure_window(chain: Chain, window: int, words: int, chance: random.Random) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    duplicates = Duplicates()
    for number in range(window):
        at = START + timedelta(seconds=number)
        duplicates.place(str(number), sketch(chain.text(words, chance)), at, f"s{number % 997}.org")
    texts = [chain.text(words, chance) for _ in range(QUERIES)]
    for place in range(0, QUERIES, 100):
        texts[place] = other_words(texts[place - 1], chance)
    begun = time.process_time()
    sketches = [sketch(text) for text in texts]
    sketching = time.process_time() - begun
    begun = time.process_time()
    for number, one in enumerate(sketches, window):
        at = START + timedelta(seconds=number)
        duplicates.place(str(number), one, at, f"s{number % 997}.org")
    took = time.process_time() - begun
    grown = (process.memory_info().rss - before) / 1e6
    print(f"{window:>20,}{words:>7}{QUERIES / took:>10,.0f}{QUERIES / sketching:>14,.0f}", end="")
    print(f"{duplicates.nbytes / 1e6:>8,.0f}{grown:>12,.0f}")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stream", type=Path, help="feed items, JSON lines")
    parser.add_argument("--articles", type=Path, help="full articles, JSON of id to articleBody")
    parser.add_argument("--pairs", type=int, default=0, help="pairs of a stream to show, to read")
    parser.add_argument(
        "--windows", type=int, nargs="*", default=[1_000, 10_000], help="texts in the window"
    )
    parser.add_argument("--speed", action="store_true", help="measure speed and memory alone")
    options = parser.parse_args()
    chance = random.Random(SEED)
    own = list(newsroom())
    full = list(articles(options.articles)) if options.articles else []
    items = list(stream(options.stream)) if options.stream else []
    if not options.speed:
        measure_found("the sample newsroom", own, chance, options.pairs)
        measure_found("full articles", full, chance, options.pairs)
        measure_found("the stream", items, chance, 0)
        if items:
            measure_stream(items, chance, options.pairs)
    if options.windows:
        measure_windows([*own, *full, *items], options.windows, chance)


if __name__ == "__main__":
    main()
