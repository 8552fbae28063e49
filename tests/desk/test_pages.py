"""What holds for every page of the desk, and how invalid requests are answered."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from desk_sample import INTERCEPTED, desk, first_hit, page_text
from factories import an_alert
from sqlalchemy import update
from sqlalchemy.exc import DataError, OperationalError
from starlette.testclient import TestClient

from core.index import IndexUnavailableError
from core.ledger import alerts, stories, tables
from core.query import parse
from core.settings import load_settings
from wirewatch.house import House


def test_phrases_and_statements_have_their_articles_language(
    reader: TestClient, sample: Path
) -> None:
    """Without it, a screen reader reads them out as English."""
    french = first_hit(sample, "topic:surveillance language:fr statement:denial")
    phrase, said = french.tags[0].evidence[0].phrase, french.statements[0].phrase
    article = unescape(reader.get(f"/articles/{french.id}").text)
    assert f'<q lang="fr">{phrase}</q>' in article
    assert f'<q lang="fr">{said}</q>' in article
    for address in (f"/search?q=id:{french.id}", "/?since=any"):
        quoted = re.findall(r'<q title="[^"]*" lang="(\w*)">', reader.get(address).text)
        assert "fr" in quoted, address


def test_error_after_a_form_leads_back_to_its_page(client: TestClient) -> None:
    for before, link in [
        ("http://localhost/stories/3f9a?page=2", "/stories/3f9a?page=2"),
        ("http://localhost//elsewhere.example/", "/elsewhere.example/"),
        ("https://elsewhere.example/stories/3f9a", "/"),
        ("", "/"),
    ]:
        answer = client.post("/stories/3f9a/split", headers={"referer": before})
        assert f'<a href="{link}" data-up>Back to the' in answer.text, answer.text
    opened = client.get("/stories/3f9a", headers={"referer": "http://localhost/stories/3f9a"})
    assert '<a href="/" data-up>' in opened.text, "a page that is opened, not sent"


def test_empty_home_says_how_articles_come(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").touch()
    with desk(tmp_path) as client:
        for page in ("/", "/?q=phones", "/search", "/search?q=phones&since=7d"):
            said = page_text(client, page)
            assert "wirewatch run fetches articles." in said
            assert "any time." not in said
            assert "Clear the filters" not in said
        assert "No entries yet." in page_text(client, "/entries")
        assert "How they ended" not in page_text(client, "/entries")


def test_while_the_index_is_unavailable_stories_are_shown_from_the_ledger(
    reader: TestClient, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise IndexUnavailableError("no index today")

    monkeypatch.setattr("search.embedded.EmbeddedIndex.search", away)
    for address in ("/search.csv", "/days.csv", "/search", "/?q=calls"):
        answer = reader.get(address)
        assert answer.status_code == 503
        assert "no index today" in answer.text
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        story = next(one.id for one in stories.listed(tx) if one.title == INTERCEPTED)
    for address in ("/?since=any", f"/stories/{story}"):
        page = page_text(reader, address)
        assert "since the index does not answer: no index today" in page
        assert INTERCEPTED in page
        assert "nobody so far" not in page  # denies it: that is not known


@pytest.mark.parametrize("title", ["", "Lanternfish \u202e" * 200])
def test_title_that_is_empty_or_a_whole_paragraph_becomes_a_headline(
    client: TestClient, house: House, title: str
) -> None:
    """Nobody can open an empty link; a post that is all title filled the page of its story."""
    with house.ledger.write() as tx:
        for table in (tables.stories, tables.members, tables.entries):
            tx.execute(update(table).values(title=title))
        alerts.add(tx, an_alert(headline=title), ["terminal"], house.now())
        story = next(one.id for one in stories.listed(tx) if one.size > 1)
    for address in ("/", "/alerts", f"/stories/{story}", f"/articles/{story}"):
        page = client.get(address).text
        assert re.findall(r"<(?:h1|a)\b[^>]*>\s*</", page) == []
        shown = page.partition("</title>")[2]
        assert ("Lanternfish " * 15 in shown) == bool(title)
        assert "Lanternfish " * 17 not in shown


def test_hits_alerts_and_the_articles_of_a_story_lead_to_their_outlets(
    reader: TestClient, sample: Path
) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
        told = stories.articles_of(tx, story.id)
        ((alert, _),) = alerts.listed(tx, last=1)
    for address, shown in (
        (f"/search?q=id:{told[0].article}", told[:1]),
        (f"/stories/{story.id}", told),
        ("/alerts", [alert]),
    ):
        page = unescape(reader.get(address).text)
        for one in shown:
            link = (
                rf'<a class="about" href="{re.escape(one.url)}"[^>]* aria-label="read at ([^"]*)"'
            )
            assert re.findall(link, page)[:1] == [one.outlet], address


def test_languages_have_their_names(reader: TestClient, sample: Path) -> None:
    found = page_text(reader, "/search?q=topic:surveillance")
    assert " · German " in found
    assert re.search(r"English \d+ \S German \d+", found), "among the values to narrow by"
    assert "language: German" in page_text(reader, "/search?pick=language:de")
    story = first_hit(sample, f'title:"{INTERCEPTED}"').story
    head, _ = page_text(reader, f"/stories/{story}").split("score ", 1)
    assert {"English", "French", "Spanish", "German"} <= set(re.findall(r"\w+", head))


def test_a_copy_without_a_headline_from_a_feed_has_its_pages(
    client: TestClient, house: House
) -> None:
    (copy,) = house.index.search(parse("duplicate_of:*"), size=1).articles
    with house.ledger.write() as tx:
        tx.execute(update(tables.entries).where(tables.entries.c.id == copy.id).values(title=""))
    assert f">{copy.title}</a></h3>" in unescape(client.get(f"/stories/{copy.story}").text)
    assert f"<title>{copy.title} " in unescape(client.get(f"/articles/{copy.id}").text)


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/nowhere", 404, "There is nothing at this address."),
        ("/stories/none", 404, "There is no story with this id."),
        ("/articles/none", 404, "There is no article with this id."),
        ("/articles/none/changes", 404, "There is no article with this id."),
        ("/rules/edit?name=none", 404, "There is no rule 'none'."),
        ("/?page=0", 422, "page: expected 1 or more"),
        ("/?since=ever", 422, "since: expected 'any', '1d', '7d' or '30d'"),
        ("/?statement=denials", 422, "statement: expected 'denial', 'confirmation', 'official',"),
        ("/?topic=spywares", 422, "topic: there is no 'spywares', only surveillance, interce"),
        ("/stories.csv?topic=spywares", 422, "topic: there is no 'spywares', only surveillance,"),
        ("/search?pick=topik:spyware", 422, "not 'topik:spyware'; fields are outlet, site"),
        ("/search.csv?pick=topik:spyware", 422, "not 'topik:spyware'; fields are outlet, "),
        ("/alerts?rule=other", 422, "rule: there is no 'other', only surveillance"),
        ("/search?page=501", 422, "page: expected 500 or less"),
        ("/search?sort=wrong", 422, "sort: expected 'relevance' or 'newest'"),
        ("/entries?state=odd", 422, "state: expected 'found', 'fetched', 'extracted',"),
        ("/?q=%28a", 422, "this ( is not closed"),
        ("/search?q=%28a", 422, "this ( is not closed"),
        ("/search?q=a&with=%28a", 422, "this ( is not closed"),
        ("/entries?done=-1", 422, "done: expected 0 or more"),
        (f"/entries?reason={'x' * 501}", 422, "reason: it has 501 characters, and may have 500"),
        ("/entries?reason=a%1b", 422, "character 2 is a control character (U+001B)"),
        ("/alerts?rule=a%00", 422, "character 2 is a control character (U+0000)"),
        ("/alerts?page=x", 422, "page: expected a whole number"),
        ("/alerts?page=999999999999999999", 422, "page: expected 500 or less"),
    ],
)
def test_invalid_requests_are_answered_by_a_page(
    reader: TestClient, address: str, status: int, told: str
) -> None:
    answer = reader.get(address)
    assert (answer.status_code, told in unescape(answer.text)) == (status, True), answer.text
    assert "<main" in answer.text


@pytest.mark.parametrize(
    ("address", "last"),
    [
        ("/?since=any&order=outlets&page=9", 1),
        ("/search?pick=language%3Aen&pick=topic%3Apolicing&page=400", 1),
        ("/search?q=nosuchwordanywhere&page=2", 1),
        ("/alerts?rule=surveillance&done=resent&page=9", 1),
        ("/entries?page=500", 6),
    ],
)
def test_page_past_the_end_redirects_to_the_last_page(
    reader: TestClient, address: str, last: int
) -> None:
    answer = reader.get(address)
    assert answer.status_code == 303
    path, _, asked = address.partition("?")
    assert answer.headers["location"] == f"?{re.sub('page=.*', f'page={last}', asked)}"
    assert reader.get(path + answer.headers["location"]).status_code == 200


def test_pages_of_a_list_lead_to_each_other(reader: TestClient) -> None:
    for address, asked in (("/search", "q=%2A&copies=1"), ("/entries", "reason=")):
        page = reader.get(f"{address}?page=2&{asked}&done=3").text
        (before,), (after,) = (
            re.findall(f'rel="{rel}" href="([^"]*)"', page) for rel in ("prev", "next")
        )
        assert unescape(before) == f"?{asked}&page=1", "what was done is told once"
        assert unescape(after) == f"?{asked}&page=3"
        assert 'rel="prev"' in reader.get(f"{address}{unescape(after)}").text


def test_outside_text_is_escaped(client: TestClient, house: House) -> None:
    article = house.index.search(parse("topic:*"), size=1).articles[0]
    hostile = article.model_copy(
        update={
            "title": "<script>alert(1)</script>",
            "text": '<img src=x onerror="alert(1)"> & more',
            "outlet": "</title><b>",
            "url": "javascript:alert(1)",
            "tags": (),
            "mentions": (),
            "statements": (),
            "revision": article.revision + 1,
        }
    )
    list(house.index.write([hostile]))
    for address in (f"/articles/{article.id}", f"/search?q=id:{article.id}&copies=1"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "javascript:" not in page
    echo = client.get('/search?q="><script>alert(1)</script>').text
    assert "<script>alert" not in echo


def test_value_that_does_not_fit_a_form_is_refused_in_plain_words(client: TestClient) -> None:
    """A number stands for a text of so many characters."""
    rule = {"name": "x", "query": "x"}
    for address, sent, told in (
        ("/feeds/find", {"address": "http://["}, "'http://[' is not a web address; expected http"),
        ("/feeds/add", {"url": "https://a.example/".ljust(2_001, "x")}, "is longer than 2,000 byt"),
        ("/feeds/pause", {"url": "x", "why": 501}, "why: it has 501 characters, and may have 500"),
        ("/feeds/edit", {"url": "x", "outlet": 201}, "outlet: it has 201 characters, and may have"),
        ("/feeds/edit", {"url": "x", "labels": 2_001}, "labels: it has 2,001 characters, and may"),
        (f"/feeds/remove?q={'x' * 501}", {"url": "x"}, "words (q): it has 501 characters, and may"),
        ("/entries/add", {"address": 5_001}, "address: it has 5,001 characters, and may have"),
        ("/entries/replay", {"state": "indexed"}, "Only `wirewatch entries replay` can fetch entr"),
        ("/entries/replay", {"state": "rejected", "reason": 501}, "reason: it has 501 characters"),
        ("/articles/none/verdict", {"label": "maybe"}, "expected 'positive' or 'hard_negative'"),
        ("/stories/none/merge", {"other": 2_001}, "another story: it has 2,001 characters, and"),
        ("/alerts/resend", {"key": 65}, "key: it has 65 characters, and may have 64 at most"),
        ("/alerts/resend", {}, "key: it is missing"),
        ("/rules/save", {"name": "x"}, "the rule has no search; write one"),
        ("/rules/save", {"name": "", "query": "x"}, "the rule has no name, so nothing was"),
        ("/rules/try", rule | {"days": "91"}, "days: expected 90 or less"),
        ("/rules/save", rule | {"pickup": "y"}, "pickup: expected a whole num"),
        ("/rules/save", rule | {"feed": "?"}, "feed: expected true or false"),
        ("/rules/save", rule | {"developments": "y"}, ".0: expected 'denial', 'confirmation'"),
    ):
        data = {name: "x" * one if isinstance(one, int) else one for name, one in sent.items()}
        answer = client.post(address, data=data)
        assert answer.status_code == 422, (address, answer.text)
        assert told in unescape(answer.text), address


def test_control_character_in_a_form_is_refused_with_a_message(
    client: TestClient, home: Path
) -> None:
    rules = (home / "rules.toml").read_bytes()
    made = {"name": "spies", "query": "x", "to": "terminal"}
    for character in ("\x00", "\x08", "\x0b", "\x1b", "\x1f", "\x7f"):
        odd = f"sp{character}y"
        for address, sent in (
            ("/rules/save", made | {"name": odd}),
            ("/rules/save", made | {"query": odd}),
            ("/rules/save", made | {"to": odd}),
            ("/rules/save", made | {"at_most": odd}),
            ("/rules/try", made | {"query": odd}),
            ("/rules/remove", {"name": odd}),
            ("/feeds/find", {"address": odd}),
            ("/feeds/add", {"url": "https://example.org/feed", "outlet": odd}),
            ("/feeds/remove", {"url": odd}),
            ("/feeds/pause", {"url": "https://example.org/feed", "why": odd}),
            ("/feeds/resume", {"url": odd}),
            ("/entries/replay", {"state": "rejected", "reason": odd}),
            ("/alerts/resend", {"key": odd}),
        ):
            answer = client.post(address, data=sent)
            assert answer.status_code == 422, (address, sent)
            told = f"character 3 is a control character (U+{ord(character):04X}): remove it"
            assert told in answer.text
    assert (home / "rules.toml").read_bytes() == rules


def test_lone_surrogate_is_refused(client: TestClient) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800\r\n--x--\r\n'
    answer = client.post(
        "/rules/remove",
        content=form,
        headers={"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"},
    )
    assert answer.status_code in (404, 422)


def test_locked_ledger_is_reported(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr("core.ledger.Ledger.read", busy)
    for address in ("/", "/feeds", "/stories/none"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "database is locked" in answer.text


def test_value_the_ledger_cannot_store_is_a_client_error(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL, for one, refuses NUL, which any address may contain."""

    def refused(*_: object, **__: object) -> None:
        raise DataError("SELECT", {}, Exception("text fields cannot contain NUL"))

    monkeypatch.setattr("core.ledger.Ledger.read", refused)
    for address in ("/stories/%00", "/api/stories/%00"):
        answer = client.get(address)
        assert answer.status_code == 422
        assert "cannot store this value: text fields cannot contain NUL" in answer.text


def test_what_stands_beside_many_items_is_named_with_its_item(reader: TestClient) -> None:
    """A screen reader lists buttons and links without the item beside which they stand."""
    for address, said in [
        ("/alerts", r"<summary([^>]*)>As sent"),
        ("/feeds", r"<button([^>]*)>(?:Pause|Save|Remove)</button>"),
        ("/rules", r"<a ([^>]*)>(?:Change|Matching articles)</a>"),
    ]:
        found = re.findall(said, reader.get(address).text)
        assert found, address
        assert all('aria-label="' in one for one in found), address
    # Two rules may have alerted on one story.
    alerts_shown = reader.get("/alerts").text
    assert re.search(r'aria-label="Send again: [^"]+ \(rule surveillance\)"', alerts_shown)


def test_no_level_of_headings_is_left_out_beside_what_a_page_is_about(
    reader: TestClient, sample: Path
) -> None:
    """In a list of headings, the first one of an aside is not below the last one of the items."""
    article = first_hit(sample, "topic:surveillance")
    for address in (f"/articles/{article.id}", f"/stories/{article.story}", "/search", "/entries"):
        sections = re.split(r"<aside|<section(?! class=\"facet\")", reader.get(address).text)
        opening = [re.search(r"<h(\d)", one) for one in sections[1:]]
        assert {one[1] for one in opening if one} == {"2"}, address
