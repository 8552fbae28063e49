"""Count a stream's terms into the packaged table: `python -m enrich.frequencies.build STREAM`.

STREAM is a file of JSON lines, plain or `.zst`, one feed entry each: `title`, `summary` and
`language`. The table holds only terms and numbers. The same stream gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from core.files import gzipped
from enrich.stories.terms import (
    SHORTEST_TERM,
    language_code,
    split_words,
    stem,
    without_boilerplate,
    without_site,
    words_inside,
)
from enrich.stream import read_stream

log = logging.getLogger(__name__)

MIN_ARTICLES = 3
"""Terms in fewer articles are left out: nearly two thirds of all terms, and having one says little
that "unseen" does not say."""

MIN_LANGUAGE_ARTICLES = 2_000
"""A language with fewer articles gets no table: its counts would be left to chance."""

NAME_SHARE = 0.6
"""A term is a name if at least this share of its uses inside sentences has a capital. Two uses, one
of either kind, are added beforehand, so that a single one decides nothing."""

PACKAGED = Path(__file__).with_name("stream.json.gz")


class Counts(NamedTuple):
    """A language's articles, how many of them use each term, and which terms are names."""

    articles: int
    frequencies: dict[str, int]
    names: list[str]


def count(entries: Iterable[Mapping[str, str]]) -> dict[str, Counts]:
    """The counts of each language, by its code.

    A repeated entry with the same title and summary is counted once.
    """
    seen: set[tuple[str, str]] = set()
    articles: Counter[str] = Counter()
    frequencies: defaultdict[str, Counter[str]] = defaultdict(Counter)
    capitals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    small: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        title, summary = entry["title"], without_boilerplate(entry["summary"])
        if (title, summary) in seen:
            continue
        seen.add((title, summary))
        code = language_code(entry["language"])
        articles[code] += 1
        words = split_words(without_site(title)) + split_words(summary)
        frequencies[code].update(set(stem(words, code)))
        inside = words_inside(summary)
        for word, term in zip(inside, stem(inside, code), strict=True):
            (capitals if word[0].isupper() else small)[code][term] += 1
    return {
        code: _counts(articles[code], frequencies[code], capitals[code], small[code])
        for code in sorted(articles)
        if articles[code] >= MIN_LANGUAGE_ARTICLES
    }


def _counts(
    articles: int, frequencies: Counter[str], capitals: Counter[str], small: Counter[str]
) -> Counts:
    """The counts of a language, without rare terms; `capitals` and `small` count uses of each term
    inside sentences."""
    kept = {
        term: used
        for term, used in sorted(frequencies.items())
        if used >= MIN_ARTICLES and len(term) >= SHORTEST_TERM
    }
    names = [
        term
        for term in kept
        if capitals[term] + 1 >= NAME_SHARE * (capitals[term] + small[term] + 2)
    ]
    return Counts(articles, kept, names)


def pack(tables: Mapping[str, Counts]) -> bytes:
    """The tables as compressed JSON; equal tables give equal bytes."""
    return gzipped(json.dumps(tables, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def main() -> None:
    """Count the given stream and write the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stream", type=Path, help="JSON lines of title, summary, language")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="default: the packaged table")
    arguments = parser.parse_args()
    tables = count(read_stream(arguments.stream))
    packed = pack(tables)
    arguments.out.write_bytes(packed)
    for code, counts in tables.items():
        log.info(
            "%s: %d articles, %d terms, %d of them names",
            code, counts.articles, len(counts.frequencies), len(counts.names),
        )  # fmt: skip
    log.info("%s: %d bytes", arguments.out, len(packed))


if __name__ == "__main__":
    main()
