"""How often the date and the authors of a page are found, and how long that takes.

    python -m bench.metadata --data DIR [--wrong]

DIR holds `truth.jsonl`, a JSON object a line for each page:

    {"path": "pages/1.html", "url": "https://news.example/1", "published": "2024-05-31",
     "authors": ["Jane Doe", "John Roe"]}

`path` is relative to DIR, of a page as it was fetched, plain or under gzip (`.gz`). `published` is
the day that the outlet prints. A truth that is null or missing leaves its page out of that count;
an empty list of authors says that there are none to find. Without `truth.jsonl` there is nothing
to score: this is said, and is no failure.

A day is exact if it is the outlet's, a shift of one is counted beside it, as is the day in UTC.
Authors are exact if the sets of names are the same but for case and punctuation. Milliseconds are
CPU time of date, authors and title on a tree that is parsed already, JSON-LD included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.extraction.authors import authors
from ingest.extraction.date import published
from ingest.extraction.document import Document, parse
from ingest.extraction.outlet import folded
from ingest.extraction.title import title


@dataclass(slots=True)
class Tally:
    """What was counted, pages in which it could be counted first."""

    dated: int = 0
    day: int = 0
    day_in_utc: int = 0
    near: int = 0
    undated: int = 0
    signed: int = 0
    exact: int = 0
    partly: int = 0
    unsigned: int = 0
    milliseconds: list[float] = field(default_factory=list)


def main() -> None:
    """Score the folder that is named, and print the shares with their sample sizes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--wrong", action="store_true", help="print each page that is not exact")
    arguments = parser.parse_args()
    if not (arguments.data / "truth.jsonl").is_file():
        print(f"no truth.jsonl in {arguments.data}: nothing to score")
        return
    tally = Tally()
    # The first date in words has htmldate load its languages, once for a process.
    published(parse("<p class='date'>5 maggio 2020</p>", "https://news.example/"), None)
    for document, truth in _pages(arguments.data):
        for fault in _score(document, truth, tally):
            if arguments.wrong:
                print(fault)
    _report(tally)


def _pages(folder: Path) -> Iterator[tuple[Document, dict[str, Any]]]:
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        body = (folder / truth["path"]).read_bytes()
        if truth["path"].endswith(".gz"):
            body = gzip.decompress(body)
        yield parse(body, truth["url"]), truth


def _score(document: Document, truth: dict[str, Any], tally: Tally) -> Iterator[str]:
    """Count a page, and say what of it is not exact."""
    start = time.process_time()
    when, who, _ = published(document, None), authors(document, None), title(document, None)
    tally.milliseconds.append((time.process_time() - start) * 1000)
    if truth.get("published"):
        day = date.fromisoformat(truth["published"][:10])
        if not _score_day(when, day, tally):
            yield f"{truth['url']}\n    day {when}, in truth {day}"
    if truth.get("authors") is not None and not _score_authors(who, truth["authors"], tally):
        yield f"{truth['url']}\n    authors {list(who)}, in truth {truth['authors']}"


def _score_day(when: datetime | None, day: date, tally: Tally) -> bool:
    tally.dated += 1
    tally.undated += when is None
    if when is None:
        return False
    tally.day += when.date() == day
    tally.day_in_utc += when.astimezone(UTC).date() == day
    tally.near += abs((when.date() - day).days) <= 1
    return when.date() == day


def _score_authors(who: tuple[str, ...], meant: list[str], tally: Tally) -> bool:
    found, true = set(map(folded, who)), set(map(folded, meant))
    tally.signed += 1
    tally.unsigned += not found
    tally.exact += found == true
    tally.partly += bool(found & true)
    return found == true


def _report(tally: Tally) -> None:
    if tally.dated:
        print(
            f"day: {tally.day / tally.dated:.3f} exact, {tally.near / tally.dated:.3f} within a"
            f" day, {tally.day_in_utc / tally.dated:.3f} exact in UTC, {tally.undated} without,"
            f" of {tally.dated} pages"
        )
    if tally.signed:
        print(
            f"authors: {tally.exact / tally.signed:.3f} exact, {tally.partly / tally.signed:.3f}"
            f" with one right, {tally.unsigned} without, of {tally.signed} pages"
        )
    if tally.milliseconds:
        ordered = sorted(tally.milliseconds)
        print(
            f"time: {sum(ordered) / len(ordered):.2f} ms a page, median"
            f" {ordered[len(ordered) // 2]:.2f}, slowest {ordered[-1]:.1f}"
        )


if __name__ == "__main__":
    main()
