"""How many articles a second each part of enrichment takes, on one core.

    python -m bench.enrichment [--articles N] [--words W] [--stream FILE]

The articles are made of paragraphs from the sample newsroom (demo/content), in all its languages,
each of at least W words. Nearly all are about surveillance, which takes longest. Prints for each
part articles a second and milliseconds an article, the best of three rounds over all articles, in
CPU time of one process. `tags` includes telling the language. `all` is what wirewatch does with an
article: the parts, and statements, which are looked for only on topic and near it. With a stream of
real feed items (JSON lines of title and summary, .zst or not) it prints the same for articles made
of consecutive items, a realistic mix of news; then, for the items themselves, in one round, in how
many a second mentions are found, how many a second are tagged, and how many are about surveillance.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path

from bench.threads import START
from bench.threads import articles as joined
from demo.outlets import outlets
from enrich.copies.fingerprint import fingerprint
from enrich.mentions.finder import MentionFinder
from enrich.stories.placement import Piece
from enrich.stream import read_stream
from enrich.tagging.tagger import Tagger
from wirewatch.newsroom.own import NOTHING, found_in, mention_finder, tagger

ROUNDS = 3

Part = Callable[[str, str], object]
"""A part of enrichment, given a title and a text."""


def articles(number: int, words: int) -> list[tuple[str, str]]:
    """Titles and texts, always the same for the same arguments."""
    pieces = [piece.version(3) for outlet in outlets() for piece in outlet.published(3)]
    titles = [piece.title for piece in pieces]
    paragraphs = list(dict.fromkeys(one for piece in pieces for one in piece.body))
    chance = random.Random(5)
    made = []
    for _ in range(number):
        body: list[str] = []
        while sum(len(one.split()) for one in body) < words:
            body.append(chance.choice(paragraphs))
        made.append((chance.choice(titles), "\n".join(body)))
    return made


def measure(name: str, part: Part, made: list[tuple[str, str]]) -> None:
    """Print how fast one part is."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for title, text in made:
            part(title, text)
        best = min(best, time.process_time() - begun)
    print(f"{name:12}{len(made) / best:>12,.0f}{best / len(made) * 1000:>12.2f}")


def measure_parts(parts: Mapping[str, Part], made: list[tuple[str, str]], what: str) -> None:
    """Print how fast each part is, and all together."""
    characters = sum(len(text) for _, text in made) / len(made)
    print(f"\n{len(made)} articles of {characters:,.0f} characters, {what}")
    print("part          a second          ms")
    for name, part in parts.items():
        measure(name, part, made)


def measure_stream(items: Sequence[tuple[str, str]], finder: MentionFinder, reader: Tagger) -> None:
    """Print how fast mentions are found in the items of a stream, title and summary, and how fast
    they are tagged."""
    begun = time.process_time()
    found = sum(len(finder.find(title, summary)) for title, summary in items)
    took = time.process_time() - begun
    print(f"\n{len(items):,} feed items, {len(items) / took:,.0f} a second, {found:,} mentions")
    begun = time.process_time()
    tagged = sum(bool(reader.tag(title, summary).tags) for title, summary in items)
    took = time.process_time() - begun
    print(f"{len(items):,} feed items, {len(items) / took:,.0f} a second, {tagged:,} tagged")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=500, help="how many (default: 500)")
    parser.add_argument("--words", type=int, default=600, help="of each, at least (default: 600)")
    parser.add_argument("--stream", type=Path, help="feed items, JSON lines")
    options = parser.parse_args()
    begun = time.process_time()
    finder = mention_finder(NOTHING)
    print(f"mentions load in {time.process_time() - begun:.2f} s")
    parts: dict[str, Part] = {
        "mentions": finder.find,
        "tags": tagger(NOTHING).tag,
        "fingerprint": lambda _, text: fingerprint(text),
        "all": lambda title, text: (found_in(title, text, NOTHING), fingerprint(text)),
    }
    measure_parts(parts, articles(options.articles, options.words), "made of the sample newsroom")
    if options.stream:
        items = [(item["title"], item["summary"]) for item in read_stream(options.stream)]
        stream = cycle(Piece("", title, text, START) for title, text in items)
        made = islice(joined(stream, options.words), options.articles)
        pairs = [(one.title, one.text) for one in made]
        measure_parts(parts, pairs, "made of the stream")
        measure_stream(items, finder, tagger(NOTHING))


if __name__ == "__main__":
    main()
