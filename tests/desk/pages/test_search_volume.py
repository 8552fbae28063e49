"""How many articles a search finds over time, or which share of all, and beside other searches."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from desk_sample import page_text, words
from factories import an_article
from starlette.testclient import TestClient

from core.records import Article
from wirewatch.house import House


def test_search_shows_its_volume_over_time(client: TestClient, house: House) -> None:
    assert 'class="volume"' not in client.get("/search?q=lanternfish").text
    newest = datetime.now(UTC) - timedelta(days=1)
    articles = [
        an_article(number, title="Lanternfish", first_seen=newest - timedelta(days=number // 2))
        for number in range(1, 8)
    ]
    assert all(one.outcome == "created" for one in house.index.write(articles))
    page = client.get("/search?q=lanternfish").text
    days = dict(re.findall(r"<title>(\S+): (\d)</title>", page))
    assert list(days.values())[:4] == ["2", "2", "2", "1"]
    assert "first seen per day: 2 at most" in page
    day, number = next(iter(days.items()))
    (address,) = (one for one in re.findall(r'href="([^"]+)" tabindex="-1"', page) if day in one)
    listed = re.findall(r'<li><a href="([^"]+)">(\S+)</a>: (\d)</li>', page)
    assert (address, day, number) in listed, "for keyboards and screen readers"
    assert sum(int(one) for *_, one in listed) == len(articles)
    assert f"{number} articles," in page_text(client, unescape(address))
    narrow = client.get("/search?q=lanternfish&since=30d").text
    assert len(re.findall(r"<title>[^<]+: \d</title>", narrow)) == 31
    start, end = (f"{newest - timedelta(days=ago):%F}" for ago in (9, 1))
    past = client.get(f"/search?q=lanternfish first_seen:[{start} TO {end}]").text
    assert [int(n) for n in re.findall(r"<title>[^<]+: (\d)</title>", past)] == [0] * 6 + [2, 2, 2]


def test_search_shows_its_volume_by_publication(client: TestClient, house: House) -> None:
    """What a feed's history brings is first seen at once."""
    seen, published = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (3, 1))
    dates = [published, published, published + timedelta(days=9), None]
    articles = [
        an_article(number, title="Lanternfish", first_seen=seen, published=at)
        for number, at in enumerate(dates)
    ]
    assert all(one.outcome == "created" for one in house.index.write(articles))
    by_first_seen = "/search?q=lanternfish first_seen:2026-03-01"
    assert "first seen on 2026-03-01: 4 " in page_text(client, by_first_seen)
    (address,) = re.findall(r'href="([^"]+)">by publication<', client.get(by_first_seen).text)
    page = client.get(unescape(address)).text
    assert "published per day: 2 at most; 1 has no date of publication<" in page
    bars = re.findall(r"<title>(\S+): (\d)</title>", page)
    assert (len(bars), *bars[:1], bars[9]) == (60, ("2026-01-01", "2"), ("2026-01-10", "1"))
    assert 'name="days" value="published"' in page, "a search by other words keeps it"
    for day, number in (("2026-01-01", "2 articles,"), ("2026-01-10", "1 article,")):
        (bar,) = re.findall(rf'href="([^"]+)" tabindex="-1"><title>{day}:', page)
        assert number in page_text(client, unescape(bar))
    only = page_text(client, "/search?q=lanternfish published:2026-01-01&days=published")
    assert "published on 2026-01-01: 2 " in only
    list(house.index.write([an_article(9, title="Lanternfish", first_seen=seen)]))
    none = page_text(client, "/search?q=lanternfish -published:*&days=published")
    assert "2 have no date of publication " in none
    assert "by first seen by publication" not in page_text(
        client, f"{by_first_seen} published:2026-01-10"
    )


def test_search_shows_its_share_of_all_over_time(client: TestClient, house: House) -> None:
    """By number the second day is the peak, by share the first; the third has too few articles."""
    hits_of_all = ((3, 30), (5, 60), (1, 2))
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    articles = [
        an_article(
            1_000 * day + number,
            title="Lanternfish" if number < hits else "Cake",
            outlet="Deep Sea",
            first_seen=first + timedelta(days=day),
        )
        for day, (hits, number_of_all) in enumerate(hits_of_all)
        for number in range(number_of_all)
    ]
    elsewhere = an_article(9_999, title="Cake", first_seen=first)
    assert {one.outcome for one in house.index.write([*articles, elsewhere])} == {"created"}
    words = "lanternfish first_seen:[2026-01-01 TO 2026-01-03]"
    by_number = f"/search?{urlencode({'q': words, 'pick': 'outlet:Deep Sea'})}"
    assert "first seen per day: 5 at most" in page_text(client, by_number)
    (address,) = re.findall(r'href="([^"]+)">as a share<', client.get(by_number).text)
    page = client.get(unescape(address)).text
    told = ["3 of 30 (10.0 %)", "5 of 60 (8.3 %)", "1 of 2"]
    assert re.findall(r"<title>2026-01-0\d: ([^<]+)<", page) == told
    assert re.findall(r"<li><a [^>]+>2026-01-0\d</a>: ([^<]+)<", page) == told
    drawn = [float(one) for one in re.findall(r'width="8" height="([^"]+)"', page)]
    assert drawn == [39, pytest.approx(1 + 38 * 5 / 6)]
    assert (
        "first seen per day, of all from the same sources: 3 of 30 (10.0 %) at most, "
        "9 of 92 (9.8 %) in all; no bar for fewer than 30 articles"
    ) in page_text(client, unescape(address))
    assert 'name="share" value="1"' in page, "a search by other words keeps it"
    (bar,) = re.findall(r'href="([^"]+)" tabindex="-1"><title>2026-01-02:', page)
    only = page_text(client, unescape(bar))
    assert "first seen on 2026-01-02: 5 of 60 (8.3 %) from the same sources" in only


def test_a_search_for_sources_alone_has_no_share(client: TestClient, house: House) -> None:
    seen = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)]
    articles = [
        an_article(number, outlet="Deep Sea", first_seen=at) for number, at in enumerate(seen)
    ]
    list(house.index.write(articles))
    asked = {"q": "first_seen:[2026-01-01 TO 2026-01-02]", "pick": "outlet:Deep Sea", "share": "1"}
    page = page_text(client, f"/search?{urlencode(asked)}")
    assert "first seen per day: 1 at most" in page
    assert "as a share" not in page
    asked["q"] = f"headline {asked['q']}"
    few = page_text(client, f"/search?{urlencode(asked)}")
    assert "of all from the same sources: 2 of 2 in all; no bar for fewer than 30 articles" in few
    assert "as a share" in few


def of_day(day: int, hits: int, of: int, outlet: str) -> list[Article]:
    """What an outlet publishes on a day in January; so many of it are hits."""
    at = datetime(2026, 1, day, 12, tzinfo=UTC)
    titles = ["Lanternfish"] * hits + ["Cake"] * (of - hits)
    first = 1_000 * day + 100_000 * len(outlet)
    return [
        an_article(first + number, title=title, outlet=outlet, first_seen=at)
        for number, title in enumerate(titles)
    ]


def rows_of_table(page: str) -> dict[str, list[str]]:
    """The cells of the table of a comparison, by what stands before them."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page)
    return {words(head): [words(one) for one in cells.split("</td>")[:-1]] for head, cells in rows}


def test_searches_are_compared_over_time(client: TestClient, house: House) -> None:
    """By number the second is ahead; by share of what its own outlet brought, the first is."""
    for day, deep, high in ((1, 3, 6), (2, 0, 2), (3, 1, 0)):
        several = [*of_day(day, deep, 30, "Deep Sea"), *of_day(day, high, 100, "High Seas")]
        assert {one.outcome for one in house.index.write(several)} == {"created"}
    asked = {
        "q": "lanternfish outlet:Deep*",
        "with": "lanternfish outlet:High*",
        "from": "2026-01-01",
        "to": "2026-01-03",
    }
    address = f"/search?{urlencode(asked)}"
    page = client.get(address).text
    assert "First search: 4 articles, copies hidden." in words(page)
    assert "lanternfish outlet:Deep* : 4 in all" in words(page)
    assert "lanternfish outlet:High* : 8 in all" in words(page)
    assert "first seen per day; all on one scale: 6 at most" in page
    assert re.findall(r"<title>2026-01-0\d: (\d)<", page) == ["3", "0", "1", "6", "2", "0"]
    drawn = [float(one) for one in re.findall(r'width="8" height="([^"]+)"', page)]
    assert drawn == [pytest.approx(1 + 38 * number / 6) for number in (3, 0, 1, 6, 2, 0)]
    assert rows_of_table(page) == {
        "2026-01-01": ["3", "6"],
        "2026-01-02": ["0", "2"],
        "2026-01-03": ["1", "0"],
    }
    for shown, number in ((asked["q"], 4), (asked["with"], 8), ("6", 6)):
        (link,) = re.findall(rf'<a href="([^"]+)">{re.escape(shown)}</a>', page)
        assert f"Results {number} articles, copies hidden." in page_text(client, unescape(link))
    shares = client.get(f"{address}&share=1").text
    told = ["3 of 30 (10.0 %)", "6 of 100 (6.0 %)"]
    assert re.findall(r"<title>2026-01-01: ([^<]+)<", shares) == told
    assert rows_of_table(shares)["2026-01-01"] == told
    assert "all on one scale: 3 of 30 (10.0 %) at most" in shares


def test_what_is_compared_stays_whatever_else_is_chosen(reader: TestClient) -> None:
    page = reader.get("/search?q=phones&with=plates+OR+cards&with=&pick=language:en").text
    kept = 'type="hidden" name="with" value="plates OR cards"'
    assert page.count(kept) == 2, "for other words, and for other days"
    (form,) = re.findall(r'<details class="compare" open>.*?</details>', page, re.DOTALL)
    typed = re.findall(r'type="search" name="with" value="([^"]*)"', form)
    assert typed == ["plates OR cards", "", ""]
    assert dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)) == {
        "q": "phones",
        "pick": "language:en",
    }
    for choice in ("by publication", "as a share", "last 7 days", "most relevant"):
        (address,) = re.findall(rf'href="([^"]+)"[^>]*>{choice}<', page)
        assert "with=plates" in address, choice
    assert '<details class="compare"><summary>' in reader.get("/search?q=phones").text


def test_a_search_for_one_article_can_be_compared(client: TestClient, house: House) -> None:
    """It has no chart of its own."""
    only = an_article(title="Lanternfish", first_seen=datetime.now(UTC))
    assert [one.outcome for one in house.index.write([only])] == ["created"]
    page = client.get("/search?q=lanternfish").text
    assert "Counts per day" not in page
    assert '<details class="compare">' in page


def test_a_wrong_search_among_several_is_named(reader: TestClient) -> None:
    asked = "q=phones&with=plates&with=%28cards"
    page = reader.get(f"/search?{asked}").text
    assert "<pre>(cards\n^</pre>" in page
    assert re.findall(r'value="([^"]*)" aria-label="[^"]*" aria-invalid=true', page) == ["(cards"]
    assert "data-item" not in page, "not the articles of the first one, as if that were all"
    refused = reader.get(f"/days.csv?{asked}")
    assert refused.status_code == 422
    assert "(cards: this ( is not closed" in refused.text
    for address in ("/search", "/days.csv"):
        many = reader.get(f"{address}?q=a&with=b&with=c&with=d&with=e")
        assert many.status_code == 422
        assert "with: it has 4 items, and may have 3 at most" in many.text


def test_each_search_that_finds_nothing_says_why(reader: TestClient) -> None:
    page = page_text(reader, "/search?q=phones&with=topic:spywar&with=nosuchwordanywhere")
    assert "topic:spywar : 0 in all. No article has topic:spywar; did you mean spyware?" in page
    assert "nosuchwordanywhere : 0 in all" in page
    none = page_text(reader, "/search?q=nosuchwordanywhere&with=topic:spywar")
    assert "nosuchwordanywhere : none topic:spywar : none. No article has topic:spywar;" in none


def test_a_comparison_has_shares_if_each_search_has_one(reader: TestClient) -> None:
    assert "as a share" in page_text(reader, "/search?q=phones&with=plates")
    of_sources = page_text(reader, "/search?q=phones&with=language:en&share=1")
    assert "as a share" not in of_sources
    assert "of all from the same sources" not in of_sources


def test_what_a_search_finds_on_one_day_is_compared_without_bars(
    client: TestClient, house: House
) -> None:
    list(house.index.write(of_day(1, 2, 3, "Deep Sea")))
    asked = {"q": "lanternfish", "with": "cake", "from": "2026-01-01", "to": "2026-01-01"}
    page = client.get(f"/search?{urlencode(asked)}").text
    assert 'class="bars"' not in page
    assert "lanternfish : 2 in all cake : 1 in all 2026-01-01 first seen per day" in words(page)


def test_counts_per_day_of_a_chart_are_a_file(reader: TestClient) -> None:
    for asked, same in (
        ("q=phones&days=published&share=1", "q=phones -duplicate_of:*&days=published"),
        ("q=phones&copies=1", "q=phones&days=first_seen"),
        ("pick=topic:policing", "q=topic:policing -duplicate_of:*&days=first_seen"),
    ):
        page = reader.get(f"/search?{asked}").text
        answer = reader.get(*map(unescape, re.findall(r'href="(/days\.csv[^"]*)', page)))
        assert "wirewatch-days-" in answer.headers["content-disposition"]
        days = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert list(days[0]) == ["day", "count", "all"]
        found = reader.get(f"/api/search?{same}&size=0").json()
        of_hits = {one["day"]: int(one["count"]) for one in days if one["count"] != "0"}
        assert of_hits == found["days"], asked
        assert {one["day"]: int(one["all"]) for one in days} == found["all_days"], asked


def test_counts_of_a_comparison_are_a_file(reader: TestClient) -> None:
    page = reader.get("/search?q=phones&with=-topic:*&days=published&share=1").text
    answer = reader.get(*map(unescape, re.findall(r'href="(/days\.csv[^"]*)', page)))
    assert "wirewatch-days-phones-topic-" in answer.headers["content-disposition"]
    days = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert list(days[0]) == ["search", "day", "count", "all"]
    assert {one["search"] for one in days} == {"phones", "'-topic:*"}, "no formula"
    for search in ("phones", "-topic:*"):
        alone = reader.get(f"/days.csv?q={search}&days=published").content.decode("utf-8-sig")
        assert [
            {name: one[name] for name in ("day", "count", "all")}
            for one in days
            if one["search"].removeprefix("'") == search
        ] == list(csv.DictReader(io.StringIO(alone, newline="")))
