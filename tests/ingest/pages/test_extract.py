"""Turning a page into an article: how it is read, and what replaces a page without the article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.records import Article, Entry, Extraction, FeedItem, Page, State
from demo.newsroom import Newsroom
from demo.outlets import outlets
from demo.pages import article_page, page_in_place
from ingest.extraction.document import parse
from ingest.extraction.pdf import PdfText
from ingest.pages.articles import NewRevision
from ingest.pages.extract import always, extract, is_doubtful, make_article, never
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/1"
NO_FEED = FeedItem(url=URL)
TITLE = "Council votes to remove cameras from the harbour"
SUMMARY = "After two years of complaints the council has the cameras on the quay taken down."
PARAGRAPHS = (
    "The council voted on Monday to remove the cameras that have watched the harbour for two "
    "years, after a long evening of complaints from those who live above the quay.",
    "Members of three parties said that nobody had been able to tell them what the recordings "
    "were used for, or who had looked at them since the first of them was switched on.",
    "The port authority, which paid for the equipment, said in a letter that it would not object "
    "and that the poles would be used for lamps instead, at its own expense.",
)


def an_entry(**changes):
    fields = {
        "url": URL,
        "site": "example.com",
        "outlet": "Example News",
        "feeds": ("https://example.com/rss",),
        "title": TITLE,
        "authors": ("Desk",),
        "state": State.FETCHED,
        "first_seen": NOW,
    }
    return Entry.model_validate(fields | changes)


def a_page(markup="", url=URL, **changes):
    fields = {
        "id": an_entry().id,
        "url": url,
        "status": 200,
        "headers": (("Content-Type", "text/html; charset=utf-8"),),
        "body": markup.encode(),
        "fetched_at": NOW,
    }
    return Page.model_validate(fields | changes)


def an_article_page(*paragraphs, head="", title=TITLE, tail=""):
    body = "".join(f"<p>{one}</p>" for one in paragraphs or PARAGRAPHS)
    return (
        f"<html><head><title>{title}</title>{head}</head><body><main><article><h1>{title}</h1>"
        f"{body}{tail}</article></main></body></html>"
    )


def extracted(entry, page, matters=never):
    result = make_article(entry, page, matters)
    assert isinstance(result, NewRevision), result
    return result


def test_every_sample_article_is_extracted_whole_by_both_methods():
    room = Newsroom(day=3, faults=False)
    expected = {truth.url: truth for truth in room.expected()}
    for outlet in outlets():
        base = f"http://{outlet.host}:{room.port}"
        for piece in outlet.published(3):
            url = base + outlet.path_of(piece)
            truth = expected[url]
            if truth.kind != "article":
                continue
            version = piece.version(3)
            document = parse(article_page(outlet, piece, version, base).encode(), url)
            for matters in (never, always):
                found = extract(document, NO_FEED, matters)
                assert found.text == truth.text
                assert found.title == version.title
                assert found.published is not None
                assert found.published.date() == piece.published.date()


PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)


def test_a_plain_text_keeps_its_paragraphs_and_what_looks_like_a_tag():
    said = (*PARAGRAPHS, "Its cost was small (<harbour budget> has it), less than < 5 % of all.")
    wrapped = "\r\n\r\n".join(one.replace(". ", ".\r\n") for one in said)
    for way in (always, never):
        article = extracted(an_entry(), a_page(wrapped, headers=PLAIN), way).article
        assert article.text.split("\n") == list(said)


def test_a_page_that_is_called_plain_text_is_read_as_a_page():
    article = extracted(an_entry(), a_page(an_article_page(), headers=PLAIN)).article
    assert article.text.split("\n") == list(PARAGRAPHS)


def test_an_empty_page_has_no_text():
    for body in (b"", b"   ", b"<html></html>", b"\x00"):
        assert extract(parse(body, URL), NO_FEED, never).text == ""


@pytest.mark.parametrize(
    "letters", ["\x1b[31m", "&#27;[31m", "\x07", "\u009b2J", "\uffff", "&#xFFFE;"]
)
@pytest.mark.parametrize("matters", [never, always])
def test_characters_that_are_no_text_are_removed(letters, matters):
    words = f"The council {letters} voted on Monday to remove the cameras. " * 20
    body = f"<html><head><title>T{letters}</title></head><body><article><p>{words}</p></article>"
    found = extract(parse(body.encode(), URL), NO_FEED, matters)
    assert "council" in found.text
    spoken = found.text + found.title + "".join(found.authors)
    assert not [letter for letter in spoken if ord(letter) < 32 and letter != "\n"]
    assert not [letter for letter in spoken if 0x7F <= ord(letter) < 0xA0 or letter > "\ufffd"]


@pytest.mark.parametrize("matters", [never, always])
def test_escaped_text_in_a_pages_data_can_be_encoded(matters):
    said = r"Harbour \ud83d\u0000\u001b[31m news "
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        f'"headline": "{said}", "articleBody": "{said * 60}", '
        f'"author": {{"@type": "Person", "name": "Jane Doe {said[8:14]}"}}}}</script>'
    )
    page = a_page(f"<html><head><title>x</title>{head}</head><body><p>a</p></body></html>")
    article = extracted(an_entry(title="", authors=()), page, matters).article
    assert (article.title, article.authors) == ("Harbour [31m news", ("Jane Doe",))
    assert article.text.split()[:3] == ["Harbour", "[31m", "news"]
    assert Article.model_validate_json(article.model_dump_json()) == article


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<p>{text}</p>".encode()))
@example(b"<div>" * 3_000 + b"deep")
@example(b"<p>" + b"a&#0;&#xd800;b" * 50)
@example(b'<?xml version="1.0" encoding="utf-16"?><html><body><p>x</p></body></html>')
@example(b'<meta property="article:published_time" content="2026-99-99T99:99:99Z"><p>x</p>')
def test_any_bytes_can_be_extracted_and_encoded(body):
    for matters in (never, always):
        found = extract(parse(body, URL, "text/html"), an_entry(), matters)
        found.text.encode()
        found.title.encode()


@pytest.mark.parametrize("element", ["iframe", "video", "svg", "math", "object", "p"])
def test_a_page_that_is_one_element_is_read(element):
    """htmldate fails if it removes the root: one such page ended the pass, and each after it."""
    document = parse(f"<{element} src='/index.html'><p>Council votes".encode(), URL)
    assert document.tree.tag == "html"
    for matters in (never, always):
        assert extract(document, NO_FEED, matters).published is None


def test_a_page_that_may_matter_is_extracted_carefully():
    calls = []

    def matters(title, text):
        calls.append((title, text))
        return "harbour" in text

    markup = an_article_page()
    assert extracted(an_entry(), a_page(markup), matters).article.extraction is Extraction.CAREFUL
    ((title, text),) = calls
    assert title == TITLE
    assert PARAGRAPHS[0] in text
    assert extracted(an_entry(), a_page(markup), never).article.extraction is Extraction.QUICK


@pytest.mark.parametrize(
    ("text", "item", "doubtful"),
    [
        ("Too short. " * 5, NO_FEED, True),
        ("Long enough. " * 30, NO_FEED, False),
        ("Something else entirely. " * 30, an_entry(), True),
        ("The council removes cameras from the harbour. " * 10, an_entry(), False),
        ("Something else entirely. " * 30, an_entry(title="A b c"), False),
        ("町役場の時計は遅れている。" * 10, an_entry(title="町役場の時計が遅い"), False),
    ],
)
def test_a_text_is_doubtful_if_short_or_unrelated_to_its_feeds_words(text, item, doubtful):
    assert is_doubtful(text, item) is doubtful


def test_the_feeds_title_and_time_take_precedence_over_the_pages():
    article = extracted(an_entry(published=NOW, revision=2, address=URL), a_page(an_article_page()))
    article = article.article
    assert (article.title, article.published) == (TITLE, NOW)
    assert (article.revision, article.id, article.caveat) == (3, an_entry().id, None)
    assert (article.outlet, article.feeds) == ("Example News", ("https://example.com/rss",))
    assert article.text.split("\n") == list(PARAGRAPHS)


def test_a_publication_time_in_the_future_is_dropped():
    page = a_page(an_article_page())
    ahead = an_entry(published=NOW + timedelta(days=2))
    assert extracted(ahead, page).article.published is None
    in_another_zone = an_entry(published=NOW + timedelta(hours=14))
    assert extracted(in_another_zone, page).article.published == in_another_zone.published


def test_the_article_has_the_address_its_page_declares():
    head = '<link rel="canonical" href="https://www.example.com/2026/cameras-go">'
    page = a_page(an_article_page(head=head), url="https://m.example.com/led/here")
    article = extracted(an_entry(), page).article
    assert article.url == "https://www.example.com/2026/cameras-go"
    assert article.id == an_entry().id
    elsewhere = '<link rel="canonical" href="https://other.test/2026/cameras-go">'
    page = a_page(an_article_page(head=elsewhere), url="https://example.com/led/here")
    assert extracted(an_entry(), page).article.url == "https://example.com/led/here"


def test_without_a_page_the_feeds_text_is_used():
    page = a_page(body=b"", status=0, headers=(), missing="answered 403: the site refuses us")
    entry = an_entry(
        summary=SUMMARY, authors=("By Jane Doe and John Roe", "Unknown"), published=NOW
    )
    result = extracted(entry, page)
    article = result.article
    assert (article.text, article.title, article.url) == (SUMMARY, TITLE, URL)
    assert article.extraction is Extraction.FEED
    assert article.caveat == "the feed's text: answered 403: the site refuses us"
    assert article.authors == ("Jane Doe", "John Roe")
    assert not result.live
    fuller = extracted(an_entry(summary=SUMMARY, content="\n".join(PARAGRAPHS)), page).article
    assert fuller.text == "\n".join(PARAGRAPHS)


def test_the_feeds_text_replaces_a_consent_wall():
    wall = a_page(page_in_place("consent"))
    held = make_article(an_entry(), wall, never)
    assert isinstance(held, Quarantined)
    assert held.reason.startswith("consent wall (")
    kept = extracted(an_entry(summary=SUMMARY), wall).article
    assert kept.text == SUMMARY
    assert (kept.caveat or "").startswith("the feed's text: consent wall (")


@pytest.mark.parametrize(
    "before", [{"revision": 1, "text_hash": "a" * 64}, {"duplicate_of": "a" * 64}]
)
def test_an_article_read_before_is_not_lost_to_a_wall(before):
    again = make_article(
        an_entry(**{"address": URL, **before}), a_page(page_in_place("consent")), never
    )
    assert isinstance(again, Unchanged)
    assert again.reason.startswith("could not be read again: consent wall")


def test_an_article_refused_by_the_index_is_not_unchanged():
    refused = an_entry(revision=1, text_hash=None, address=URL)
    again = make_article(refused, a_page(page_in_place("consent")), never)
    assert isinstance(again, Quarantined)
    assert again.reason.startswith("consent wall (")


def test_a_page_without_an_article_is_rejected():
    links = "".join(
        f'<li><a href="/n/{n}">Headline number {n} of the day</a></li>' for n in range(60)
    )
    page = a_page(f"<html><body><h1>All news</h1><ul>{links}</ul></body></html>")
    result = make_article(an_entry(), page, never)
    assert isinstance(result, Rejected | Quarantined)


def test_a_page_that_an_article_was_redirected_to_is_not_the_article():
    page = a_page(an_article_page(title="Example News"), url="https://example.com/")
    result = make_article(an_entry(), page, never)
    assert result == Rejected("soft 404 (redirected to the front page)")


@pytest.mark.parametrize(("ends", "live"), [("2026-03-01T18:00Z", True), ("2026-03-01", False)])
def test_a_live_blog_is_live_until_it_ends(ends, live):
    head = (
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", '
        f'"coverageEndTime": "{ends}"}}</script>'
    )
    assert extracted(an_entry(), a_page(an_article_page(head=head))).live is live


def test_a_teaser_is_kept_with_a_caveat():
    tail = '<div class="paywall"><p>Subscribe to read the rest of this article.</p></div>'
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"isAccessibleForFree": false}</script>'
    )
    page = a_page(an_article_page(PARAGRAPHS[0], PARAGRAPHS[1][:90] + " …", head=head, tail=tail))
    article = extracted(an_entry(), page).article
    assert (article.caveat or "").startswith("the beginning only: teaser")
    assert PARAGRAPHS[0] in article.text
    assert extracted(an_entry(content=SUMMARY), page).article == article
    content = "\n".join(PARAGRAPHS * 2)
    fuller = extracted(an_entry(content=content), page).article
    assert (fuller.text, fuller.extraction) == (content, Extraction.FEED)
    assert (fuller.caveat or "").startswith("the feed's text: teaser")


def test_an_unreadable_pdf_is_quarantined_with_the_reason():
    page = a_page(body=b"%PDF-1.7 and no more", headers=(("Content-Type", "application/pdf"),))
    result = make_article(an_entry(), page, never)
    assert isinstance(result, Quarantined)
    assert "PDF" in result.reason
    kept = extracted(an_entry(summary=SUMMARY), page).article
    assert isinstance(kept, Article)
    assert "PDF" in (kept.caveat or "")


def test_the_feeds_words_take_precedence_over_a_pdfs(monkeypatch):
    made = NOW - timedelta(days=1)
    pdf = PdfText("\n".join(PARAGRAPHS), "A scan", ("A scanner",), made, cut=2)
    monkeypatch.setattr("ingest.pages.extract.pdf_text", lambda _body: pdf)
    page = a_page(body=b"%PDF-1.7")
    article = extracted(an_entry(published=NOW), page).article
    assert (article.title, article.authors, article.published) == (TITLE, ("Desk",), NOW)
    assert article.caveat == "the beginning only: 2 more pages were not read"
    article = extracted(an_entry(title="", authors=()), page).article
    assert (article.title, article.authors, article.published) == ("A scan", ("A scanner",), made)
