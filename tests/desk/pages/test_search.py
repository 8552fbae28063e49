"""The search: its hits, what narrows it, and what it becomes outside the desk."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from desk_sample import INTERCEPTED, first_hit, page_text, words
from factories import an_article
from starlette.testclient import TestClient

from core.ledger import stories
from core.query import parse
from core.records import Article, MentionKind
from wirewatch import regrouping
from wirewatch.house import House


def test_search_for_a_merged_story_finds_the_surviving_one(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        one, other = (story.id for story in stories.listed(tx)[:2])
    into = regrouping.merge(house, one, other)
    younger = other if into == one else one
    for address in ("/search", "/search.csv", "/search.atom", "/api/search"):
        found = client.get(address, params={"q": f"story:{younger}"}).text
        assert client.get(f"/api/articles/{into}").json()["title"] in unescape(found), address


def test_search_shows_hits_in_context_and_facets(reader: TestClient) -> None:
    page = reader.get("/search?q=phones&sort=relevance").text
    assert '<mark class="hit"' in page
    assert "/search?q=phones&amp;pick=topic%3A" in page
    outlets = reader.get("/api/search?q=-duplicate_of:*&facet=outlet").json()["facets"]["outlet"]
    everything = page_text(reader, "/search")
    assert f"{len(outlets) - 8} more" in everything
    assert all(f"{outlet} {number}" in everything for outlet, number in outlets.items())
    narrowed = page_text(reader, "/search?q=phones&pick=topic:border")
    assert "topic: Border and migration" in narrowed
    assert "1 article," in narrowed
    denied = reader.get("/search?pick=statement:denial").text
    assert '<mark class="hit" title="statement is “denial”">' in denied
    named = reader.get("/search?q=agency:*").text
    assert re.search(r'<mark class="hit" title="agency has a value">\w', named)
    assert "No articles match" in page_text(reader, "/search?q=nosuchwordanywhere")


def test_a_search_can_be_narrowed_to_what_is_about_surveillance(reader: TestClient) -> None:
    asked = {"q": "topic:surveillance -duplicate_of:*"}
    number = reader.get("/api/search", params=asked).json()["total"]
    assert f"topic Surveillance {number} " in page_text(reader, "/search"), "the first value"
    assert 'href="/search?pick=topic%3Asurveillance"' in reader.get("/search").text
    narrowed = page_text(reader, "/search?pick=topic:surveillance")
    assert f"{number} articles, copies hidden" in narrowed
    assert "topic: Surveillance " in narrowed


def test_a_search_can_be_narrowed_to_each_kind_of_name_but_places(reader: TestClient) -> None:
    """Countries are there for places. The sample newsroom names no law."""
    page = reader.get("/search?q=topic:surveillance").text
    for kind in set(MentionKind) - {MentionKind.PLACE, MentionKind.LAW}:
        asked = {"q": "topic:surveillance -duplicate_of:*", "facet": kind}
        most = next(iter(reader.get("/api/search", params=asked).json()["facets"][kind]))
        assert urlencode({"pick": f"{kind}:{most}"}) in unescape(page)


def test_a_value_beside_a_search_can_be_excluded(reader: TestClient, sample: Path) -> None:
    outlet = first_hit(sample, "phones").outlet
    total, theirs = (
        reader.get("/api/search", params={"q": f"phones -duplicate_of:* {more}"}).json()["total"]
        for more in ("", f'outlet:"{outlet}"')
    )
    assert 0 < theirs < total
    links = re.findall(r'<a class="exclude" href="([^"]+)"', reader.get("/search?q=phones").text)
    chosen = [unescape(one) for one in links if urlencode({"": f"-outlet:{outlet}"})[1:] in one]
    assert len(chosen) == 1
    page = page_text(reader, chosen[0])
    assert f"{total - theirs} article" in page
    assert f"not outlet: {outlet}" in page
    rest = unescape(reader.get(chosen[0]).text)
    assert urlencode({"pick": f"outlet:{outlet}"}) not in rest
    assert f'name="pick" value="-outlet:{outlet}"' in rest, "a search by other words keeps it"


def test_quotes_are_blamed_for_what_is_in_the_period_alone(
    client: TestClient, house: House
) -> None:
    today = datetime.now(UTC)
    told = {40: "A fish with a lantern", 41: "Fish and lantern", 0: "Fishing by lantern light"}
    list(
        house.index.write(
            an_article(days, title=title, first_seen=today - timedelta(days=days))
            for days, title in told.items()
        )
    )
    without = "Without the quotes, which ask for exactly these words, {} match"
    for query, since, said in (
        ('"lantern fish"', "any", without.format("3 articles")),
        ('"lantern fish"', "7d", without.format("1 article")),
    ):
        page = page_text(client, f"/search?{urlencode({'q': query, 'since': since})}")
        assert said in page, (query, since)
    asked = urlencode({"q": '"with a lantern"', "since": "7d"})
    assert "Without the quotes" not in page_text(client, f"/search?{asked}")


def test_articles_missing_from_the_index_are_noticed(client: TestClient, house: House) -> None:
    """As in a home that was restored. The terminal said so, and the desk that none matches."""
    everything = house.index.search(parse("*"), size=1_000).articles
    house.index.delete(one.id for one in everything)
    for address in ("/search", "/search?q=a&with=b", "/api/search?q=a", "/?q=phones"):
        told = r"The index lacks at least \d+ articles: `wirewatch .*` rebuilds .* archive\.(?!\.)"
        assert re.search(told, client.get(address).text), address


def test_copies_are_shown_when_asked_for(reader: TestClient) -> None:
    without, with_copies = (
        int(re.findall(r"(\d+) articles?", page_text(reader, f"/search?q=plates{more}"))[0])
        for more in ("", "&copies=1")
    )
    assert with_copies > without


def test_search_that_finds_nothing_offers_a_wider_one(reader: TestClient) -> None:
    page = reader.get("/?q=lanternfish&topic=spyware&since=1d").text
    (wider,) = re.findall(r'<a href="([^"]+)">Show those of any time</a>', page)
    assert unescape(wider) == "/?q=lanternfish&topic=spyware&statement=&since=any&order=newest"
    assert "Search the copies too" in page_text(reader, "/search?q=lanternfish")
    assert "Clear the filters" in page_text(reader, "/search?q=lanternfish&since=1d")


def test_invalid_search_is_pointed_at(reader: TestClient) -> None:
    page = reader.get("/search?q=spy+AND+%28phone").text
    line = page[page.index("<pre>") + 5 : page.index("</pre>")]
    asked, pointer = unescape(line).split("\n")
    assert asked[pointer.index("^")] == "("
    for asked in ("/search.atom", "/search.csv", "/days.csv", "/api/search"):
        assert reader.get(f"{asked}?q=%28a").status_code == 422


def test_days_that_are_no_period_are_refused_at_their_form(reader: TestClient) -> None:
    """It was an error page with a way back to the stories only, or an error in words that nobody
    had typed."""
    first, last = "2026-02-01", "2026-01-31"
    told = f"The first day, {first}, is later than the last one, {last}."
    asked = f"q=phones&pick=language%3Aen&from={first}&to={last}"
    answer = reader.get(f"/search?{asked}")
    page = unescape(answer.text)
    assert answer.status_code == 422
    _, form = page.split('<details class="dates" open>')
    form, _ = form.split("</details>")
    assert f'role="alert">{told}</p>' in form
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert sent == {"q": "phones", "pick": "language:en", "from": first, "to": last}
    assert "search.csv" not in page
    assert "No articles match" not in page
    for file in ("/search.csv", "/days.csv"):
        refused = reader.get(f"{file}?{asked}")
        assert (refused.status_code, told in unescape(refused.text)) == (422, True)


def test_searches_and_rules_have_atom_feeds(reader: TestClient) -> None:
    assert "<feed" in reader.get("/search.atom?q=topic:*").text
    assert "<feed" in reader.get("/rule.atom?name=surveillance").text


def test_atom_feed_has_the_hits_of_its_page(client: TestClient, house: House) -> None:
    old = an_article(title="plates", first_seen=datetime.now(UTC) - timedelta(days=9))
    assert [one.outcome for one in house.index.write([old])] == ["created"]
    numbers = []
    for asked in ("copies=1", "since=7d&copies=1", "since=7d"):
        page = client.get(f"/search?q=plates&{asked}").text
        (link, alternate) = map(unescape, re.findall(r'href="(/search\.atom[^"]*)', page))
        assert link == alternate
        feed = client.get(link).text
        assert "<title>wirewatch: plates</title>" in feed
        numbers.append(feed.count("<entry>"))
        assert f"{numbers[-1]} article" in words(page)
    assert numbers == sorted(set(numbers), reverse=True)


def test_articles_of_some_days_can_be_searched(client: TestClient, house: House) -> None:
    def seen(day: int, published: int, text: str) -> Article:
        return an_article(
            day,
            title="lanternfish",
            text=text,
            first_seen=datetime(2025, 5, day, 12, tzinfo=UTC),
            published=datetime(2025, 4, published, 12, tzinfo=UTC),
        )

    several = [seen(1, 28, "one"), seen(2, 3, "two"), seen(3, 2, "three")]
    assert [one.outcome for one in house.index.write(several)] == ["created"] * 3
    for asked, number in [
        ("from=&to=", 3),
        ("from=2025-05-02&to=", 2),
        ("from=2025-05-02&to=2025-05-02", 1),
        ("to=2025-05-01&days=published", 3),
        ("from=2025-04-03&to=2025-04-30&days=published", 2),
        ("from=2025-06-01", 0),
    ]:
        page = client.get(f"/search?q=lanternfish&{asked}").text
        assert f"{number} article" in words(page), asked
        link, _ = map(unescape, re.findall(r'href="(/search\.atom[^"]*)', page))
        assert client.get(link).text.count("<entry>") == number
        (table,) = map(unescape, re.findall(r'href="(/search\.csv[^"]*)', page))
        assert client.get(table).text.count("lanternfish") == number
        assert '/rules/edit?query=lanternfish"' in page
        assert ("Clear the filters" in page) is (number == 0)
    page = client.get("/search?q=lanternfish&from=2025-05-02&days=published&sort=relevance").text
    form = page[page.index('<details class="dates" open>') :]
    form = form[: form.index("</form>")]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert sent == {
        "q": "lanternfish",
        "sort": "relevance",
        "days": "published",
        "from": "2025-05-02",
        "to": "",
    }
    assert "published from" in form
    assert 'name="from" value="2025-05-02"' in page[: page.index("<main")], "other words keep it"
    assert '<details class="dates"><summary>' in client.get("/search?q=lanternfish").text


def test_spreadsheet_has_all_hits_of_its_page(reader: TestClient) -> None:
    for asked in ("q=topic:*", "q=phones&copies=1&sort=relevance", "pick=topic:policing"):
        page = reader.get(f"/search?{asked}").text
        link = unescape(re.findall(r'href="(/search\.csv[^"]*)', page)[0])
        answer = reader.get(link)
        # These three bytes tell Excel that it is UTF-8; without them "é" becomes "Ã©".
        assert answer.content.startswith(b'\xef\xbb\xbf"first_seen",')
        assert answer.content.count(b"\xef\xbb\xbf") == 1
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert f"{len(table)} articles" in words(page)
        shown = [unescape(one) for one in re.findall(r'<h2><a href="/articles/([^"]*)', page)]
        assert [row["id"] for row in table][: len(shown)] == shown
        assert all(bool(row["duplicate_of"]) <= ("copies=1" in asked) for row in table)


def test_spreadsheet_is_named_after_the_search(reader: TestClient) -> None:
    headers = reader.get("/search.csv?q=topic:spyware&since=30d").headers
    assert re.fullmatch(
        r'attachment; filename="wirewatch-topic-spyware-\d{4}-\d\d-\d\d\.csv"',
        headers["content-disposition"],
    )
    assert headers["content-type"] == "text/csv; charset=utf-8"


def test_spreadsheet_read_in_chunks_has_each_article_once(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reader.get("/search.csv?copies=1").text
    monkeypatch.setattr("desk.pages.search.AT_A_TIME", 7)
    assert reader.get("/search.csv?copies=1").text == whole


def test_page_says_if_the_spreadsheet_is_cut(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "First" not in page_text(reader, "/search?q=topic:*")
    monkeypatch.setattr("desk.pages.search.WINDOW", 7)
    assert "First 7 as a spreadsheet (CSV)" in page_text(reader, "/search?q=topic:*")


def test_feed_of_an_unknown_rule_is_not_found(client: TestClient) -> None:
    assert client.get("/rule.atom?name=surveillence").status_code == 404
    client.post("/rules/remove", data={"name": "surveillance"})
    assert "<entry>" in client.get("/rule.atom?name=surveillance").text


def test_feed_of_a_rule_that_cannot_be_used_and_has_no_alerts_is_empty(
    client: TestClient, home: Path
) -> None:
    """It was an error, and with an alert it was none."""
    with (home / "rules.toml").open("a") as rules:
        rules.write('\n[[rule]]\nname = "new"\nquery = "(cards"\n')
    feed = client.get("/rule.atom?name=new")
    assert (feed.status_code, "<entry>" in feed.text) == (200, False)


def test_hit_does_not_repeat_evidence_that_stands_around_the_words_found(
    reader: TestClient,
) -> None:
    page = page_text(reader, "/search?q=phones")
    assert page.count("and laptops of 31,400 travellers last year") == 1
    assert "The interior ministry said that it" in page, "evidence that stands elsewhere"


def test_hit_says_how_large_its_story_is_unless_it_stands_alone(
    reader: TestClient, sample: Path
) -> None:
    one = first_hit(sample, f'title:"{INTERCEPTED}"')
    link = f'<a href="/stories/{one.story}">in a story of 11 articles</a>'
    assert link in reader.get(f"/search?q=id:{one.id}").text
    alone = first_hit(sample, 'title:"bossware"')
    assert "in a story" not in page_text(reader, f"/search?q=id:{alone.id}")


def test_a_search_can_be_narrowed_to_the_feeds_with_a_label(client: TestClient) -> None:
    total = client.get("/api/search", params={"q": "*"}).json()["total"]
    brought = Counter(
        feed
        for one in client.get("/api/search", params={"q": "*", "size": 1_000}).json()["articles"]
        for feed in one["feeds"]
    )
    (url, number), *_ = brought.most_common()
    assert 0 < number < total
    labels = "Trade “press”\nAt sea/News\n" + "\n".join(f"Z{number}" for number in range(9))
    client.post("/feeds/edit", data={"url": url, "outlet": "Ours", "labels": labels})
    narrowing = "/search?pick=label%3ATrade+%E2%80%9Cpress%E2%80%9D"
    page = client.get("/search?copies=1").text
    assert narrowing in page
    assert "/search?pick=label%3AAt+sea&" in page
    shown, folded = page.split("label of its feed</h3>")[1].split("<summary>4 more</summary>")
    assert shown.count("exclude Z") == 5
    assert folded.split("</section>")[0].count("exclude Z") == 4
    assert narrowing.replace("+", "%20") in client.get("/feeds").text
    asked = {"q": 'label:"trade “press”"'}
    assert client.get("/api/search", params=asked).json()["total"] == number
    page = client.get(f"{narrowing}&copies=1").text
    assert f"{number} article" in words(page)
    assert "label: Trade “press”" in words(page)
    rest = client.get("/api/search", params={"q": "-label:*"}).json()["total"]
    assert rest == total - number
    unknown = words(client.get("/search?q=label:trad").text)
    assert 'No feed has the label trad; did you mean "Trade “press”"?' in unknown
