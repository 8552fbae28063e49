"""The made-up news: there is enough of every kind, at a newspaper's length."""

from collections import Counter

import as_shipped
import pytest
from pydantic import ValidationError

from demo.outlets import DAYS, Kind, Piece, end_of, outlets
from demo.pages import article_pdf
from ingest.extraction.pdf import PdfText, pdf_text

EVERY = [(outlet, piece) for outlet in outlets() for piece in outlet.pieces]
NAMES = [f"{outlet.name}/{piece.slug}" for outlet, piece in EVERY]


@pytest.mark.parametrize(("outlet", "piece"), EVERY, ids=NAMES)
def test_every_article_has_newspaper_length(outlet, piece):
    version = piece.version(3)
    assert 120 <= len(version.text.split()) <= 300
    assert len(version.body) >= 3
    assert 5 <= len(version.summary.split()) <= 60


def test_there_is_enough_of_every_kind():
    kinds = Counter(piece.kind for _, piece in EVERY)
    assert sum(kinds.values()) >= 100
    assert 24 <= kinds[Kind.SURVEILLANCE] <= 30
    assert kinds[Kind.LOOKALIKE] >= 8
    assert len(outlets()) >= 13
    assert {outlet.language for outlet in outlets()} >= {"en", "de", "fr", "es"}
    spoken = {outlet.language for outlet, piece in EVERY if piece.kind == Kind.SURVEILLANCE}
    assert spoken >= {"en", "de", "fr", "es"}


def test_every_feed_format_and_template_is_used():
    feeds = [feed for outlet in outlets() for feed in outlet.feeds]
    assert {feed.format for feed in feeds} == {"rss2", "rss1", "atom", "json"}
    assert any("utm_" in feed.tracking for feed in feeds)
    assert {outlet.template for outlet in outlets()} == {"broadsheet", "classic", "modern"}


def test_only_the_stale_outlet_has_no_news_after_the_first_day():
    assert all(outlet.published(1) for outlet in outlets())
    days = {piece.day for outlet, piece in EVERY if outlet.name != "stillwater"}
    assert days == set(DAYS)
    stale = [piece.day for outlet, piece in EVERY if outlet.name == "stillwater"]
    assert max(stale) < -365


def test_a_live_blog_grows_each_day_newest_post_first():
    (live,) = [piece for _, piece in EVERY if piece.posts]
    versions = [live.version(day) for day in DAYS]
    sizes = [len(version.body) for version in versions]
    assert sizes == sorted(set(sizes))
    assert versions[1].body[len(live.body) :] != versions[0].body[len(live.body) :]
    assert versions[2].body[-2:] == versions[0].body[-2:]
    assert len({version.summary for version in versions}) == len(DAYS)
    assert len({version.title for version in versions}) == 1


def test_pdf_has_its_articles_text():
    (piece,) = [piece for _, piece in EVERY if piece.media == "pdf"]
    version = piece.version(1)
    found = pdf_text(article_pdf(piece, version))
    assert found == PdfText(version.text, version.title, (piece.author,), piece.published)


def test_every_article_has_its_own_ascii_address():
    addresses = [outlet.host + outlet.path_of(piece) for outlet, piece in EVERY]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() for address in addresses)


def test_the_running_story_spans_days_languages_and_outlets():
    arc = [(outlet, piece) for outlet, piece in EVERY if piece.arc == "canal-calls"]
    assert {piece.day for _, piece in arc} == set(DAYS)
    assert len({outlet.name for outlet, _ in arc}) >= 6
    assert len({outlet.language for outlet, _ in arc}) >= 3
    first = min((piece.published, outlet.name) for outlet, piece in arc)
    assert first[1] == "courrierducanal"


def test_wire_copy_is_one_text_under_different_headlines():
    copies = [(outlet, piece) for outlet, piece in EVERY if piece.wire]
    assert len(copies) == 4
    assert len({piece.title for _, piece in copies}) == 4
    assert len({piece.body for _, piece in copies}) == 1


def test_an_edit_changes_title_and_one_paragraph_on_its_day_only():
    edited = [piece for _, piece in EVERY if piece.edit]
    assert edited
    for piece in edited:
        before, after = piece.version(1), piece.version(2)
        assert before.title == piece.title != after.title
        assert len(before.body) == len(after.body)
        changed = [old for old, new in zip(before.body, after.body, strict=True) if old != new]
        assert len(changed) == 1
        assert end_of(1) <= after.modified < end_of(2)


def test_mislabelled_outlet_fits_windows_1252_but_not_latin_1():
    texts = "".join(
        piece.title + piece.summary + piece.version(3).text
        for outlet, piece in EVERY
        if outlet.name == "leressac"
    )
    texts.encode("windows-1252")
    with pytest.raises(UnicodeEncodeError):
        texts.encode("latin-1")


def test_misspelt_field_in_a_content_file_is_refused():
    with pytest.raises(ValidationError, match="titel"):
        Piece.model_validate(
            {"slug": "a", "section": "b", "published": end_of(1), "summary": "c", "titel": "d"}
        )


def test_tagger_agrees_with_each_articles_kind():
    tagger = as_shipped.tagger()
    told = {
        piece.version(3).title: tagger.is_tagged(piece.version(3).title, piece.version(3).text)
        for _, piece in EVERY
    }
    meant = {piece.version(3).title: piece.kind is Kind.SURVEILLANCE for _, piece in EVERY}
    assert told == meant
