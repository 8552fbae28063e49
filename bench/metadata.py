"""How often a page's date and authors are found, compared with trafilatura, and how fast.

    python -m bench.metadata --pages DIR [--truth FILE] [--wrong]

DIR holds the pages as fetched, `ID.html` or `ID.html.gz`. The truth, JSON lines of

    {"id": "1", "url": "https://news.example/1", "published": "2024-05-31",
     "authors": ["Jane Doe", "John Roe"]}

was read off the pages by people. By default it is `bench/truth/pages.jsonl`, of the 181 news pages
of scrapinghub's article-extraction-benchmark. `published` is the day that the outlet prints, in its
own time zone. `authors` are the persons whom the byline names; an empty list means that it names
none, at most a desk or an agency. A page whose truth is null does not count for that figure.

A day is exact if it is the outlet's. Authors are exact if the sets of names are the same, ignoring
case and punctuation. They are counted over the pages that name a person, and over all pages, where
finding a desk or an agency instead counts as wrong. Milliseconds are CPU time of date, authors and
title on a tree that is already parsed, JSON-LD included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import Document

from core.records import FeedItem
from ingest.extraction.authors import authors
from ingest.extraction.date import published
from ingest.extraction.document import parse
from ingest.extraction.outlet import folded
from ingest.extraction.title import title

TRUTH = Path(__file__).parent / "truth" / "pages.jsonl"


@dataclass(slots=True)
class Tally:
    """What one way found: pages counted, and those of them that are exact."""

    dated: int = 0
    day: int = 0
    near: int = 0
    signed: int = 0
    exact_signed: int = 0
    unsigned: int = 0
    exact_unsigned: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def count(self, when: date | None, who: Sequence[str], truth: dict[str, Any]) -> list[str]:
        """Count a page; returns what is not exact."""
        faults = []
        if truth["published"]:
            day = date.fromisoformat(truth["published"])
            self.dated += 1
            self.day += when == day
            self.near += when is not None and abs((when - day).days) <= 1
            if when != day:
                faults.append(f"day {when}, in truth {day}")
        if truth["authors"] is not None:
            exact = set(map(folded, who)) == set(map(folded, truth["authors"]))
            if truth["authors"]:
                self.signed += 1
                self.exact_signed += exact
            else:
                self.unsigned += 1
                self.exact_unsigned += exact
            if not exact:
                faults.append(f"authors {list(who)}, in truth {truth['authors']}")
        return faults

    def __str__(self) -> str:
        pages = self.signed + self.unsigned
        exact = self.exact_signed + self.exact_unsigned
        return (
            f"day {self.day / self.dated:.3f} exact, {self.near / self.dated:.3f} within a day, of"
            f" {self.dated} pages; authors {exact / pages:.3f} exact of {pages},"
            f" {self.exact_signed / self.signed:.3f} of the {self.signed} that name a person"
        )


def main() -> None:
    """Score the pages, and print the shares with their sample sizes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--wrong", action="store_true", help="print what is not exact")
    arguments = parser.parse_args()
    ours, theirs = Tally(), Tally()
    # Reading the first date in words, htmldate loads its languages, once per process.
    no_feed = FeedItem(url="https://news.example/")
    published(parse("<p class='date'>5 maggio 2020</p>", no_feed.url), no_feed)
    for body, truth in _pages(arguments.pages, arguments.truth):
        document = parse(body, truth["url"])
        start = time.process_time()
        when, who = published(document, no_feed), authors(document, no_feed)
        title(document, no_feed)
        ours.milliseconds.append((time.process_time() - start) * 1000)
        for fault in ours.count(when.date() if when else None, who, truth):
            if arguments.wrong:
                print(f"{truth['url']}\n    {fault}")
        found = bare_extraction(body, url=truth["url"], with_metadata=True)
        said = found.as_dict() if isinstance(found, Document) else {}
        day = date.fromisoformat(said["date"]) if said.get("date") else None
        names = [name.strip() for name in (said.get("author") or "").split(";")]
        theirs.count(day, list(filter(None, names)), truth)
    print(f"wirewatch:   {ours}\ntrafilatura: {theirs}")
    ordered = sorted(ours.milliseconds)
    print(
        f"time: {sum(ordered) / len(ordered):.2f} ms a page, median"
        f" {ordered[len(ordered) // 2]:.2f}, slowest {ordered[-1]:.1f}"
    )


def _pages(folder: Path, truths: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for line in truths.read_text("utf-8").splitlines():
        truth = json.loads(line)
        plain = folder / f"{truth['id']}.html"
        packed = plain.with_suffix(".html.gz")
        yield gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes(), truth


if __name__ == "__main__":
    main()
