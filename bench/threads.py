"""How fast articles are put into stories, and how much memory the window takes, on one core.

    python -m bench.threads [--stream FILE] [--windows N ...] [--articles N] [--words W]

A window is filled with N feed items, then more are placed among them: items of STREAM (JSON lines
of title, summary, published, language; .zst or not), repeated until there are enough. In each
repetition the capitalised words get the round's number, so that copies meet only items of their own
round, as if from other months. Then articles of W words are placed in the same window, each made of
the texts of consecutive items.

The tagger says beforehand which items are on topic and what they mean. That takes minutes and is
not counted; `bench.enrichment` measures it, and `--off-topic` skips it.

Prints for each window the articles a second, including reading and weighing their words, their
milliseconds, and the memory of the window. Times are CPU time of one process. Without a stream it
says so and ends.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psutil

from enrich.stories.placement import Piece
from enrich.stories.threader import Threader
from enrich.stream import read_stream
from enrich.tagging.tagger import Tagger

START = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=29)
MEASURED = 2_000

_CAPITAL = re.compile(r"\b[A-Z]\w{3,}")


def repeated(items: Sequence[Piece]) -> Iterator[Piece]:
    """The items, endlessly; from the second round on, capitalised words get the round's number."""
    yield from items
    number = 1
    while True:
        mark = rf"\g<0>{number}"
        for item in items:
            title, text = (_CAPITAL.sub(mark, one) for one in (item.title, item.text))
            yield replace(item, title=title, text=text)
        number += 1


def articles(items: Iterator[Piece], words: int) -> Iterator[Piece]:
    """Articles of this many words, each an item with the texts of those after it."""
    for first in items:
        body = [first.text]
        while sum(len(text.split()) for text in body) < words:
            body.append(next(items).text)
        text = " ".join(" ".join(body).split()[:words])
        yield replace(first, text=text)


def place(
    threader: Threader, items: Iterator[Piece], number: int, at: datetime, name: str
) -> float:
    """Place some items, a second apart; returns how many are placed a second of CPU time."""
    made = list(islice(items, number))
    begun = time.process_time()
    for place_, item in enumerate(made):
        moment = at + timedelta(seconds=place_)
        threader.place(replace(item, id=f"{name}{place_}", first_seen=moment))
    return number / (time.process_time() - begun)


def memory() -> float:
    """The memory of this process, in MB."""
    return float(psutil.Process().memory_info().rss / 1e6)


def fill(threader: Threader, items: Iterator[Piece], number: int) -> None:
    """Put some items into the window, spread over all its days."""
    for place_, item in enumerate(islice(items, number)):
        moment = START + SPAN * (place_ / number)
        threader.place(replace(item, id=f"w{place_}", first_seen=moment))


def _off_topic(_title: str, _text: str) -> str:
    return ""


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stream", type=Path, help="feed items, JSON lines")
    parser.add_argument("--windows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--articles", type=int, default=MEASURED, help="placed in each window")
    parser.add_argument("--words", type=int, default=600, help="of a full article")
    parser.add_argument("--off-topic", action="store_true", help="as if nothing were on topic")
    options = parser.parse_args()
    if options.stream is None or not options.stream.exists():
        print("Nothing measured: there is no --stream of feed items to measure on.")
        return
    meaning_of = _off_topic if options.off_topic else Tagger.load().meaning
    items = [
        Piece("", title, text, START, row["language"], meaning_of(title, text))
        for row in read_stream(options.stream)
        for title, text in [(row["title"], row["summary"])]
    ]
    on_topic = sum(bool(item.meaning) for item in items)
    print(
        f"{len(items):,} items in {options.stream.name}, {on_topic:,} of them on topic;"
        f" {options.articles:,} placed in each window"
    )
    print("window        what             a second      ms   window's MB")
    for size in sorted(options.windows):
        stream = repeated(items)
        threader = Threader()
        threader.place(Piece("warm", "Words are loaded", "before memory is measured", START))
        before = memory()
        fill(threader, stream, size)
        taken = memory() - before
        rate = place(threader, stream, options.articles, START + SPAN, "i")
        print(f"{size:<10,}    feed items {rate:>14,.0f} {1000 / rate:>7.2f} {taken:>13,.0f}")
        long = articles(stream, options.words)
        rate = place(threader, long, options.articles // 4, START + SPAN, "a")
        print(f"{'':10}    {options.words} words  {rate:>14,.0f} {1000 / rate:>7.2f}")


if __name__ == "__main__":
    main()
