"""What an alert and a digest say: exact texts, and that markup in headlines stays text."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from factories import NOON, a_digest, an_alert, item
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from alert.languages import language_name
from alert.markup import (
    as_html,
    as_html_page,
    as_markdown,
    as_markdown_document,
    as_simple_html,
    as_text,
    fit,
    plain,
    quiet,
    quotation,
    shortened,
)
from alert.wording import (
    draft_body,
    of_alert,
    of_digest,
    story_thread,
)
from core.records import (
    AlertKind,
    Coverage,
    Development,
    DevelopmentKind,
    DraftStory,
    Evidence,
    Telling,
    content_id,
)
from enrich.language import LANGUAGES


def telling(number, outlet, title=None, published=None, **later):
    return Telling(
        article=item(number).id,
        title=title or f"Headline {number}",
        url=item(number).url,
        outlet=outlet,
        first_seen=NOON + timedelta(**later),
        published=published,
    )


def piece(phrase, why, field="text"):
    return Evidence(field=field, start=0, end=len(phrase), phrase=phrase, why=why)


NEW = an_alert(
    rule="spyware",
    query="topic:spyware",
    headline="Three lawyers learn that their phones were infected",
    title="Three lawyers learn that their phones were infected",
    outlet="Harbour Post",
    outlets=("Harbour Post",),
    first=telling(1, "Harbour Post"),
    score=0.956,
    topics=("surveillance", "spyware", "oversight"),
    why=(
        piece("infected", "spyware on chosen people", "title"),
        piece("Lumen Trace", "vendor"),
        piece("Infected", "spyware on chosen people"),
    ),
)

MOVED = an_alert(
    rule="spyware",
    query="topic:spyware",
    key=content_id("moved"),
    kind=AlertKind.DEVELOPMENT,
    headline="Three lawyers learn that their phones were infected",
    article=item(3).id,
    title="Minister: we never bought it",
    url=item(3).url,
    outlet="Civic Lantern",
    outlets=("Harbour Post", "North Quay", "Civic Lantern"),
    first=telling(1, "Harbour Post", hours=-20),
    copies=2,
    score=0.7,
    topics=("surveillance",),
    why=(),
    developments=(
        Development(
            kind=DevelopmentKind.DENIAL,
            what="The interior minister denies it",
            quote="We have never bought this, nor used it.",
            told_by=telling(3, "Civic Lantern", "Minister: we never bought it"),
        ),
        Development(
            kind=DevelopmentKind.PICKUP,
            what="Three outlets have it now",
            told_by=telling(4, "North Quay", hours=-1),
        ),
    ),
)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(hours=47), "First seen: 12:00 UTC.\n"),
        (timedelta(days=2), "First seen: 12:00 UTC, published 27 February 2026.\n"),
        (timedelta(days=2_500), "First seen: 12:00 UTC, published 27 April 2019.\n"),
        (timedelta(days=-1), "First seen: 12:00 UTC.\n"),
    ],
)
def test_an_old_article_is_told_with_its_date(age, said):
    """A new feed brings what its outlet wrote in years."""
    old = telling(1, "Harbour Post", published=NOON - age)
    assert said in of_alert(NEW.model_copy(update={"first": old})).text
    other = telling(2, "North Quay", "Earlier", published=NOON - timedelta(days=9))
    text = of_alert(NEW.model_copy(update={"first": other})).text
    assert "First reported by North Quay, published 20 February 2026: Earlier" in text


def test_an_old_article_is_told_with_its_date_in_a_digest_too():
    # In Paris, that is the last day of February.
    old = telling(1, "Harbour Post", published=NOON.replace(year=2020, month=2, day=28, hour=23))
    other = an_alert(story=2, first=telling(3, "North Quay", published=old.published))
    told = NEW.model_copy(update={"first": old})
    text = of_digest(a_digest(told, other, timezone="Europe/Paris")).text
    assert "<https://news.example/1> (Harbour Post, published 29 February 2020)" in text
    assert "<https://news.example/2> (Example News, 13:00)" in text


def test_new_story_has_link_first_outlet_and_reason():
    message = of_alert(NEW)
    assert message.subject == "[spyware] Three lawyers learn that their phones were infected"
    assert message.text == (
        "Three lawyers learn that their phones were infected\n"
        "Harbour Post: read the article <https://news.example/1>\n"
        "First seen: 12:00 UTC.\n"
        "No other outlet has it yet.\n"
        "Why you got this: it matches your rule “spyware” (topic:spyware); surveillance score 0.96 "
        "of 1. Topics: spyware and oversight.\n"
        "Evidence: “infected” in the headline (spyware on chosen people); "
        "“Lumen Trace” (vendor)."
    )


def test_a_development_begins_with_what_is_new():
    message = of_alert(MOVED)
    assert message.printed == f"{message.subject}\n{message.text}"
    assert message.subject == (
        "[spyware] Update: The interior minister denies it (and 1 more) · "
        "Three lawyers learn that their phones were infected"
    )
    assert message.text == (
        "What is new\n"
        "• The interior minister denies it. Minister: we never bought it "
        "<https://news.example/3> (Civic Lantern, 12:00 UTC)\n"
        "  • “We have never bought this, nor used it.”\n"
        "• Three outlets have it now. Headline 4 <https://news.example/4> "
        "(North Quay, 11:00 UTC)\n"
        "\n"
        "Three lawyers learn that their phones were infected\n"
        "Latest from Civic Lantern: Minister: we never bought it <https://news.example/3>\n"
        "First reported by Harbour Post, 28 February 2026, 16:00 UTC: "
        "Headline 1 <https://news.example/1>\n"
        "So far 3 outlets have it: Harbour Post, North Quay and Civic Lantern. "
        "2 articles are copies of another's text.\n"
        "Why you got this: your rule “spyware” (topic:spyware) follows this story; surveillance "
        "score 0.70 of 1."
    )


def test_answer_in_the_article_itself_is_told_without_naming_it_again():
    denial, _ = MOVED.developments
    own = denial.model_copy(
        update={"told_by": denial.told_by.model_copy(update={"article": NEW.article})}
    )
    answered = NEW.model_copy(update={"developments": (own,)})
    assert of_alert(answered).text.startswith(
        "Three lawyers learn that their phones were infected\n"
        "Harbour Post: read the article <https://news.example/1>\n"
        "• The interior minister denies it.\n"
        "  • “We have never bought this, nor used it.”\n"
    )
    assert of_digest(a_digest(answered)).text.endswith(
        "• New: read the article <https://news.example/1> (Harbour Post, 12:00)\n"
        "  • “Lumen Trace”\n"
        "• The interior minister denies it.\n"
        "  • “We have never bought this, nor used it.”"
    )


def test_subject_after_a_silence_has_the_new_headline():
    denial, _ = MOVED.developments
    revival = denial.model_copy(
        update={"kind": DevelopmentKind.REVIVAL, "what": "First report in 20 days"}
    )
    subject = "[spyware] Update: {} · Minister: we never bought it"
    for several, what in (
        ((revival,), "First report in 20 days"),
        ((denial, revival), "The interior minister denies it (and 1 more)"),
    ):
        message = of_alert(MOVED.model_copy(update={"developments": several}))
        assert message.subject == subject.format(what)


@pytest.mark.parametrize(
    ("outlets", "named"), [("ABCDEF", "A, B, C, D, E and F"), ("ABCDEFG", "D, E, F and 1 more")]
)
def test_more_than_six_outlets_are_counted(outlets, named):
    assert f"{named}." in of_alert(an_alert(outlets=tuple(outlets))).text


def test_update_from_a_near_topic_article_says_so():
    """Such an article joins its story and usually matches no rule itself."""
    near = MOVED.model_copy(update={"topics": (), "score": 0.3})
    assert of_alert(near).text.endswith(
        "Why you got this: your rule “spyware” (topic:spyware) follows this story; surveillance "
        "score 0.30 of 1.\n"
        "On its own, the article from Civic Lantern is not on topic: "
        f"`wirewatch stories {near.story[:12]}` shows why it is in the story."
    )
    opened = NEW.model_copy(update={"topics": (), "why": ()})
    assert of_alert(opened).text.endswith("surveillance score 0.96 of 1.")


def test_held_story_reads_as_new_with_its_later_developments():
    waited = NEW.model_copy(update={"developments": MOVED.developments})
    message = of_alert(waited)
    assert message.type == "alert.story"
    assert message.subject == of_alert(NEW).subject
    assert message.text.startswith(
        "Three lawyers learn that their phones were infected\n"
        "Harbour Post: read the article <https://news.example/1>\n"
        "• The interior minister denies it. Minister: we never bought it "
        "<https://news.example/3> (Civic Lantern, 12:00 UTC)\n"
        "  • “We have never bought this, nor used it.”\n"
    )
    text = of_digest(a_digest(waited)).text
    assert "• New: read the article <https://news.example/1>" in text
    assert "• The interior minister denies it." in text


@pytest.mark.parametrize(
    ("headline", "article", "says"),
    [
        ("en", "es", "(Civic Lantern, in Spanish, 12:00 UTC)"),
        ("fr", "en", "(Civic Lantern, in English, 12:00 UTC)"),
        ("en", "en", "(Civic Lantern, 12:00 UTC)"),
        ("", "es", "(Civic Lantern, 12:00 UTC)"),
        ("en", "", "(Civic Lantern, 12:00 UTC)"),
    ],
)
def test_language_is_named_if_it_differs_from_the_headlines(headline, article, says):
    denial, pickup = MOVED.developments
    teller = denial.told_by.model_copy(update={"language": article})
    moved = MOVED.model_copy(
        update={
            "headline_language": headline,
            "developments": (denial.model_copy(update={"told_by": teller}), pickup),
        }
    )
    assert f"Minister: we never bought it <https://news.example/3> {says}" in of_alert(moved).text
    said = says.replace(" UTC", "")  # a digest names its time zone once, at the top
    assert (
        f"Minister: we never bought it <https://news.example/3> {said}"
        in of_digest(a_digest(moved)).text
    )


@pytest.mark.parametrize(("language", "says"), [("es", ", in Spanish"), ("en", ""), ("", "")])
def test_language_of_the_first_report_is_named_if_it_differs_too(language, says):
    first = MOVED.first.model_copy(update={"language": language})
    moved = MOVED.model_copy(update={"headline_language": "en", "first": first})
    assert (
        f"First reported by Harbour Post{says}, 28 February 2026, 16:00 UTC: Headline 1"
        in of_alert(moved).text
    )


def quotes(message):
    return re.findall("  • “(.*)”", message.text)


@pytest.mark.parametrize(
    ("why", "quoted"),
    [
        ((), []),
        ((piece("Three lawyers learn", "a sense", "title"), piece("Lumen", "vendor")), ["Lumen"]),
        # Its headline has said that.
        ((piece("infected", "a sense"), piece("Lumen", "vendor")), ["Lumen"]),
        ((piece("Lumen", "vendor"), piece("Lumen Trace", "vendor")), ["Lumen Trace"]),
        ((piece("a word " * 60, "a sense"),), ["a word " * 45 + "a…"]),
    ],
)
def test_new_story_in_a_digest_has_one_phrase_of_its_evidence(why, quoted):
    assert quotes(of_digest(a_digest(NEW.model_copy(update={"why": why})))) == quoted


def test_development_in_a_digest_has_its_words_or_else_evidence_of_its_article():
    denial, pickup = MOVED.developments
    revival = denial.model_copy(update={"what": "First report in 20 days", "quote": ""})
    why = (piece("nor used it", "a sense"), piece("bought from Lumen Trace", "a sense"))
    for several, quoted in (
        ((denial, pickup), [denial.quote]),
        ((denial, revival), [denial.quote, "bought from Lumen Trace"]),
        ((revival, pickup), ["nor used it"]),
        ((pickup,), []),
    ):
        moved = MOVED.model_copy(update={"why": why, "developments": several})
        assert quotes(of_digest(a_digest(moved))) == quoted
    # One phrase of evidence is enough for a story.
    moved = MOVED.model_copy(update={"why": why, "developments": (revival,)})
    assert quotes(of_digest(a_digest(NEW, moved))) == ["Lumen Trace"]


def test_words_of_a_development_do_not_repeat_the_title_of_its_article():
    denial, pickup = MOVED.developments
    for quote, quoted in (
        ("Minister: we never bought it", []),
        ("we never bought it", ["we never bought it"]),
    ):
        said = denial.model_copy(update={"quote": quote})
        moved = MOVED.model_copy(update={"developments": (said, pickup)})
        assert quotes(of_alert(moved)) == quotes(of_digest(a_digest(moved))) == quoted


def test_every_language_has_a_name():
    assert {code for code in LANGUAGES if language_name(code) == code} == set()


def test_html_has_lists_and_links():
    assert as_html(of_alert(MOVED).body).startswith(
        '<h3 dir="auto">What is new</h3>\n<ul>\n<li><b dir="auto">The interior minister denies it.'
        '</b> <a dir="auto" href="https://news.example/3">Minister: we never bought it</a> '
        "(Civic Lantern, 12:00 UTC)\n<ul>\n<li>“We have never bought this, nor used it.”\n"
        '</li></ul>\n</li>\n<li><b dir="auto">Three outlets have it now.</b> '
    )


def test_digest_lists_the_widest_story_first_in_its_readers_time_zone():
    other = an_alert(story=2, rule="cameras", headline="Cameras compare faces")
    alerts = (other, NEW, MOVED, MOVED.model_copy(update={"rule": "phones"}))
    since = NOON - timedelta(days=1)
    message = of_digest(a_digest(*alerts, name="morning", timezone="Europe/Paris", since=since))
    assert message.subject == "[morning] 2 stories up to Sunday 1 March 2026, 13:00"
    assert message.text == (
        "From 28 February 2026, 13:00, to 1 March 2026, 13:00 (Europe/Paris).\n"
        "\n"
        "Three lawyers learn that their phones were infected\n"
        "Harbour Post, North Quay and Civic Lantern; rules spyware and phones\n"
        "• New: read the article <https://news.example/1> "
        "(Harbour Post, 13:00)\n"
        "  • “Lumen Trace”\n"
        "• The interior minister denies it. Minister: we never bought it "
        "<https://news.example/3> (Civic Lantern, 13:00)\n"
        "  • “We have never bought this, nor used it.”\n"
        "• Three outlets have it now. Headline 4 <https://news.example/4> (North Quay, 12:00)\n"
        "\n"
        "Cameras compare faces\n"
        "Example News; rule cameras\n"
        "• New: Headline <https://news.example/2> (Example News, 13:00)"
    )


def test_messages_link_to_their_stories_on_the_desk():
    page = f"The story on the desk <https://desk.example/stories/{MOVED.story}>"
    said = of_alert(MOVED, "https://desk.example/").text
    assert said.replace(f"{page}\n", "") == of_alert(MOVED).text
    digest = a_digest(MOVED)
    assert of_digest(digest, "https://desk.example").text == of_digest(digest).text + f"\n• {page}"


def test_development_is_in_its_storys_thread():
    assert of_alert(MOVED).thread == of_alert(NEW).thread == story_thread(NEW)
    assert of_alert(MOVED).key != of_alert(NEW).key


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a court hears many of them", "a court hears many…"),
        ("速報 " + "監視カメラ" * 9, "速報 監視カメラ監視カメラ監視カメラ監…"),
        ("see https://a.example/long", "see https://a.examp…"),
    ],
)
def test_text_with_few_spaces_is_not_cut_far_too_short(words: str, said: str) -> None:
    assert shortened(words, 20) == said


def test_long_subject_is_cut_between_words():
    long = of_alert(NEW.model_copy(update={"headline": "word " * 100}))
    assert long.subject.endswith("word…")
    assert len(long.subject) < 220


HOSTILE = st.lists(
    st.sampled_from(
        (
            *("<b>", "</p>", "<script>", "&amp;", "&lt;", '"', "'", "](http://evil.example)", "["),
            *("**", "_", "`", "~~", "<!channel>", "@everyone", "<@U123>", "\r\n", "\u202e", "\x00"),
            *("\x1b[31m", "Bcc: a@b.example", "a ", "ü", "||", "# ", "> ", "\\", "]]>", "- "),
            *("1. ", "<https://evil.example|x>"),
        )
    ),
    min_size=1,
    max_size=8,
).map("".join)


def hostile(words):
    return MOVED.model_copy(
        update={
            "headline": words,
            "title": words,
            "outlet": words,
            "outlets": (words, "B"),
            "rule": words,
            "query": words,
            "first": telling(1, words, words),
            "why": (piece(words, words),),
            "developments": (
                Development(
                    kind=DevelopmentKind.COURT,
                    what=words,
                    quote=words,
                    told_by=telling(2, words, words),
                ),
            ),
        }
    )


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()
        self.links = set()
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name == "href"}
        assert {name for name, value in attrs if (name, value) != ("dir", "auto")} <= {"href"}

    def handle_data(self, data):
        self.words += data


def drafted(**changes):
    standing = Coverage(
        story=item(1).id,
        headline="Three lawyers learn that their phones were infected",
        language="en",
        first=telling(1, "Harbour Post", "Pegasus im Telefon").model_copy(
            update={"language": "de"}
        ),
        outlets=("Harbour Post", "North Quay"),
    )
    denial = MOVED.developments[0]
    told = {"standing": standing, "note": "Lead.\n\n1. Ask [again].", "denials": (denial,)}
    return DraftStory(**told | changes)


def test_a_draft_tells_each_story_with_its_note_and_who_denies_it():
    published = NOON - timedelta(hours=13)
    same = drafted().standing.model_copy(
        update={"first": telling(1, "Harbour Post", drafted().standing.headline, published)}
    )
    body = tuple(draft_body([drafted(), drafted(standing=same, note="", denials=())]))
    assert as_markdown_document(body) == (
        "## Three lawyers learn that their phones were infected\n"
        "\n"
        "Lead.\n"
        "\n"
        "1\\. Ask \\[again\\].\n"
        "\n"
        "Harbour Post and North Quay\n"
        "\n"
        "- First reported: [Pegasus im Telefon](<https://news.example/1>)"
        " (Harbour Post, in German, 1 March 2026)\n"
        "- **The interior minister denies it.** [Minister: we never bought it]"
        "(<https://news.example/3>) (Civic Lantern, 1 March 2026)\n"
        "  - “We have never bought this, nor used it.”\n"
        "\n"
        "## Three lawyers learn that their phones were infected\n"
        "\n"
        "Harbour Post and North Quay\n"
        "\n"
        "- First reported: [read the article](<https://news.example/1>)"
        " (Harbour Post, 28 February 2026)"
    )
    ahead = telling(1, "Harbour Post", published=NOON + timedelta(days=1))
    later = same.model_copy(update={"first": ahead})
    assert "(Harbour Post, 1 March 2026)" in as_markdown_document(
        draft_body([drafted(standing=later, denials=())])
    )
    page = as_html_page(body)
    assert page.startswith('<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n<h3')
    assert page.endswith("</ul>\n</body></html>\n")
    assert '<p dir="auto">Lead.</p>' in page, "a note may be in Arabic"
    assert "<p>Harbour Post and North Quay</p>" in page
    assert as_markdown_document(draft_body([])) == ""


@given(HOSTILE, HOSTILE)
def test_what_is_in_a_draft_is_neither_markdown_nor_html(words, note):
    standing = drafted().standing.model_copy(
        update={"headline": words, "outlets": (words,), "first": telling(1, words, words)}
    )
    said = Development(
        kind=DevelopmentKind.DENIAL, what=words, quote=words, told_by=telling(2, words, words)
    )
    body = tuple(draft_body([drafted(standing=standing, note=note, denials=(said,))]))
    seen = MarkdownIt("commonmark").parse(as_markdown_document(body))
    kinds = {token.type for token in seen} - {"inline"}
    assert {one.rpartition("_")[0] for one in kinds} <= {
        *("heading", "paragraph", "bullet_list", "list_item")
    }
    assert [token.tag for token in seen if token.type == "heading_open"] == ["h2"]
    items = [token.level for token in seen if token.type == "list_item_open"]
    assert items[:2] == [1, 1]
    pieces = [piece for token in seen for piece in token.children or ()]
    assert {piece.type for piece in pieces} <= {
        *("text", "text_special"),
        *("strong_open", "strong_close", "link_open", "link_close"),
    }
    tags = Tags()
    tags.feed(as_html(body))
    assert tags.tags <= {"p", "ul", "li", "b", "a", "h3"}
    for links in (
        tags.links,
        {piece.attrs["href"] for piece in pieces if piece.type == "link_open"},
    ):
        assert all(str(link).startswith("https://news.example/") for link in links)


@given(HOSTILE)
def test_headline_markup_is_escaped_in_html(words):
    message = of_alert(hostile(words))
    for write in (as_html, as_simple_html):
        seen = Tags()
        seen.feed(write(message.body))
        assert seen.tags <= {"p", "ul", "li", "b", "a", "h3", "br"}
        assert all(link.startswith("https://news.example/") for link in seen.links)
        assert plain(words)[:40] in plain(seen.words)
    for text in (message.subject, message.text, as_html(message.body)):
        assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "\n" not in message.subject


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("@desk news/@all a@here", "@\u2060desk news/@\u2060all a@\u2060here"),
        ("<@&1> desk@x.example 5 @ 3", "<@\u2060&1> desk@x.example 5 @ 3"),
        ("<https://u@x.example/@a?b=@c> @d", "<https://u@x.example/%40a?b=%40c> @\u2060d"),
        ("(http://x.example)@all", "(http://x.example)@\u2060all"),
        ('<a href="https://x.example/">@all</a>', '<a href="https://x.example/">@\u2060all</a>'),
    ],
)
def test_at_signs_that_would_notify_people_are_defused(words, said):
    assert quiet(words) == said


@given(HOSTILE)
def test_headline_markup_is_escaped_in_markdown(words):
    text = quiet(as_markdown(of_alert(hostile(words)).body))
    assert not re.search(r"(?<![\w/])@\w", text)
    seen = MarkdownIt("commonmark").parse(text)
    pieces = [piece for token in seen for piece in token.children or ()]
    assert {token.type for token in seen} == {"paragraph_open", "inline", "paragraph_close"}
    assert {piece.type for piece in pieces} <= {
        *("text", "text_special", "softbreak"),
        *("strong_open", "strong_close", "link_open", "link_close"),
    }
    links = {piece.attrs["href"] for piece in pieces if piece.type == "link_open"}
    assert all(str(link).startswith("https://news.example/") for link in links)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://[", "", "mailto:a@b.example"])
def test_only_web_addresses_become_links(url):
    alert = NEW.model_copy(update={"url": url})
    assert "href" not in as_html(of_alert(alert).body)
    assert "](" not in as_markdown(of_alert(alert).body)
    assert "<" not in of_alert(alert).text


def test_an_address_cannot_end_its_link():
    alert = NEW.model_copy(update={"url": 'https://news.example/a b">)<x>'})
    assert "<https://news.example/a%20b%22%3E)%3Cx%3E>" in of_alert(alert).text
    assert "](<https://news.example/a%20b%22%3E)%3Cx%3E>)" in as_markdown(of_alert(alert).body)


@given(st.integers(250, 3000), st.integers(0, 40))
def test_message_over_the_limit_is_cut_by_whole_lines_and_says_so(limit, number):
    alerts = [an_alert(story=n, headline=f"Story {n} " * 5) for n in range(number)]
    body = of_digest(a_digest(*alerts)).body
    for write in (as_text, as_markdown, as_simple_html):
        text = fit(body, write, limit)
        assert len(text) <= limit
        assert text == write(body) or "Cut here for length" in text


def test_a_quotation_within_a_quotation_has_single_marks() -> None:
    assert (
        quotation("“False”: director denies it", 100) == "“\u2018False\u2019: director denies it”"
    )
    german = "„Nie“, sagt der Minister"
    assert quotation(german, 100) == f"“{german}”", "its closing mark is the English opening one"
