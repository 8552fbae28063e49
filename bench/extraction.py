"""How clean a page's text is by the quick and by the careful way, and how fast each way is.

    python -m bench.extraction [--data DIR]

DIR holds `ground-truth.json`, an object of `{id: {"articleBody": text, "url": address}}`, and each
page as `html/ID.html.gz`. This is the layout of scrapinghub's article-extraction-benchmark, and so
is the measure: the F1 of mean precision and mean recall of shingles of four words.

Speeds are pages a second of CPU time on one core, on DIR's pages, or else on the sample newsroom's.
"quick" is parsing and text; for comparison, "trafilatura" is `trafilatura.bare_extraction` with
metadata. "article" is all that a pass does with a page, from its bytes to the article's archived
JSON: text, title, authors, date, address, and whether it is the article at all. As in a pass, it
reads doubtful pages the careful way. Every page goes through all ways in turn, so that a busy
machine slows all alike.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trafilatura import bare_extraction

from core.records import Entry, Page, State
from demo.outlets import outlets
from demo.pages import article_page
from ingest.extraction.careful import careful_text
from ingest.extraction.document import parse
from ingest.extraction.quick import quick_text
from ingest.pages.articles import NewRevision
from ingest.pages.extract import make_article, never

SHINGLE_WORDS = 4
LAST_DAY = 365
"""A day of the sample newsroom by which everything has been published."""


@dataclass(frozen=True)
class Sample:
    """A page, and its text as a person would copy it, where known."""

    body: bytes
    url: str
    truth: str | None


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    folder = parser.parse_args().data
    logging.disable(logging.WARNING)  # an extractor that gives up logs it; here it only scores less
    if folder is not None and (folder / "ground-truth.json").is_file():
        samples = list(_labelled(folder))
    else:
        print(f"no ground-truth.json in {folder or 'no --data'}: speeds only, on sample pages")
        samples = list(_made())
    _measure(samples)


def _labelled(folder: Path) -> Iterator[Sample]:
    for name, truth in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Sample(body, truth.get("url", ""), truth["articleBody"])


def _made() -> Iterator[Sample]:
    for outlet in outlets():
        base = f"http://{outlet.host}"
        for piece in (piece for piece in outlet.pieces if piece.media == "html"):
            page = article_page(outlet, piece, piece.version(LAST_DAY), base)
            yield Sample(page.encode(), base + outlet.path_of(piece), None)


def _measure(samples: list[Sample]) -> None:
    seconds: defaultdict[str, float] = defaultdict(float)
    quick_texts, careful_texts = [], []

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        seconds[name] += time.process_time() - start

    for sample in samples:
        with timed("trafilatura"):
            bare_extraction(sample.body, with_metadata=True)
        with timed("quick"):
            document = parse(sample.body, sample.url)
            quick_texts.append(quick_text(document))
        entry, page = _fetched(sample)
        with timed("article"):
            result = make_article(entry, page, never)
            if isinstance(result, NewRevision):
                result.article.model_dump_json()
        with timed("careful"):
            careful_texts.append(careful_text(document, quick_texts[-1], entry))
    truths = [sample.truth for sample in samples if sample.truth is not None]
    if truths:
        print(f"quick: {_scored(truths, quick_texts)}")
        print(f"careful: {_scored(truths, careful_texts)}")
    for name, spent in seconds.items():
        print(f"{name}: {len(samples) / spent:.1f} pages/s")
    for name in ("quick", "article"):
        print(f"{name} / trafilatura: {seconds['trafilatura'] / seconds[name]:.2f} times as fast")


def _fetched(sample: Sample) -> tuple[Entry, Page]:
    """A sample as it comes from the fetch stage."""
    now = datetime.now(UTC)
    url = sample.url if sample.url.startswith("http") else f"https://{sample.url}"
    entry = Entry(
        url=url, site="example.com", outlet="", title="", state=State.FETCHED, first_seen=now
    )
    page = Page(id=entry.id, url=url, status=200, body=sample.body, fetched_at=now)
    return entry, page


def _scored(truths: list[str], texts: list[str]) -> str:
    pairs = [(_shingles(truth), _shingles(text)) for truth, text in zip(truths, texts, strict=True)]
    shared = [(true & found).total() for true, found in pairs]
    precision = _mean(
        part / found.total() if found else 0.0
        for part, (_, found) in zip(shared, pairs, strict=True)
    )
    recall = _mean(
        part / true.total() if true else 0.0 for part, (true, _) in zip(shared, pairs, strict=True)
    )
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"shingle F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}, n={len(truths)}"


def _mean(values: Iterator[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    starts = range(max(len(words) - SHINGLE_WORDS + 1, min(len(words), 1)))
    return Counter(tuple(words[start : start + SHINGLE_WORDS]) for start in starts)


if __name__ == "__main__":
    main()
