"""The pages of the sample newsroom: what a reader sees, and how invalid requests are answered."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import desk_sample
import pytest
from factories import an_alert, an_article
from sqlalchemy import update
from sqlalchemy.exc import DataError, OperationalError
from starlette.testclient import TestClient

from core.index import IndexUnavailableError
from core.ledger import alerts, entries, feeds, gaps, held_alerts, stories, tables
from core.ledger.erasures import ERASED_TEXT
from core.query import parse
from core.records import (
    SURVEILLANCE,
    Article,
    Gap,
    Listed,
    MentionKind,
    State,
    Statement,
    StatementKind,
)
from core.settings import load_settings
from desk.moments import exactly
from desk.pages.stories import NEAR_TOPIC
from enrich.tagging.tagger import NEAR_THRESHOLD
from ingest.feeds.finder import Found, FoundFeed
from wirewatch import regrouping
from wirewatch.house import House
from wirewatch.newsroom.verdicts import FILE

INTERCEPTED = "Valdorian agency intercepted 62 million Maravian calls, paper says"


def page_text(client: TestClient, address: str, status: int = 200) -> str:
    """The words of a page."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return words(answer.text)


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def first_hit(sample: Path, query: str) -> Article:
    with House(load_settings(sample)) as house:
        return house.index.search(parse(query), size=1).articles[0]


def test_story_of_old_articles_says_when_they_were_published(
    client: TestClient, house: House
) -> None:
    """The sample newsroom's are of September, and seen today."""
    with house.ledger.read() as tx:
        story, *_ = stories.listed(tx)
    said = re.compile(r"updated <time[^>]*>[^<]*</time> \(published <time datetime=\"2026-09-")
    for address in ("/", f"/stories/{story.id}"):
        assert said.search(client.get(address).text), address
    with house.ledger.write() as tx:
        told = tables.entries.c.story == story.id
        tx.execute(update(tables.entries).where(told).values(published=story.last_seen))
    assert "(published" not in client.get(f"/stories/{story.id}").text


def test_stories_show_outlets_and_evidence(reader: TestClient, sample: Path) -> None:
    page = page_text(reader, "/?order=outlets")
    first = page.index(INTERCEPTED)
    assert "8 outlets" in page[first : first + 200]
    # The evidence is from the article that has the headline, in its language.
    (root,) = (
        tag for tag in first_hit(sample, f'title:"{INTERCEPTED}"').tags if tag.topic == SURVEILLANCE
    )
    assert root.evidence[0].phrase in page[first : first + 400]
    story = first_hit(sample, f'title:"{INTERCEPTED}"').story
    opened = page_text(reader, f"/stories/{story}")
    assert opened.index(root.evidence[0].phrase) < opened.index("Interception of communications")
    assert "Interception of communications" in page
    assert "16 stories" in page


def test_stories_are_filtered_by_query_and_topic(reader: TestClient) -> None:
    assert INTERCEPTED in page_text(reader, "/?q=Maravia&since=any")
    assert INTERCEPTED not in page_text(reader, "/?topic=workplace")
    assert "bossware" in page_text(reader, "/?topic=workplace")
    assert "No matching stories" in page_text(reader, "/?q=nosuchwordanywhere")
    wrong = page_text(reader, "/?q=%28a")
    assert "Invalid search" in wrong
    assert "0 stories" not in wrong
    assert "No matching" not in wrong


def test_story_is_found_by_a_statement_in_a_near_topic_article(
    client: TestClient, house: House
) -> None:
    several = house.index.search(parse('title:"bossware"'), size=9).articles
    article = next(one for one in several if one.story == one.id)
    denial = Statement(
        kind=StatementKind.DENIAL, field="title", start=0, end=5, phrase=article.title[:5]
    )
    changes = {"tags": (), "score": 0.3, "statements": (denial,), "revision": article.revision + 1}
    with house.ledger.read() as tx:
        story = stories.get(tx, article.id)
    assert story is not None
    address = f"/stories/{story.id}"
    assert address not in client.get("/?statement=denial&since=any").text
    list(house.index.write([article.model_copy(update=changes)]))
    assert address in client.get("/?statement=denial&since=any").text
    assert "Denied by not named" in page_text(client, address)  # not: nobody so far
    assert NEAR_TOPIC == NEAR_THRESHOLD


def test_story_with_an_off_topic_headline_shows_topics_of_its_other_articles(
    client: TestClient, house: House
) -> None:
    """A follow-up off topic may have the most central headline, but has no topics to show."""
    query = parse(f'title:"{INTERCEPTED}"')
    headed = house.index.search(query, size=1).articles[0]
    off = {"tags": (), "score": 0.3, "revision": headed.revision + 1}
    list(house.index.write([headed.model_copy(update=off)]))
    listed = client.get("/?order=outlets").text.split("</li>")
    (shown,) = (words(one) for one in listed if INTERCEPTED in one)
    assert "Interception of communications" in shown
    others = house.index.search(parse(f"story:{headed.story} topic:surveillance"), size=20).articles
    phrases = {one.phrase for other in others for tag in other.tags for one in tag.evidence}
    assert any(phrase in shown for phrase in phrases)


def test_story_shows_statements_articles_and_alerts(reader: TestClient, sample: Path) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        story = next(one for one in stories.listed(tx) if one.title == INTERCEPTED)
        told = stories.articles_of(tx, story.id)
        sent = list(alerts.listed(tx, of_stories=[story.id]))
    page = page_text(reader, f"/stories/{story.id}")
    assert page.index("Denied") < page.index("Confirmed") < page.index("Articles, in order")
    assert "director of the Valdorian Signals Directorate denied on Tuesday" in page
    # Statements in the headline's language come first, whichever outlet was first.
    # In the colour that it has in the list of stories.
    _, headed, denials = reader.get(f"/stories/{story.id}").text.partition(
        '<h3 class="voice denied">Denied</h3>'
    )
    assert headed
    assert re.findall(r'<blockquote lang="(\w*)"', denials)[0] == "en"
    assert "opened the story" in page
    assert "joined by" in page
    for one in told:
        assert " ".join(one.title.split()) in page
    assert len(sent) == 2
    assert "Update by rule surveillance" in page
    assert "Claire Aubertin" in page[page.index("People") :]


def test_timeline_says_to_the_minute_when_an_article_was_published(
    reader: TestClient, sample: Path
) -> None:
    """Who was first is a question of hours."""
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        story = next(one for one in stories.listed(tx) if one.title == INTERCEPTED)
        told = stories.articles_of(tx, story.id)
    _, timeline = page_text(reader, f"/stories/{story.id}").split("Articles, in order of arrival")
    for one in told:
        assert one.published is not None
        assert f"{exactly(one.published)} · {one.outlet}" in timeline


def test_story_leads_to_a_search_for_its_articles_and_copies(reader: TestClient) -> None:
    (story,) = reader.get("/api/stories?order=outlets&size=100").json()[1:2]
    page = unescape(reader.get(f"/stories/{story['id']}").text)
    (link,) = re.findall(r'<a href="([^"]*)">Search or export its articles', page)
    number = story["size"] + story["copies"]
    assert f"{number} articles. Make it a rule · Atom · Spreadsheet" in page_text(
        reader, link
    ).replace("\u2002", " ")


def test_story_shows_its_latest_alerts_and_the_earlier_ones_folded(
    client: TestClient, house: House
) -> None:
    with house.ledger.write() as tx:
        (story,) = stories.listed(tx, limit=1)
        known = alerts.count(tx, of_stories=[story.id])
        for number in range(6):
            one = an_alert(rule=f"rule{number}", headline=story.title, created_at=house.now())
            alerts.add(tx, one.model_copy(update={"story": story.id}), [], house.now())
    page = client.get(f"/stories/{story.id}").text
    _, folded = page.split(f"<summary>{known + 1} earlier</summary>")
    folded, latest = folded.split("</details>", 1)
    assert folded.count("by rule") == known + 1
    assert latest.count("by rule") == 5
    assert page.index("Mute this story") < page.index('id="voices"'), "in reach, however many"


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


def test_copies_are_shown_as_copies(reader: TestClient) -> None:
    (story,) = reader.get("/api/stories?order=outlets&size=100").json()[1:2]
    assert story["copies"] == 4
    page = page_text(reader, f"/stories/{story['id']}")
    assert page.count("of the shorter text") == 4


def test_a_story_can_be_muted_and_unmuted(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    page = f"/stories/{story.id}"
    for action, said in (("mute", True), ("unmute", False)):
        done = client.post(f"{page}/{action}")
        assert (done.status_code, done.headers["location"]) == (303, page)
        assert ("Muted since" in client.get(page).text) is said
        assert ("Mute this story" in client.get(page).text) is not said
        assert ("· muted" in client.get("/?since=any").text) is said
        assert client.post(f"/stories/none/{action}").status_code == 404


def test_articles_can_be_taken_out_of_a_story_and_put_back(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
        several = [one for one in stories.articles_of(tx, story.id) if not one.duplicate_of]
    first, second = several[0].article, several[1].article
    page = unescape(client.get(f"/stories/{story.id}").text)
    box = f'value="{second}" form="split" aria-label="tells of something else: {several[1].title}"'
    assert box in page
    assert f'value="{first}" form="split"' not in page

    done = client.post(f"/stories/{story.id}/split", data={"article": [second]})
    assert (done.status_code, done.headers["location"]) == (303, f"/stories/{second}?done=split")
    split = client.get(done.headers["location"]).text
    assert "Taken out. This is the new story of the articles that you ticked." in split
    assert "put here by a person on" in split
    assert 'form="split"' not in split, "nothing can be taken out of one article"

    for other in (f"https://desk.example/stories/{second}/", second[:12]):
        done = client.post(f"/stories/{story.id}/merge", data={"other": other})
        assert done.status_code == 303
        assert done.headers["location"] == f"/stories/{story.id}?done=merged"
        assert "The two are now this one story." in client.get(done.headers["location"]).text
        client.post(f"/stories/{story.id}/split", data={"article": [second]})
    assert "put here by a person on" in client.get(f"/articles/{second}").text


def test_what_cannot_be_regrouped_is_said(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    for action, data, said in [
        ("split", {}, "No article is chosen."),
        ("split", {"article": story.id}, "take out the others instead."),
        ("merge", {"other": "nowhere"}, "No story has the id &#39;nowhere&#39;."),
        ("merge", {"other": "https://[broken/x?y"}, "No story has the id &#39;x&#39;."),
        ("merge", {"other": story.id}, "These are one story already."),
        ("merge", {"other": f"/stories/{story.id}/?a=b/c#d"}, "These are one story already."),
    ]:
        answer = client.post(f"/stories/{story.id}/{action}", data=data)
        assert (answer.status_code, said in answer.text) == (409, True), answer.text


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


def test_a_story_can_be_followed_by_a_rule_of_its_own(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    (link,) = re.findall(r'href="(/rules/edit[^"]*)"', client.get(f"/stories/{story.id}").text)
    form = client.get(html.unescape(link)).text
    assert f"story:{story.id}" in form
    assert f'value="{html.escape(story.title)}"' in form
    values = {"name": "the calls", "query": f"story:{story.id}", "to": "terminal"}
    assert client.post("/rules/save", data=values).status_code == 303
    page = client.get(f"/stories/{story.id}").text
    assert 'Followed by rule <a href="/rules/edit?name=the%20calls">' in page
    assert "Follow this story" not in page


def test_old_story_id_redirects_to_the_surviving_story(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        into, story = (one.id for one in stories.listed(tx)[:2])
        stories.merge(tx, story, into)
    answer = client.get(f"/stories/{story}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/stories/{into}")


def test_search_for_a_merged_story_finds_the_surviving_one(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        one, other = (story.id for story in stories.listed(tx)[:2])
    into = regrouping.merge(house, one, other)
    younger = other if into == one else one
    for address in ("/search", "/search.csv", "/search.atom", "/api/search"):
        found = client.get(address, params={"q": f"story:{younger}"}).text
        assert client.get(f"/api/articles/{into}").json()["title"] in html.unescape(found), address


def test_article_that_stands_alone_is_found_by_the_story_that_its_alert_names(
    reader: TestClient, sample: Path
) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        alone = next(row.id for row in entries.with_articles(tx) if stories.get(tx, row.id) is None)
    answer = reader.get(f"/stories/{alone}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/articles/{alone}")


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


def test_a_hundred_stories_that_match_are_not_too_many(client: TestClient, house: House) -> None:
    several = [
        an_article(number, title="Lanternfish", story=f"{number}", score=0.9)
        for number in range(101)
    ]
    list(house.index.write(several))
    assert "Too many match" not in client.get("/?since=any&q=lanternfish").text


def test_copies_are_shown_when_asked_for(reader: TestClient) -> None:
    without, with_copies = (
        int(re.findall(r"(\d+) articles?", page_text(reader, f"/search?q=plates{more}"))[0])
        for more in ("", "&copies=1")
    )
    assert with_copies > without


def test_empty_home_says_how_articles_come(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").touch()
    with desk_sample.desk(tmp_path) as client:
        for page in ("/", "/?q=phones", "/search", "/search?q=phones&since=7d"):
            said = page_text(client, page)
            assert "wirewatch run fetches articles." in said
            assert "any time." not in said
            assert "Clear the filters" not in said
        assert "No entries yet." in page_text(client, "/entries")
        assert "How they ended" not in page_text(client, "/entries")


def test_article_without_names_has_no_section_of_them(client: TestClient, house: House) -> None:
    hit = house.index.search(parse("phones"), size=1).articles[0]
    assert 'aria-label="Names"' in client.get(f"/articles/{hit.id}").text
    unnamed = hit.model_copy(update={"mentions": (), "revision": hit.revision + 1})
    assert [one.outcome for one in house.index.write([unnamed])] == ["updated"]
    assert 'aria-label="Names"' not in client.get(f"/articles/{hit.id}").text


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
    for asked in ("/search.atom", "/search.csv", "/api/search"):
        assert reader.get(f"{asked}?q=%28a").status_code == 422


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


def test_while_the_index_is_unavailable_stories_are_shown_from_the_ledger(
    reader: TestClient, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise IndexUnavailableError("no index today")

    monkeypatch.setattr("search.embedded.EmbeddedIndex.search", away)
    for address in ("/search.csv", "/search", "/?q=calls"):
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


def test_article_marks_its_evidence_in_the_text(reader: TestClient, sample: Path) -> None:
    article = first_hit(sample, 'title:"Border officers searched"')
    page = reader.get(f"/articles/{article.id}").text
    marked = [unescape(one) for one in re.findall(r'<mark class="evidence[^>]*>([^<]*)', page)]
    for tag in article.tags:
        for piece in tag.evidence:
            assert any(one in piece.phrase for one in marked)
            assert " ".join(piece.phrase.split()) in words(page)
    assert "Why it is tagged" in words(page)
    assert "History" in words(page)


def test_a_caveat_keeps_its_capitals(reader: TestClient, sample: Path) -> None:
    article = first_hit(sample, "caveat:*json-ld*")
    caveat = "The feed's text: video page (a VideoObject in its JSON-LD"
    assert caveat in page_text(reader, f"/articles/{article.id}")


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


def test_post_that_is_all_title_is_whole_on_its_page_in_the_letters_of_a_text(
    client: TestClient, house: House
) -> None:
    article = house.index.search(parse("topic:surveillance"), size=1).articles[0]
    assert 'class="long"' not in client.get(f"/articles/{article.id}").text
    unmarked = {"tags": (), "mentions": (), "statements": (), "revision": article.revision + 1}
    post = article.model_copy(update=unmarked | {"title": "Lanternfish " * 30})
    list(house.index.write([post]))
    page = client.get(f"/articles/{article.id}").text
    name, _, shown = page.partition("</title>")
    assert name.count("Lanternfish") < 20
    (heading,) = re.findall(r'<h1 [^>]*class="long">(.*?)</h1>', shown)
    assert heading.count("Lanternfish") == 30


def test_changes_of_an_edited_article_are_shown(reader: TestClient, sample: Path) -> None:
    article = first_hit(sample, "revision:>1 title:phones")
    page = reader.get(f"/articles/{article.id}/changes").text
    assert "<del>140</del><ins>14</ins>" in page
    assert "An earlier version of this report" in page
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.search(f"Revision 2 seen {when}, compared with the text of {when}", words(page))
    assert "unchanged paragraphs" in words(page)
    live = first_hit(sample, "revision:>1 title:hearing")
    # Two new posts, a blank line between them.
    assert re.search("<ins>[^<]+\n\n[^<]+", reader.get(f"/articles/{live.id}/changes").text)
    unchanged = first_hit(sample, "revision:1")
    assert "No edits seen" in page_text(reader, f"/articles/{unchanged.id}/changes")


def test_entry_without_a_text_shows_the_reason(reader: TestClient, sample: Path) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        entry = next(entries.listed(tx, state=State.REJECTED))
    page = page_text(reader, f"/articles/{entry.id}")
    assert f"Rejected: {entry.reason}" in page
    assert "There is no text to compare" in page_text(reader, f"/articles/{entry.id}/changes")


def test_a_verdict_is_kept_for_training_and_can_be_taken_back(
    client: TestClient, home: Path, house: House
) -> None:
    article = house.index.search(parse("topic:*"), size=1).articles[0]
    (home / FILE).write_text('{"title": "ours", "text": "", "label": "positive"}\nnot json\n')
    answer = client.post(f"/articles/{article.id}/verdict", data={"label": "hard_negative"})
    assert answer.status_code == 303
    page = page_text(client, answer.headers["location"])
    assert "You said: not about surveillance" in page
    assert "this one keeps its tags" in page
    assert (home / FILE).read_text().count("\n") == 3
    assert article.title in (home / FILE).read_text()
    client.post(f"/articles/{article.id}/verdict", data={"label": ""})
    assert "This is not about surveillance" in page_text(client, f"/articles/{article.id}")
    assert (home / FILE).read_text().count("\n") == 2


def test_alerts_are_shown_as_they_were_sent(reader: TestClient) -> None:
    page = page_text(reader, "/alerts")
    assert "update rule surveillance" in page
    assert "Why you got this: it matches your rule “surveillance”" in page
    assert "terminal: delivered" in page
    assert "0 alerts" in page_text(reader, "/alerts?rule=other")


def test_alert_says_above_its_headline_who_told_it_and_how_many_have_the_story(
    client: TestClient, house: House
) -> None:
    several = an_alert(story=9, headline="Nine have it", outlet="A", outlets=("A", "B", "C"))
    with house.ledger.write() as tx:
        for one in (an_alert(story=8, headline="One has it"), several):
            alerts.add(tx, one, [], house.now())
    page = page_text(client, "/alerts")
    assert re.search(r"rule r · [^·]* · Example News ↗ One has it", page)
    assert re.search(r"rule r · [^·]* · A ↗ · 3 outlets Nine have it", page)


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


def test_hits_alerts_and_the_articles_of_a_story_lead_to_their_outlets(
    reader: TestClient, sample: Path
) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
        told = stories.articles_of(tx, story.id)
        alert, _ = next(iter(alerts.latest(tx, limit=1)))
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


def test_what_is_marked_in_an_article_is_named_above_its_text(
    reader: TestClient, sample: Path
) -> None:
    tagged = first_hit(sample, "topic:surveillance statement:denial mention:*")
    page = page_text(reader, f"/articles/{tagged.id}")
    assert page.index("Marked: evidence names statements") < page.index("Why it is tagged")
    plain = first_hit(sample, "NOT topic:surveillance NOT mention:* NOT statement:*")
    assert "Marked:" not in page_text(reader, f"/articles/{plain.id}")


def test_alerts_of_a_rule_lead_to_its_form(reader: TestClient) -> None:
    form = '<a href="/rules/edit?name=surveillance">change it</a>'
    assert form in reader.get("/alerts?rule=surveillance").text
    assert "change it" not in reader.get("/alerts?rule=other").text, "there is no such rule"


def test_alert_and_trial_do_not_repeat_the_headline_as_evidence(client: TestClient) -> None:
    values = {"name": "the calls", "query": "topic:surveillance"}
    for page in (client.get("/alerts").text, client.post("/rules/try", data=values).text):
        found = re.findall(r"<h\d><a[^>]*>([^<]+)</a></h\d>(.*?)</li>", page, re.DOTALL)
        assert len(found) > 5
        for headline, below in found:
            shown = re.findall(r"<q [^>]*>([^<]+)</q>", below)
            assert headline not in shown or len(shown) == 1


def test_story_of_an_alert_can_be_muted_beside_it(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        lone = an_alert(story=8)  # on an article that is no story
        alerts.add(tx, lone, [], house.now())
        told = next(one for one, _ in alerts.latest(tx) if one.rule == "surveillance")
    assert f"/stories/{lone.story}/mute" not in client.get("/alerts").text
    address = f"/stories/{told.story}/mute"
    assert f'action="{address}"' in client.get("/alerts").text
    answer = client.post(address)
    assert "Muted since" in page_text(client, answer.headers["location"])
    assert f'action="{address}"' not in client.get("/alerts").text
    assert "its story is muted" in page_text(client, "/alerts")


def test_alert_for_digests_has_its_own_language_and_no_button(
    client: TestClient, house: House
) -> None:
    headline = "La ministre nie tout"
    french = an_alert(headline=headline, headline_language="fr", language="en")
    with house.ledger.write() as tx:
        alerts.add(tx, french, [], house.now())
    page = client.get("/alerts").text
    assert 'lang="fr">La ministre nie tout</a>' in page
    assert f'lang="en">{french.why[0].phrase}</q>' in page
    assert "Send again: La ministre nie tout" not in page  # it has no channel to go to
    assert "Send again: " in page


def test_held_alert_shows_why_it_is_held(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(rule="surveillance", story=1), house.now())
    assert "is sent once" not in page_text(client, "/alerts")
    with house.ledger.write() as tx:
        real = {"story": stories.listed(tx)[0].id}
        gone = an_alert(rule="gone", story=2).model_copy(update=real)
        held_alerts.hold(tx, gone, house.now())
    assert f'UTC: <a href="/stories/{gone.story}"' in client.get("/alerts").text
    page = page_text(client, "/alerts")
    assert "is sent once a rule of its name exists again" in page
    assert "Held back by the rate of rule surveillance since" in page
    said = "Held back (rule gone was removed) since"
    assert said in page
    assert said in page_text(client, f"/stories/{gone.story}")
    assert "more held back" not in page
    with house.ledger.write() as tx:
        for story in range(3, 9):
            held_alerts.hold(tx, an_alert(rule="surveillance", story=story), house.now())
    assert "5 more held back" in page_text(client, "/alerts")


def test_alert_can_be_resent(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        alert, _ = next(alerts.latest(tx))
    answer = client.post("/alerts/resend", data={"key": alert.key})
    assert answer.headers["location"] == "/alerts?rule=&page=1&done=resent"
    with house.ledger.read() as tx:
        ((_, (delivery,)),) = (one for one in alerts.latest(tx) if one[0].key == alert.key)
    assert delivery.delivered_at is None
    page = client.get("/alerts").text
    assert '<a href="/alerts#channels">1 message waiting</a>' in page  # why is told there
    assert 'id="channels"' in page
    assert client.post("/alerts/resend", data={"key": "f"}).status_code == 404
    (house.settings.home / "rules.toml").write_text("")
    with house.ledger.write() as tx:
        alerts.add(tx, an_alert(rule="old", story=9), ["old"], house.now())
    away = client.post("/alerts/resend", data={"key": an_alert(rule="old", story=9).key})
    assert away.headers["location"] == "/alerts?rule=&page=1&done=removed"
    assert "rules.toml no longer names its channels" in page_text(client, away.headers["location"])


def test_alert_of_which_nothing_is_left_is_not_resent(client: TestClient, house: House) -> None:
    gone = an_alert(story=9, headline=ERASED_TEXT)
    with house.ledger.write() as tx:
        alerts.add(tx, gone, ["desk"], house.now())
    answer = client.post("/alerts/resend", data={"key": gone.key})
    assert answer.headers["location"] == "/alerts?rule=&page=1&done=erased"
    assert "Not sent: what it told was erased." in page_text(client, answer.headers["location"])


def test_unwell_feeds_come_first_with_the_worst_at_the_top(reader: TestClient) -> None:
    page = page_text(reader, "/feeds")
    assert page.index("answered 410 Gone") < page.index("nothing new for")
    assert "a bot check instead of the feed" in page


def test_found_feeds_of_a_site_can_be_told_apart(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"title": "The Quay", "format": "Atom", "items": 3, "newest": None}
    one, other = "https://quay.example/atom", "https://quay.example/rss"
    feeds = (FoundFeed(url=one, **told), FoundFeed(url=other, same_as=one, **told))
    monkeypatch.setattr("desk.pages.feeds.feeds_at", lambda *_: Found(feeds))
    page = reader.post("/feeds/find", data={"address": "quay.example"}).text
    assert f"{other} · Atom · 3 items · same items as {one}" in words(page)
    assert re.findall(r'aria-label="Add ([^"]+)"', page) == [one, other]


def test_feeds_are_said_to_be_left_out_only_if_some_are(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwell = reader.get("/feeds").text.partition("Healthy</h2>")[0].count("<tr data-item>")
    for most, said in ((unwell, False), (unwell - 1, True)):
        monkeypatch.setattr("desk.pages.feeds.MAX_ROWS", most)
        assert (f"Only {most} are shown" in words(reader.get("/feeds").text)) is said


def test_feeds_are_found_on_the_list_by_outlet_address_label_and_state(client: TestClient) -> None:
    url = next(one["url"] for one in client.get("/api/feeds").json() if one["state"] == "gone")
    client.post(
        "/feeds/edit", data={"url": url, "outlet": "The Lantern-Post", "labels": "Press/Local"}
    )
    for asked in ("the lantern-post", url, "press/LOCAL", "gone lantern-post local"):
        page = client.get("/feeds", params={"q": asked}).text
        assert page.count("<tr data-item>") == 1, asked
        assert f'aria-label="Edit {url}"' in page
        assert "1 feed of 33." in words(page)
    (action,) = re.findall(r'action="(/feeds/pause[^"]*)"', page)
    paused = client.post(unescape(action), data={"url": url, "why": "their relaunch"})
    page = client.get(paused.headers["location"]).text
    assert "Paused: no pass polls it" in page
    assert page.count("<tr data-item>") == 0, "it is paused now, not gone, but what was asked stays"
    assert 'value="gone lantern-post local"' in page
    page = client.get("/feeds?q=lantern-post+healthy").text
    assert "<tr data-item>" not in page
    assert "0 feeds of 33." in words(page)
    assert "No feeds yet" not in page


def test_thousands_of_feeds_are_counted_in_one_way(client: TestClient, house: House) -> None:
    more = [Listed(url=f"https://quay.example/{number}") for number in range(1_000)]
    with house.ledger.write() as tx:
        feeds.add_all(tx, more, house.now())
    page = page_text(client, "/feeds?q=quay.example/999")
    assert "1,033 feeds: " in page
    assert "1,000 new" in page
    assert "1 feed of 1,033. All" in page


def test_empty_feed_list_says_so(tmp_path: Path) -> None:
    with desk_sample.desk(tmp_path) as client:
        page = page_text(client, "/feeds")
    assert "0 feeds." in page
    assert "No feeds yet." in page


def test_feed_that_was_never_polled_does_not_count_as_healthy(
    client: TestClient, house: House
) -> None:
    assert "Not polled yet</h2>" not in client.get("/feeds").text
    with house.ledger.write() as tx:
        feeds.add_all(tx, [Listed(url="https://example.org/new")], house.now())
    page = client.get("/feeds").text
    unpolled = page.partition("Not polled yet</h2>")[2].partition("Healthy</h2>")[0]
    assert unpolled.count("<tr data-item>") == 1


def test_feed_can_be_removed_and_added_again(client: TestClient, house: House) -> None:
    url = client.get("/api/feeds").json()[0]["url"]
    assert client.post("/feeds/remove", data={"url": url}).status_code == 303
    assert url not in {one["url"] for one in client.get("/api/feeds").json()}
    assert client.post("/feeds/remove", data={"url": url}).status_code == 404
    added = client.post("/feeds/add", data={"url": url, "outlet": " Our\n desk"})
    assert added.headers["location"] == "/feeds?done=added"
    listed = client.get("/api/feeds").json()
    assert [one["outlet"] for one in listed if one["url"] == url] == ["Our desk"], "on one line"
    states = [one["state"] for one in listed]
    assert f"{len(states) - states.count('new')} unwell feeds" in words(client.get("/feeds").text)
    again = client.post("/feeds/add", data={"url": url})
    assert again.headers["location"] == "/feeds?done=known"
    assert client.post("/feeds/add", data={"url": "file:///etc/passwd"}).status_code == 422


def test_a_feed_is_added_with_the_outlet_and_label_that_were_chosen(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = client.get("/api/feeds").json()[0]["url"]
    client.post("/feeds/edit", data={"url": known, "outlet": "Ours", "labels": "Press/Local"})
    url = "https://quay.example/a?b=1&c=2"
    found = Found((FoundFeed(url=url, title="Quay", format="Atom", items=3, newest=None),))
    monkeypatch.setattr("desk.pages.feeds.feeds_at", lambda *_: found)
    page = client.post("/feeds/find", data={"address": "quay.example"}).text
    assert '<option value="Press"><option value="Press/Local">' in page
    assert 'name="outlet" value="Quay"' in page
    sent = {"url": url, "outlet": " The  Quay", "labels": "Press / Harbour"}
    done = client.post("/feeds/add", data=sent).headers["location"]
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert (told["outlet"], told["labels"]) == ("The Quay", ["Press/Harbour"])
    page = unescape(client.get(done).text)
    assert "“History” beside it says how" in page
    assert "Once a pass has polled it, this reads what it listed before" in page
    assert f"<code>wirewatch feeds history '{url}' --since now-90d</code>" in page


def test_a_feeds_outlet_and_labels_can_be_edited(client: TestClient) -> None:
    url = client.get("/api/feeds").json()[0]["url"]
    given = {"url": url, "outlet": " The  <Ledger> ", "labels": "Local  press\r\n\r\n A / B\nA/B"}
    edited = client.post("/feeds/edit", data=given)
    assert "Saved." in client.get(edited.headers["location"]).text
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert told["outlet"] == "The <Ledger>"
    assert told["labels"] == ["Local press", "A/B"]
    missing = client.post("/feeds/edit", data={"url": "https://none.example", "outlet": "x"})
    assert missing.status_code == 404


def test_a_search_can_be_narrowed_to_the_feeds_with_a_label(client: TestClient) -> None:
    total = client.get("/api/search", params={"q": "*"}).json()["total"]
    brought = Counter(
        feed
        for one in client.get("/api/search", params={"q": "*", "size": 1_000}).json()["articles"]
        for feed in one["feeds"]
    )
    (url, number), *_ = brought.most_common()
    assert 0 < number < total
    labels = "Trade “press”\nAt sea/News"
    client.post("/feeds/edit", data={"url": url, "outlet": "Ours", "labels": labels})
    narrowing = "/search?pick=label%3ATrade+%E2%80%9Cpress%E2%80%9D"
    page = client.get("/search?copies=1").text
    assert narrowing in page
    assert "/search?pick=label%3AAt+sea&" in page
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


def test_stories_can_be_searched_by_the_label_of_a_feed(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "topic:surveillance"}).json()["articles"]
    url, story = found[0]["feeds"][0], found[0]["story"]
    client.post("/feeds/edit", data={"url": url, "outlet": "Ours", "labels": "Local"})
    for label, is_there in (("Local", True), ("Press", False)):
        page = client.get("/", params={"q": f"label:{label}", "since": "any"})
        assert page.status_code == 200
        assert (f"/stories/{story}" in page.text) is is_there


def test_what_may_be_missing_of_feeds_is_shown(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "May be missing" not in client.get("/feeds").text
    with house.ledger.write() as tx:
        feed, *_ = feeds.listed(tx)
        until = house.now() - timedelta(days=3)
        gaps.add(tx, feed, Gap(since=until - timedelta(hours=60), until=until, missed=14), until)
    page = client.get("/feeds").text
    assert "May be missing" in page
    assert "about 14 entries of" in page
    assert "are shown" not in page
    monkeypatch.setattr("desk.pages.feeds.MAX_ROWS", 0)
    assert "<code>wirewatch feeds gaps</code> shows all" in client.get("/feeds").text


def test_feed_can_be_paused_with_a_reason_and_resumed(client: TestClient) -> None:
    gone = next(one for one in client.get("/api/feeds").json() if one["state"] == "gone")
    url, unwell = gone["url"], re.compile(r"(\d+) unwell feeds?")
    before = unwell.search(words(page_text(client, "/feeds")))
    paused = client.post("/feeds/pause", data={"url": url, "why": " their  <i>relaunch "})
    assert paused.headers["location"] == "/feeds?done=paused"
    page = client.get("/feeds?done=paused").text
    assert "no pass polls it until it is resumed" in page
    assert "their &lt;i&gt;relaunch" in page
    assert f'aria-label="Resume {url}"' in page
    after = unwell.search(words(page))
    assert before is not None
    assert after is not None
    assert int(after[1]) == int(before[1]) - 1
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert (told["state"], told["paused_why"]) == ("gone", "their <i>relaunch")
    again = client.post("/feeds/add", data={"url": url})
    assert again.headers["location"] == "/feeds?done=paused-before"
    for done in ("resumed", "not-paused"):
        answer = client.post("/feeds/resume", data={"url": url})
        assert answer.headers["location"] == f"/feeds?done={done}"
    assert client.post("/feeds/pause", data={"url": url, "why": " "}).status_code == 422
    for address in ("/feeds/pause", "/feeds/resume"):
        sent = {"url": "https://none.example", "why": "x"}
        assert client.post(address, data=sent).status_code == 404
        evil = client.post(address, data=sent, headers={"Origin": "https://evil.example"})
        assert evil.status_code == 403


def test_accounting_adds_up_and_links_to_the_entries(reader: TestClient) -> None:
    page = page_text(reader, "/entries")
    seen, *ends = map(int, re.findall(r"(\d+) (?:seen|indexed|duplicate|rejected|quar)", page)[:5])
    assert seen == sum(ends) > 80
    assert "answered 410: withdrawn" in page_text(
        reader, "/entries?state=rejected&reason=withdrawn"
    )
    assert "indexed ·" not in page


def test_a_copy_without_a_headline_from_a_feed_has_its_pages(
    client: TestClient, house: House
) -> None:
    (copy,) = house.index.search(parse("duplicate_of:*"), size=1).articles
    with house.ledger.write() as tx:
        tx.execute(update(tables.entries).where(tables.entries.c.id == copy.id).values(title=""))
    assert f">{copy.title}</a></h3>" in unescape(client.get(f"/stories/{copy.story}").text)
    assert f"<title>{copy.title} " in unescape(client.get(f"/articles/{copy.id}").text)


def test_one_rejected_article_can_be_fetched_again(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        (rejected,) = entries.latest(tx, state=State.REJECTED, limit=1)
        indexed, *_ = entries.latest(tx, state=State.INDEXED, limit=1)
    page = f"/articles/{rejected.id}"
    assert "Rejected: answered 410: withdrawn. There is no text to show." in page_text(client, page)
    assert "Fetch it again" in page_text(client, page)
    assert "Fetch it again" not in page_text(client, f"/articles/{indexed.id}")
    for _ in range(2):  # pressed twice
        assert client.post(f"{page}/replay").headers["location"] == page
    assert "Found: replayed. A pass has yet to fetch its page." in page_text(client, page)
    client.post(f"/articles/{indexed.id}/replay")
    with house.ledger.read() as tx:
        several = entries.get(tx, [rejected.id, indexed.id])
    assert several[rejected.id].state is State.FOUND
    assert several[indexed.id].state is State.INDEXED
    assert client.post("/articles/none/replay").status_code == 404


def test_an_article_whose_page_is_retried_is_shown_with_its_next_try(
    client: TestClient, house: House
) -> None:
    """What was shown was when the retries began, as the next check for edits."""
    client.post("/entries/add", data={"address": "tip.example/1"})
    began, next_try = house.now(), house.now() + timedelta(hours=3)
    with house.ledger.write() as tx:
        (entry,) = entries.listed(tx, state=State.FOUND)
        waits = entries.Changes(next_attempt_at=next_try, revisit_at=began)
        entries.transition(tx, entry, State.FOUND, now=began, **waits)
    page = page_text(client, f"/articles/{entry.id}")
    assert f"Next try: {next_try:%Y-%m-%d %H:%M}" in page
    assert "Next check" not in page


def test_an_article_that_no_feed_lists_can_be_added(client: TestClient, house: House) -> None:
    for _ in range(2):
        added = client.post("/entries/add", data={"address": "tip.example/1"})
        page = client.get(added.headers["location"])
        assert "Found. A pass has yet to fetch its page." in page.text
        assert "found: added by a person" in words(page.text)
    with house.ledger.read() as tx:
        (entry,) = entries.listed(tx, state=State.FOUND)
    assert entry.url == "https://tip.example/1"
    refused = client.post("/entries/add", data={"address": "nonsense"})
    assert refused.status_code == 422
    assert "expected one such as https://www.example.org/2026/cameras" in words(refused.text)
    assert 'name="address" value="nonsense"' in refused.text, "what was typed can be mended"


def test_an_article_is_found_by_its_address_and_not_added_by_looking(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        (rejected,) = entries.latest(tx, state=State.REJECTED, limit=1)
        before = entries.count(tx)
    asked = client.get("/entries", params={"address": f" {rejected.url}#top"})
    assert asked.headers["location"] == f"/articles/{rejected.id}"
    assert rejected.url.startswith("http://")
    without_scheme = {"address": rejected.url.removeprefix("http://")}
    assert client.get("/entries", params=without_scheme).headers["location"] == (
        f"/articles/{rejected.id}"
    )
    unknown = client.get("/entries", params={"address": "tip.example/1"}).text
    assert "No feed has listed https://tip.example/1. You can add it" in unknown
    assert 'name="address" value="https://tip.example/1"' in unknown
    with house.ledger.read() as tx:
        assert entries.count(tx) == before
    assert client.get("/entries?address=nonsense").status_code == 422


def test_entries_can_be_replayed(client: TestClient, house: House) -> None:
    assert 'data-ask="Fetch 1 entry again?"' in client.get("/entries?state=rejected").text
    answer = client.post("/entries/replay", data={"state": "rejected", "reason": "withdrawn"})
    assert answer.headers["location"] == "/entries?done=1"
    with house.ledger.read() as tx:
        assert len(list(entries.listed(tx, state=State.FOUND))) == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/stories/none", 404),
        ("/articles/none", 404),
        ("/articles/none/changes", 404),
        ("/rules/edit?name=none", 404),
        ("/?page=0", 422),
        ("/?since=ever", 422),
        ("/search?page=501", 422),
        ("/search?sort=wrong", 422),
        ("/entries?state=odd", 422),
        ("/alerts?page=x", 422),
    ],
)
def test_invalid_requests_are_answered_by_a_page(
    reader: TestClient, address: str, status: int
) -> None:
    answer = reader.get(address)
    assert answer.status_code == status
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


@pytest.mark.parametrize(
    ("method", "address", "data"),
    [
        ("GET", "/alerts?page=999999999999999999", None),
        ("GET", "/entries?page=999999999999999999", None),
        ("GET", "/entries?done=-1", None),
        ("GET", f"/entries?reason={'x' * 501}", None),
        ("GET", "/api/stories?since=9999-12-31T23:59:59-14:00", None),
        ("POST", "/entries/replay", {"state": "indexed"}),
        ("POST", "/feeds/find", {"address": "http://["}),
        ("POST", "/feeds/add", {"url": "https://a.example/".ljust(2_001, "x")}),
        ("POST", "/entries/add", {"address": "ftp://a.example/1"}),
        ("POST", "/rules/save", {"name": "x"}),
        ("POST", "/rules/remove", {"name": "none"}),
        ("POST", "/articles/none/verdict", {"label": "maybe"}),
    ],
)
def test_invalid_values_are_refused_with_a_message(
    client: TestClient, method: str, address: str, data: dict[str, str] | None
) -> None:
    answer = client.request(method, address, data=data)
    assert answer.status_code in (404, 422), answer.text


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        ("/feeds/pause", {"url": "x", "why": 501}, "why: it has 501 characters, and may have 500"),
        ("/feeds/edit", {"url": "x", "outlet": 201}, "outlet: it has 201 characters, and may have"),
        ("/feeds/edit", {"url": "x", "labels": 2_001}, "labels: it has 2,001 characters, and may"),
        (f"/feeds/remove?q={'x' * 501}", {"url": "x"}, "words (q): it has 501 characters, and may"),
        ("/entries/replay", {"state": "rejected", "reason": 501}, "reason: it has 501 characters"),
        ("/stories/none/merge", {"other": 2_001}, "another story: it has 2,001 characters, and"),
        ("/alerts/resend", {"key": 65}, "key: it has 65 characters, and may have 64 at most"),
        ("/alerts/resend", {}, "key: it is missing"),
        ("/rules/save", {"name": "", "query": "x"}, "the rule has no name, so nothing was"),
        ("/rules/try", {"name": "x", "query": "x", "days": "91"}, "days: expected 90 or less"),
        ("/rules/save", {"name": "x", "query": "x", "pickup": "y"}, "pickup: expected a whole num"),
        ("/rules/save", {"name": "x", "query": "x", "feed": "?"}, "feed: expected true or false"),
        (
            "/rules/save",
            {"name": "x", "query": "x", "developments": "y"},
            "developments.0: expected &#39;denial&#39;, &#39;confirmation&#39;",
        ),
    ],
)
def test_value_that_does_not_fit_a_form_is_refused_in_plain_words(
    client: TestClient, address: str, sent: dict[str, str | int], told: str
) -> None:
    """A number stands for a text of so many characters."""
    data = {name: "x" * one if isinstance(one, int) else one for name, one in sent.items()}
    answer = client.post(address, data=data)
    assert answer.status_code == 422
    assert told in answer.text


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


@pytest.mark.parametrize("address", ["/alerts?rule=a%00", "/entries?reason=a%1b"])
def test_control_character_in_an_address_is_refused_with_a_message(
    reader: TestClient, address: str
) -> None:
    answer = reader.get(address)
    assert answer.status_code == 422
    assert "is a control character" in answer.text


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
