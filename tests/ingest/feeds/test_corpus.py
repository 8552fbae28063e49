"""feedparser's own test feeds, parsed by wirewatch and compared with what they expect.

They are not part of this repository: `python scripts/feedparser_corpus.py` fetches them. Where ours
differs from what they expect, `corpus_differences.toml` says so, with the reason.
"""

from __future__ import annotations

import importlib.util
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from corpus import Case, Expectation, cases, from_parts

from ingest.charsets import decode
from ingest.feeds.drafts import Document, Draft, NotAFeed, Words, names
from ingest.feeds.parser import parse_feed, read_document
from ingest.moments import moment
from ingest.web.addresses import canonical_url

ROOT = Path(__file__).parents[3]
DIFFERENCES = Path(__file__).with_name("corpus_differences.toml")

Judge = Callable[[Draft, Any, str], bool]


def _same_words(ours: Words, expected: Any) -> bool:
    return ours.line() == Words(expected or "", ours.is_text).line()


def _title(draft: Draft, expected: Any, _: str) -> bool:
    return _same_words(draft.title, expected)


def _summary(draft: Draft, expected: Any, _: str) -> bool:
    return _same_words(draft.texts[0], expected)


def _content(draft: Draft, expected: Any, _: str) -> bool:
    return any(
        text.paragraphs() == Words(expected, text.is_text).paragraphs() for text in draft.texts
    )


def _link(draft: Draft, expected: Any, url: str) -> bool:
    return draft.address(url) == canonical_url(expected, base=url)


def _author(draft: Draft, expected: Any, _: str) -> bool:
    # feedparser's `author` has the address behind the name, where there is one.
    written = re.sub(r" \([^ ]+@[^ ]+\)$", "", expected or "")
    return "@" in written or set(names([written])) <= set(names(draft.authors))


def _date(draft: Draft, expected: Any, _: str) -> bool:
    return from_parts(expected) in [moment(date) for date in draft.dates]


JUDGES: dict[str, Judge] = {
    r"title|title_detail\.value": _title,
    r"description|summary|summary_detail\.value": _summary,
    r"content\[\d+\]\.value": _content,
    r"link": _link,
    r"author|author_detail\.name|authors\[\d+\]\.name": _author,
    r"(published|updated|created|issued|modified|date)_parsed": _date,
}
"""The fields compared. wirewatch records nothing else of what feedparser reads."""


def _compare(case: Case, found: Document | NotAFeed, expected: Expectation) -> bool | None:
    """Whether ours is as expected; None where the expectation concerns nothing we record."""
    drafts = found.drafts if isinstance(found, Document) else ()
    title = found.title if isinstance(found, Document) else Words("")
    if expected.where == "bozo" and expected.value is False:
        return isinstance(found, Document) and found.fault is None
    if expected.where in ("feed.title", "feed.title_detail.value"):
        return _same_words(title, expected.value)
    if expected.where == "len(entries)":
        return len(drafts) == expected.value
    if expected.where == "feed.ttl":
        return isinstance(found, Document) and found.hints.every == 60 * int(expected.value)
    if entry := re.fullmatch(r"entries\[(-?\d+)\]\.(.+)", expected.where):
        for pattern, judge in JUDGES.items():
            if re.fullmatch(pattern, entry[2]):
                return bool(drafts) and judge(drafts[int(entry[1])], expected.value, case.url)
    return None


@pytest.fixture(scope="module")
def corpus() -> list[Case]:
    spec = importlib.util.spec_from_file_location(
        "feedparser_corpus", ROOT / "scripts" / "feedparser_corpus.py"
    )
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    if not script.folder().exists() and not os.environ.get("CI"):
        pytest.skip("no corpus here; `python scripts/feedparser_corpus.py` fetches it")
    found = list(cases(script.fetch()))
    assert len(found) > 2_000
    return found


def test_every_feed_meets_its_expectations_or_the_difference_is_listed(
    corpus: list[Case],
) -> None:
    equal, different = 0, set()
    for case in corpus:
        parse_feed(case.body, case.content_type, case.url)
        read = read_document(decode(case.body, case.content_type), case.url)
        for expected in case.expectations:
            verdict = _compare(case, read, expected)
            equal += verdict is True
            if verdict is False:
                different.add(f"{case.name} {expected.where}")
    listed = tomllib.loads(DIFFERENCES.read_text("utf-8"))["difference"]
    known = {where for group in listed for where in group["where"]}
    assert different - known == set(), "unlisted differences"
    assert known - different == set(), "listed differences that are none any more"
    assert all(group["reason"] for group in listed)
    assert equal > 3_000
