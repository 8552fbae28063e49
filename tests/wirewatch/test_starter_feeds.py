"""The starter list is sound, and the guide accounts for every address in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import listparser
import pytest

ROOT = Path(__file__).resolve().parents[2]
OPML = ROOT / "wirewatch" / "starter" / "feeds.opml"
GUIDE = ROOT / "docs" / "starter-feeds.md"

FOLDERS = [
    "Newspapers of record",
    "Agencies and broadcasters",
    "Technology and security press",
    "Digital-rights groups",
    "Courts, regulators and parliaments",
]
# A row of the guide: | outlet | language | <address> | sources |
ROW = re.compile(
    r"^\| (?P<title>[^|]+) \| (?P<language>[a-z]{2}) \| <(?P<url>[^>]+)> \| (?P<by>.*)\|$"
)
NAMED = re.compile(r"\[[^]/]+/[^]/]+\]\(https://github\.com/[^)]+\) `[^`]+`")
UNNAMED = re.compile(
    r"public code, \d+ files(?: or more)? \(\[search\]\(https://github\.com/search\?"
)


@dataclass(frozen=True)
class Listed:
    """One feed of the list, as given in both the OPML file and the guide."""

    title: str
    language: str
    url: str


def outlines() -> list[tuple[str, ElementTree.Element]]:
    body = ElementTree.parse(OPML).getroot().find("body")
    assert body is not None
    return [(folder.get("text", ""), feed) for folder in body for feed in folder]


def listed() -> list[Listed]:
    return [
        Listed(feed.get("text", ""), feed.get("language", ""), feed.get("xmlUrl", ""))
        for _, feed in outlines()
    ]


def guide_rows() -> list[re.Match[str]]:
    return [row for line in GUIDE.read_text("utf-8").splitlines() if (row := ROW.match(line))]


def test_starter_list_is_opml_2_and_is_imported_whole() -> None:
    assert ElementTree.parse(OPML).getroot().get("version") == "2.0"
    result = listparser.parse(OPML.read_bytes())
    assert not result.bozo
    assert [feed.url for feed in result.feeds] == [feed.url for feed in listed()]
    assert all(feed.tags for feed in result.feeds)


def test_list_has_at_least_sixty_feeds_in_five_languages() -> None:
    assert len(listed()) >= 60
    assert len({feed.language for feed in listed()}) >= 5


def test_no_address_is_listed_twice() -> None:
    # Two spellings of one address would be polled as two feeds.
    spelled = Counter(re.sub(r"^https?://(www\.)?", "", f.url).rstrip("/") for f in listed())
    assert [url for url, count in spelled.items() if count > 1] == []


def test_feeds_of_one_outlet_have_its_name() -> None:
    """Outlets are counted by name: two sections of a paper are not two that have a story."""
    names: dict[str, set[str]] = {}
    for feed in listed():
        names.setdefault(urlsplit(feed.url).netloc, set()).add(feed.title)
    assert [several for several in names.values() if len(several) > 1] == []
    assert [feed.title for feed in listed() if ":" in feed.title] == []


def test_every_feed_is_in_a_known_folder() -> None:
    body = ElementTree.parse(OPML).getroot().find("body")
    assert body is not None
    assert [folder.get("text") for folder in body] == FOLDERS
    assert all(folder.get("xmlUrl") is None and len(folder) for folder in body)


@pytest.mark.parametrize("attribute", ["xmlUrl", "htmlUrl"])
def test_addresses_are_http_and_have_a_host(attribute: str) -> None:
    for _, feed in outlines():
        parts = urlsplit(feed.get(attribute, ""))
        assert parts.scheme in {"http", "https"}, feed.attrib
        assert parts.hostname, feed.attrib


def test_every_feed_has_type_title_and_language() -> None:
    for _, feed in outlines():
        assert feed.get("type") == "rss"
        assert feed.get("text"), feed.attrib
        assert feed.get("title") == feed.get("text")
        assert re.fullmatch(r"[a-z]{2}", feed.get("language", "")), feed.attrib


def test_the_guide_lists_the_same_feeds_in_the_same_order() -> None:
    rows = [Listed(row["title"], row["language"], row["url"]) for row in guide_rows()]
    assert rows == listed()


def test_the_guide_names_a_source_for_every_feed() -> None:
    unconfirmed = [
        row["url"]
        for row in guide_rows()
        if not (NAMED.search(row["by"]) or UNNAMED.search(row["by"]))
    ]
    assert unconfirmed == []


def test_guide_lists_the_copy_of_every_file_it_names() -> None:
    text = GUIDE.read_text("utf-8")
    named = set(re.findall(r"\]\(https://github\.com/([^)]+)\) `([^`]+)`", text))
    copies = set(re.findall(r"^\| ([^| ]+/[^| ]+) \| `([^`]+)` \| `[0-9a-f]{12}` \|$", text, re.M))
    assert named == copies


def test_the_guide_says_how_the_addresses_were_confirmed() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    assert "confirmed in public sources on 2026-11-24, not by polling them" in text
