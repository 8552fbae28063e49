"""Outbound feeds: Atom that feed readers accept, with stable ids and updated times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
import pytest
from factories import NOON, an_alert, an_article
from hypothesis import given
from hypothesis import strategies as st

from alert.atom import ATOM, MAX_ENTRIES, file_name, file_of, of_rule, of_search, to_xml
from core.records import Development, DevelopmentKind, Evidence, Tag, content_id

NEW = an_alert(headline="Cameras & <b>faces</b>", topics=("surveillance", "cameras"))
MOVED = an_alert(
    key=content_id("moved"),
    kind="development",
    headline="Cameras & faces, continued",
    url="https://news.example/later",
    developments=(
        Development(
            kind=DevelopmentKind.COURT, what="A court forbids it", told_by=an_alert().first
        ),
    ),
    created_at=NOON + timedelta(hours=5),
)


def read(document):
    parsed = feedparser.parse(document)
    assert not parsed.bozo
    return parsed


def test_rule_feed_has_an_entry_for_each_story():
    parsed = read(to_xml(of_rule("faces", [NEW, an_alert(story=2)])))
    assert parsed.version == "atom10"
    assert parsed.feed.title == "wirewatch: faces"
    assert parsed.feed.id.startswith("urn:uuid:")
    assert {entry.link for entry in parsed.entries} == {
        "https://news.example/1",
        "https://news.example/2",
    }
    (entry,) = (one for one in parsed.entries if one.link.endswith("/1"))
    assert entry.author == "Example News"
    assert [tag.term for tag in entry.tags] == ["surveillance", "cameras"]
    assert entry.published == entry.updated == "2026-03-01T12:00:00Z"
    assert "Why you got this: it matches your rule" in entry.content[0].value
    assert entry.content[0].type == "text/html"


def test_a_rules_feed_tells_its_file_and_others_none() -> None:
    for rule in ("faces & “eyes”", "faces  \u202e eyes", " faces", "f" * 200, "\ufffe"):
        assert file_of(to_xml(of_rule(rule, [NEW]))) == file_name(rule)
    for other in (of_search("faces", []), of_search("x", [], title="faces")):
        assert file_of(to_xml(other)) is None
    assert file_of(b"<rss/>") is file_of(b"") is file_of(b"<feed") is None
    for encoding in ("none-such", "utf-7", "idna"):
        assert file_of(f'<?xml version="1.0" encoding="{encoding}"?><rss/>'.encode()) is None


def test_development_updates_its_storys_entry():
    (before,) = read(to_xml(of_rule("r", [NEW]))).entries
    (after,) = read(to_xml(of_rule("r", [NEW, MOVED]))).entries
    assert before.id == after.id
    assert (after.published, after.updated) == ("2026-03-01T12:00:00Z", "2026-03-01T17:00:00Z")
    assert after.link == "https://news.example/later"
    assert "A court forbids it." in after.content[0].value


def test_update_without_topics_keeps_the_entrys_topics():
    (entry,) = of_rule("r", [NEW, MOVED]).entries
    assert not MOVED.topics
    assert entry.topics == ("surveillance", "cameras")
    (now,) = of_rule("r", [NEW, MOVED.model_copy(update={"topics": ("policing",)})]).entries
    assert now.topics == ("policing",)


def test_story_has_a_separate_entry_for_each_rule():
    (one,) = of_rule("r", [NEW]).entries
    (other,) = of_rule("s", [NEW.model_copy(update={"rule": "s"})]).entries
    assert one.key != other.key


def test_search_feed_has_an_entry_for_each_article():
    phrase = Evidence(field="text", start=0, end=7, phrase="Nothing", why="a word")
    tagged = an_article(1, tags=(Tag(topic="cameras", score=0.8, evidence=(phrase,)),))
    parsed = read(to_xml(of_search("topic:cameras", [tagged, an_article(2)])))
    assert parsed.feed.title == "wirewatch: topic:cameras"
    assert of_search("topic:cameras", [], title="Cameras").title == "wirewatch: Cameras"
    assert len({entry.id for entry in parsed.entries}) == 2
    (entry,) = (one for one in parsed.entries if one.link.endswith("/1"))
    assert tagged.title in entry.content[0].value
    assert "cameras, score 0.80: “Nothing”" in entry.content[0].value
    assert [tag.term for tag in entry.tags] == ["cameras"]


def test_year_one_is_written_as_a_valid_date():
    dated = an_article(published=datetime(1, 1, 1, tzinfo=UTC))
    assert b"<published>0001-01-01T00:00:00Z</published>" in to_xml(of_search("x", [dated]))


@given(st.text(max_size=60) | st.sampled_from(["<script>&\x00\x1b\ufffe\ud800]]>", "", "\u202e"]))
def test_hostile_title_leaves_the_feed_readable(words):
    hostile = NEW.model_copy(update={"headline": words, "title": words, "outlet": words})
    document = to_xml(of_rule(words, [hostile]))
    parsed = read(document)
    assert parsed.entries[0].title_detail.type == "text/plain"
    root = ET.fromstring(document)
    for parent in (root, *root.findall(f"{{{ATOM}}}entry")):
        for name in ("id", "title", "updated"):
            (child,) = parent.findall(f"{{{ATOM}}}{name}")
            assert child.text


def test_order_of_alerts_does_not_change_the_feeds_bytes():
    alerts = [an_alert(story=n) for n in range(5)]
    assert to_xml(of_rule("r", alerts)) == to_xml(of_rule("r", alerts[::-1]))


def test_feed_without_entries_is_valid():
    parsed = read(to_xml(of_rule("r", [])))
    assert parsed.entries == []


def test_feed_holds_the_latest_entries():
    alerts = [an_alert(story=n, created_at=NOON + timedelta(hours=n)) for n in range(200)]
    parsed = read(to_xml(of_rule("r", alerts)))
    assert len(parsed.entries) == MAX_ENTRIES
    assert parsed.entries[0].link == "https://news.example/199"
    assert parsed.feed.updated == parsed.entries[0].updated


@pytest.mark.parametrize(
    ("rule", "name"),
    [("spyware", "spyware.atom"), ("über-wachung.2", "über-wachung.2.atom")],
)
def test_file_is_named_after_its_rule(rule, name):
    assert file_name(rule) == name


def test_no_rule_writes_outside_the_folder_or_over_another_rules_file():
    names = [file_name(rule) for rule in ("a b", "a-b", "a/b", "../a", "..", ".", "", "x" * 500)]
    assert len(set(names)) == len(names)
    assert all("/" not in name and not name.startswith(".") and len(name) < 90 for name in names)
