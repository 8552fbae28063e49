"""The kind of a page: articles, and what is served in their place, without false alarms."""

from __future__ import annotations

import json

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import FeedItem
from demo.faults import FAULTS
from demo.outlets import Outlet, Piece, outlets
from demo.pages import amp_page, article_page, front_page, page_in_place
from ingest.extraction.document import Document, parse
from ingest.extraction.kinds import Kind, PageKind, kind_of
from ingest.extraction.phrases import phrase
from ingest.extraction.witness import share_on_page

URL = "https://example.com/2026/09/the-late-clock-of-nether-wick"
NO_FEED = FeedItem(url=URL)
ITEM = FeedItem(
    url=URL,
    title="The late clock of Nether Wick",
    summary="The council met about the clock on the town hall, which has been late since spring.",
)
SENTENCE = "The council of Nether Wick met about the clock on the town hall, late since spring. "
OTHER = "Apples were dearer at market this week, and pears are expected to follow by Friday. "
EVERY = [(outlet, piece) for outlet in outlets() for piece in outlet.pieces]
IDS = [f"{outlet.name}/{piece.slug}" for outlet, piece in EVERY]


def text_of(document: Document) -> str:
    return trafilatura.extract(document.markup, include_comments=False, fast=True) or ""


def kind(markup: str, *, item=ITEM, url=URL, requested=URL, text=None) -> Kind:
    document = parse(markup, url)
    return kind_of(document, text_of(document) if text is None else text, item, requested=requested)


def page(body: str, title: str = "The Daily Bell", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def paragraphs(sentence: str, words: int) -> str:
    count = words // len((sentence * 3).split()) + 1
    each = (f"<p>{number}. {sentence * 3}</p>" for number in range(count))
    return f"<article>{''.join(each)}</article>"


def newsroom_item(outlet: Outlet, piece: Piece) -> FeedItem:
    version = piece.version(3)
    url = f"http://{outlet.host}{outlet.path_of(piece)}"
    return FeedItem(url=url, title=version.title, summary=version.summary)


@pytest.mark.parametrize(("outlet", "piece"), EVERY, ids=IDS)
def test_every_sample_article_is_recognised_with_and_without_its_feed(outlet, piece):
    item = newsroom_item(outlet, piece)
    markup = article_page(outlet, piece, piece.version(3), f"http://{outlet.host}")
    expected = PageKind.LIVE_BLOG if piece.posts else PageKind.ARTICLE
    assert kind(markup, item=item, url=item.url, requested=item.url).kind is expected
    assert kind(markup, item=NO_FEED, url=item.url, requested=item.url).kind is expected
    short = f"http://{outlet.host}/r/4711"
    assert kind(markup, item=item, url=item.url, requested=short).kind is expected
    amp = kind(amp_page(markup), item=item, url=item.url, requested=f"{item.url}/amp")
    assert amp.kind is expected


IN_PLACE = {fault.name: fault for fault in FAULTS if fault.page}


@pytest.mark.parametrize(
    ("template", "expected", "reason"),
    [
        ("consent", PageKind.CONSENT_WALL, "Before you continue"),
        ("challenge", PageKind.BOT_CHALLENGE, "Just a moment"),
        ("notfound", PageKind.SOFT_404, "nicht gefunden"),
        ("section", PageKind.HUB, "words in links"),
        ("video", PageKind.VIDEO, "VideoObject"),
    ],
)
@pytest.mark.parametrize("item", [ITEM, NO_FEED], ids=["its feed", "no feed"])
def test_each_sample_page_is_recognised(template, expected, reason, item):
    found = kind(page_in_place(template, ITEM.title if template == "video" else ""), item=item)
    assert found.kind is expected
    assert reason in found.reason


def test_the_samples_cover_all_faults():
    assert {fault.page for fault in IN_PLACE.values()} == {
        PageKind.CONSENT_WALL,
        PageKind.BOT_CHALLENGE,
        PageKind.SOFT_404,
        PageKind.HUB,
        PageKind.VIDEO,
        PageKind.TEASER,
    }


@pytest.mark.parametrize(
    "markup",
    [
        page(
            "<h1>Attention required</h1><p>Sorry, you have been blocked.</p>", "Attention Required!"
        ),
        page('<script src="https://ct.captcha-delivery.com/c.js"></script>', "example.com"),
        page('<div id="px-captcha"></div><p>Press and hold.</p>', "Access to this page"),
        page('<iframe src="/_Incapsula_Resource?x=1"></iframe>', ""),
        page("<h1>Access Denied</h1><p>Reference 18.2f</p>", "Access Denied"),
        page("<h1>Your access to this site has been limited by its owner</h1>", "Limited"),
        page("<h1>Making sure you&#39;re not a bot!</h1><p>Loading</p>", "x"),
        page("<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>", "example.com"),
        page("<p>Vérification de sécurité en cours.</p>", "exemple"),
    ],
)
def test_bot_challenges_are_recognised_by_maker_and_words(markup):
    assert kind(markup).kind is PageKind.BOT_CHALLENGE


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (page("<p>Bienvenue.</p>"), "https://consent.example.com/collect?back=1"),
        (
            page('<div id="didomi-host"><p>Nos 214 partenaires utilisent des cookies.</p></div>'),
            URL,
        ),
        (page("<div class=sp_message_container><p>Alle akzeptieren oder Abo.</p></div>"), URL),
        (page("<p>Toestemming voor cookies. Alles accepteren?</p>"), URL),
        (page("<p>Aceptar y continuar o suscribirse.</p><script>__tcfapi()</script>"), URL),
    ],
)
def test_consent_walls_are_recognised_by_host_framework_and_words(markup, url):
    assert kind(markup, url=url).kind is PageKind.CONSENT_WALL


def test_a_consent_framework_beside_an_article_is_not_a_wall():
    banner = '<div id="onetrust-banner-sdk"><p>We value your privacy. Accept all?</p></div>'
    for words in (60, 150, 600):
        for item in (ITEM, NO_FEED):
            found = kind(page(banner + paragraphs(SENTENCE, words), ITEM.title), item=item)
            assert found.kind is PageKind.ARTICLE, words


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("404 - The Daily Bell", "Hm"),
        ("Page not found | The Daily Bell", "Oh dear"),
        ("The Daily Bell", "Sorry, we cannot find that page"),
        ("Erreur 404", "Perdu"),
        ("El Diario: Página no encontrada", "Vaya"),
        ("Pagina niet gevonden", "Jammer"),
        ("The Daily Bell", "This article has been removed"),
        ("Die Glocke", "Diese Seite existiert leider nicht"),
        ("La Campana", "Ops, pagina non trovata"),
    ],
)
def test_not_found_pages_are_recognised_by_title_or_heading(title, heading):
    found = kind(page(f"<h1>{heading}</h1><p>Try the front page instead, please.</p>", title))
    assert found.kind is PageKind.SOFT_404


def test_an_article_about_404_is_an_article():
    item = FeedItem(url=URL, title="404: the story of a number")
    for words in (90, 300):
        markup = page(f"<h1>{item.title}</h1>{paragraphs(OTHER, words)}", item.title)
        assert kind(markup, item=item).kind is PageKind.ARTICLE


@pytest.mark.parametrize("day", [1, 3])
def test_a_redirect_to_a_front_page_with_the_headline_is_recognised(day):
    for outlet in outlets():
        front = front_page(outlet, day)
        for piece in outlet.published(day):
            item = newsroom_item(outlet, piece)
            url = f"http://{outlet.host}/"
            found = kind(front, item=item, url=url, requested=item.url)
            assert found == Kind(PageKind.SOFT_404, "redirected to the front page")
            # Without the redirect it is a list of links, or has too little text.
            stayed = kind(front, item=item, url=url, requested=url)
            assert stayed.kind in (PageKind.HUB, PageKind.UNRELATED, PageKind.ARTICLE)


@pytest.mark.parametrize(
    ("requested", "answered", "expected"),
    [
        ("https://example.com/news/a-b-c", "https://example.com/", PageKind.SOFT_404),
        ("https://example.com/news/a-b-c", "https://example.com/en/", PageKind.SOFT_404),
        ("https://example.com/news/a-b-c", "https://example.com/?from=gone", PageKind.SOFT_404),
        ("https://example.com/news/a-b-c", "https://example.com/index.html", PageKind.SOFT_404),
        ("https://example.com/news/a-b-c", "https://example.com/news/", PageKind.SOFT_404),
        ("https://example.com/?p=12", "https://example.com/", PageKind.SOFT_404),
        ("https://example.com/", "https://example.com/", PageKind.ARTICLE),
        ("https://example.com/a", "https://www.example.com/a/", PageKind.ARTICLE),
        ("https://example.com/1", "https://example.com/news/the-late-clock", PageKind.ARTICLE),
    ],
)
def test_redirects_away_from_the_article_are_recognised(requested, answered, expected):
    markup = page(paragraphs(OTHER, 400), "The Daily Bell")
    assert kind(markup, requested=requested, url=answered).kind is expected
    # A page with the article's headline is the article, at any address.
    titled = page(f"<h1>{ITEM.title}</h1>{paragraphs(SENTENCE, 400)}", ITEM.title)
    assert kind(titled, requested=requested, url=answered).kind is PageKind.ARTICLE


def test_a_long_notice_at_a_redirects_end_is_not_an_article():
    notice = page(f"<h1>Not in your region</h1>{paragraphs(OTHER, 400)}", "Not in your region")
    there = "https://example.com/gdpr/notice-for-readers"
    found = kind(notice, url=there)
    assert found.kind is PageKind.UNRELATED
    assert found.reason.endswith(
        "of the feed's words on the page, redirected to /gdpr/notice-for-readers"
    )
    # Without a redirect it may be the article in other words, ...
    for address in (URL, f"{URL}/", URL.replace("https://", "https://www.")):
        assert kind(notice, url=address).kind is PageKind.ARTICLE
    # ... or if the feed says too little to compare.
    brief = ITEM.model_copy(update={"summary": ""})
    for item in (brief, NO_FEED):
        assert kind(notice, url=there, item=item).kind is PageKind.ARTICLE
    # A short address that leads to the article finds the feed's words, or the title above it.
    for item in (ITEM, brief):
        for address in (there, URL):
            article = page(f"<h1>Tick</h1>{paragraphs(SENTENCE, 400)}")
            found = kind(article, url=address, item=item, requested="https://example.com/r/1")
            assert found.kind is PageKind.ARTICLE


def test_an_amp_address_redirecting_to_its_article_is_an_article():
    markup = page(paragraphs(SENTENCE, 300))
    for item in (ITEM, NO_FEED):
        assert kind(markup, item=item, requested=f"{URL}/amp").kind is PageKind.ARTICLE


def test_a_hub_needs_many_links_and_a_second_witness():
    link = "<li><a href='/{}'>Apples dearer again, says market {}</a></li>"
    links = "".join(link.format(number, number) for number in range(60))
    hub = page(f"<h1>Latest</h1><ul>{links}</ul><p>Every day the market news for you.</p>")
    assert kind(hub).kind is PageKind.HUB
    section = "https://example.com/market"
    assert kind(hub, item=NO_FEED, url=section, requested=section).kind is PageKind.HUB
    # A table of results has as little prose; its feed shows that it is an article.
    item = FeedItem(url=URL, title="Apples at the market", summary="Apples dearer again")
    titled = hub.replace("Latest", "Apples at the market: all results")
    assert kind(titled, item=item).kind is PageKind.ARTICLE


def test_a_video_with_little_text_is_a_video_page_not_an_article():
    video = "<video src='x.mp4'></video>"
    assert kind(page(f"<h1>{ITEM.title}</h1>{video}<p>Two minutes.</p>")).kind is PageKind.VIDEO
    whole = page(f"<h1>{ITEM.title}</h1>{video}{paragraphs(SENTENCE, 150)}")
    assert kind(whole).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("町役場の時計が遅れている", "町役場の時計は春から遅れている、と町議会は月曜日に述べた。"),
        ("นาฬิกาของศาลากลาง", "สภาเมืองกล่าวเมื่อวันจันทร์ว่านาฬิกาของศาลากลางเดินช้ามาตั้งแต่ฤดูใบไม้ผลิ"),
    ],
)
def test_an_article_in_a_script_without_spaces_is_not_taken_for_a_short_one(title, sentence):
    item = FeedItem(url=URL, title=title)
    others = "<script src=/cdn-cgi/challenge-platform/jsd.js></script><video src=x></video>"
    body = f"<h1>{title}</h1>{others}<article><p>{sentence * 20}</p></article>"
    assert kind(page(body, title), item=item, text=sentence * 20).kind is PageKind.ARTICLE


def test_a_login_page_has_a_password_field():
    form = "<h1>Sign in</h1><form><input name=u><input type=password></form>"
    assert kind(page(form)).kind is PageKind.LOGIN
    assert kind(page("<h1>Sign in</h1><p>Please.</p>")).kind is PageKind.UNRELATED


def test_a_page_rendered_by_script_is_empty():
    markup = page("<div id=app></div><noscript>Please turn scripts on.</noscript>")
    found = kind(markup, text="")
    assert found == Kind(PageKind.EMPTY, "no article text found; 0 words on the page")
    # It may have the headline and a footer: the feed has more of the article.
    markup = page(f"<h1>{ITEM.title}</h1><div id=app></div>", ITEM.title)
    found = kind(markup, text="The Daily Bell, by and for all who live here.")
    assert found == Kind(PageKind.UNRELATED, "10 words, fewer than its feed has of it")
    for text in ("The clock on the town hall has been late since spring.", OTHER * 2):
        assert kind(markup, text=text).kind is PageKind.ARTICLE


# Teasers

NOT_FREE = {"@type": "NewsArticle", "isAccessibleForFree": False}
INVITED = "<aside><h2>Subscribe to continue reading</h2></aside>"


def not_free(**more: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(NOT_FREE | more)}</script>'


@pytest.mark.parametrize("item", [ITEM, NO_FEED], ids=["its feed", "no feed"])
@pytest.mark.parametrize(
    ("head", "words", "after", "ending"),
    [
        (not_free(), 100, INVITED, ""),
        (not_free(), 100, "", "But the keeper says that …"),
        (not_free(), 100, "", "Jetzt weiterlesen mit Glocke+\nSchon Kundin? Zur Anmeldung"),
        ("", 100, INVITED, "But the keeper says that..."),
        ('<meta property="article:content_tier" content="locked">', 100, INVITED, ""),
        (
            not_free(hasPart={"isAccessibleForFree": "False", "cssSelector": ".rest, .more"}),
            100,
            "<div class='x rest'><p>Hm.</p></div>",
            "",
        ),
        ("", 100, "<div class=paywall><p>Déjà abonné ? Connectez-vous.</p></div>", ""),
        ("", 100, "<div class=paywall><p>Jetzt mit Abo weiterlesen.</p></div>", ""),
        ("", 100, "<aside id=c-Paywall><p>Sei già abbonato?</p></aside>", ""),
        ("", 100, "<div class=paywall><p>You have reached your free limit.</p></div>", ""),
        # The price, which the text has too, comes after the invitation.
        ("", 100, "<div class=paywall><h3>Abonnez-vous pour lire la suite</h3>1 €</div>", "1 €"),
        # Ghost's
        (
            "",
            100,
            "<aside class=gh-post-upgrade-cta><h2>This post is for paying subscribers only</h2>"
            "</aside>",
            "",
        ),
    ],
)
def test_cut_off_articles_are_teasers(item, head, words, after, ending):
    printed = "" if ending in after else f"<p>{ending}</p>"
    body = paragraphs(SENTENCE, words).replace("</article>", f"{printed}</article>")
    text = "\n".join([SENTENCE * 6, ending]).strip()
    found = kind(page(f"<h1>{ITEM.title}</h1>{body}{after}", head=head), item=item, text=text)
    assert found.kind is PageKind.TEASER, found


@pytest.mark.parametrize(
    ("head", "words", "after"),
    [
        (not_free(), 150, ""),
        (not_free(), 500, INVITED),
        (
            not_free(hasPart={"isAccessibleForFree": False, "cssSelector": "article"}),
            150,
            "",
        ),
        ("", 150, "<aside><h2>Subscribe to our newsletter</h2></aside>"),
        ("", 500, "<div class=paywall><p>Already a subscriber? Log in.</p></div>"),
    ],
)
def test_a_page_marked_as_not_free_may_be_whole(head, words, after):
    markup = page(f"<h1>{ITEM.title}</h1>{paragraphs(SENTENCE, words)}{after}", head=head)
    assert kind(markup).kind is PageKind.ARTICLE


def test_a_feed_with_more_text_than_its_page_reveals_a_teaser():
    fuller = ITEM.model_copy(update={"content": SENTENCE * 40})
    markup = page(f"<h1>{ITEM.title}</h1>{paragraphs(SENTENCE, 320)}", head=not_free())
    assert kind(markup, item=fuller).kind is PageKind.TEASER
    # Without any sign of a paywall, the extraction must have fallen short.
    assert kind(markup.replace("isAccessible", "x"), item=fuller).kind is PageKind.ARTICLE


# The witness


def test_the_feeds_title_or_summary_is_matched_in_any_script():
    document = parse(page("<p>x</p>", "Times"), URL)
    assert share_on_page(ITEM, document, SENTENCE) == 1
    assert (share_on_page(ITEM, document, OTHER) or 0) < 0.2
    retold = ITEM.model_copy(update={"title": "Tick, tock and nobody knows why"})
    assert (share_on_page(retold, document, SENTENCE) or 0) > 0.7
    japanese = FeedItem(url=URL, title="町役場の時計が遅れている")
    assert (share_on_page(japanese, document, "町役場の時計は春から遅れている。") or 0) > 0.7
    assert share_on_page(NO_FEED, document, SENTENCE) is None
    assert share_on_page(FeedItem(url=URL, title="Why?"), document, SENTENCE) is None


def test_only_a_short_text_about_something_else_is_unrelated():
    assert kind(page(paragraphs(OTHER, 100))).kind is PageKind.UNRELATED
    assert kind(page(paragraphs(OTHER, 400))).kind is PageKind.ARTICLE


def test_a_headline_above_teasers_of_others_is_no_article():
    def teasers(*linked: bool, each: str = OTHER) -> str:
        return f"<h1>{ITEM.title}</h1>" + "".join(
            f"<div><h3>{f'<a href=/{number}>No. {number}</a>' if link else number}</h3>"
            f"<p>{each}</p></div>"
            for number, link in enumerate(linked)
        )

    said = [OTHER] * 4
    found = kind(page(teasers(*[True] * 4)), text="\n".join(said))
    assert found == Kind(PageKind.UNRELATED, "only teasers of other articles")
    for markup, text in (
        (teasers(True, True), said[:2]),
        (teasers(False, False, False, False), said),  # its own headings
        (f"<p>{OTHER * 2}</p>{teasers(*[True] * 4)}", [OTHER * 2, *said]),  # its own text
        (teasers(*[True] * 4, each=SENTENCE), [SENTENCE] * 4),  # a review of what it is about
    ):
        assert kind(page(markup), text="\n".join(text)).kind is PageKind.ARTICLE


@pytest.mark.parametrize("topic", ["not_found", "challenge", "consent", "subscribe", "live_ended"])
def test_no_sample_article_contains_a_telltale_phrase(topic):
    found = [
        (piece.slug, match.group())
        for _, piece in EVERY
        if not piece.posts
        for line in (piece.title, *piece.version(3).body)
        if (match := phrase(topic).search(line))
    ]
    assert found == []


@settings(max_examples=100)
@given(
    st.text(max_size=400) | st.text("<>/abdivp =\"'", max_size=400),
    st.text(max_size=200),
    st.sampled_from([ITEM, NO_FEED]),
)
def test_any_page_has_a_kind_with_a_reason(markup, text, item):
    assert kind(page(markup), item=item, text=text).reason
