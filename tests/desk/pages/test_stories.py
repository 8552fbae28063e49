"""The stories, and one story with what is said in it, its articles and its alerts."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path

import pytest
from desk_sample import INTERCEPTED, first_hit, page_text, words
from factories import a_statement, an_alert, an_article
from sqlalchemy import update
from starlette.testclient import TestClient

from core.ledger import alerts, entries, stories, tables
from core.ledger.followed import coverage
from core.query import parse
from core.records import SURVEILLANCE
from core.settings import load_settings
from desk.moments import exactly
from wirewatch.house import House
from wirewatch.presentation.wording import counted


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


def test_a_story_says_when_it_was_first_seen_only_if_it_reads_otherwise(
    client: TestClient, house: House
) -> None:
    """Not "updated 3 November, first seen 3 November"."""
    with house.ledger.read() as tx:
        story, *_ = stories.listed(tx)
    last = story.last_seen.replace(hour=12) - timedelta(days=30)
    for before, said in ((timedelta(days=2), True), (timedelta(seconds=2), False)):
        with house.ledger.write() as tx:
            seen = {"first_seen": last - before, "last_seen": last}
            tx.execute(update(tables.stories).values(seen))
        for address in ("/?since=any", f"/stories/{story.id}"):
            page = client.get(address).text
            assert ("first seen <time" in page) is said, address


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


def test_stories_that_began_in_some_days_are_listed(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        several = stories.listed(tx, stories.Selection(min_score=0.5), limit=3)
        for one, day in zip(several, (1, 2, 3), strict=True):
            first = datetime(2025, 5, day, 23, tzinfo=UTC)
            of_it = tables.stories.c.id == one.id
            tx.execute(update(tables.stories).where(of_it).values(first_seen=first))
    for days, expected, told in (
        ("from=2025-05-02&to=2025-05-02", several[1:2], "from 2025-05-02 to 2025-05-02"),
        ("from=2025-05-01&to=2025-05-03&since=1d", several, "from 2025-05-01 to 2025-05-03"),
        ("from=&to=2025-05-02", several[:2], "up to 2025-05-02"),
    ):
        page = client.get(f"/?{days}").text
        number = counted(len(expected), "story", "stories")
        assert f"{number} about surveillance that began {told} (UTC)." in page
        listed = re.findall(r'<h2><a href="/stories/(\w+)"', page)
        assert sorted(listed) == sorted(one.id for one in expected)
        (link,) = map(unescape, re.findall(r'href="(/stories\.csv[^"]*)', page))
        table = csv.DictReader(io.StringIO(client.get(link).text.removeprefix("\ufeff")))
        assert [row["id"] for row in table] == listed
        assert '<option value="any" selected>' in page
        assert "data-seen" not in page, "others are not on it"
    assert "Show those of any time" in client.get("/?from=2024-05-01&to=2024-05-02").text
    assert "that began from 2025-05-02 on (UTC)." in client.get("/?from=2025-05-02").text


def test_days_that_are_no_period_are_refused_at_their_form(reader: TestClient) -> None:
    answer = reader.get("/?topic=spyware&from=2026-02-01&to=2026-01-31")
    assert answer.status_code == 422
    told = "The first day, 2026-02-01, is later than the last one, 2026-01-31."
    assert f'role="alert">{told}</p>' in answer.text
    for kept in ('value="spyware" selected', 'name="from" value="2026-02-01"'):
        assert kept in answer.text
    assert "0 stories" not in answer.text
    assert "No stories" not in answer.text
    assert reader.get("/stories.csv?from=odd").status_code == 422


def test_stories_are_filtered_by_query_and_topic(reader: TestClient) -> None:
    assert INTERCEPTED in page_text(reader, "/?q=Maravia&since=any")
    assert INTERCEPTED not in page_text(reader, "/?topic=workplace")
    assert "bossware" in page_text(reader, "/?topic=workplace")
    assert "No matching stories" in page_text(reader, "/?q=nosuchwordanywhere")
    wrong = reader.get("/?q=%28a")
    assert wrong.status_code == 422
    assert "Invalid search" in wrong.text
    assert "0 stories" not in wrong.text
    assert "No matching" not in wrong.text


def test_spreadsheet_has_the_stories_of_its_page(reader: TestClient, sample: Path) -> None:
    for asked in ("since=any", "q=Maravia&since=any&order=outlets", "topic=workplace"):
        page = reader.get(f"/?{asked}").text
        (link,) = map(unescape, re.findall(r'href="(/stories\.csv[^"]*)', page))
        answer = reader.get(link)
        assert re.search(r'"wirewatch-stories.*\.csv"', answer.headers["content-disposition"])
        assert answer.content.startswith(b'\xef\xbb\xbf"first_seen",')
        shown = re.findall(r'<h2><a href="/stories/(\w+)"', page)
        assert [row["id"] for row in table_of(reader, asked)] == shown
    (told,) = (
        row for row in table_of(reader, "q=Maravia&since=any") if row["outlet"].count("|") > 5
    )
    assert told["title"] == INTERCEPTED
    assert "interception" in told["topic"].split(" | ")
    assert "surveillance" not in told["topic"].split(" | ")
    assert "Director of the Valdorian Signals Directorate denied it" in told["denial"]
    assert "Claire Aubertin" in told["person"].split(" | ")
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        (standing,) = coverage(tx, stories.ids_of(tx, [told["id"]])).values()
    assert told["url"] == standing.first.url
    assert reader.get("/stories.csv?q=%28a").status_code == 422


def test_page_says_if_its_spreadsheet_is_cut(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "First" not in page_text(reader, "/?since=any")
    monkeypatch.setattr("desk.pages.stories.ROWS", 3)
    assert "First 3 as a spreadsheet (CSV)" in page_text(reader, "/?since=any")
    assert len(table_of(reader, "since=any")) == 3


def table_of(reader: TestClient, asked: str) -> list[dict[str, str]]:
    text = reader.get(f"/stories.csv?{asked}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_story_is_found_by_a_statement_in_a_near_topic_article(
    client: TestClient, house: House
) -> None:
    several = house.index.search(parse('title:"bossware"'), size=9).articles
    article = next(one for one in several if one.story == one.id)
    denial = a_statement("denial", article.title[:5], field="title")
    changes = {"tags": (), "score": 0.3, "statements": (denial,), "revision": article.revision + 1}
    with house.ledger.read() as tx:
        story = stories.get(tx, article.id)
    assert story is not None
    address = f"/stories/{story.id}"
    assert address not in client.get("/?statement=denial&since=any").text
    list(house.index.write([article.model_copy(update=changes)]))
    assert address in client.get("/?statement=denial&since=any").text
    assert "Denied by not named" in page_text(client, address)  # not: nobody so far


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


def test_story_says_of_how_many_articles_it_cannot_know_what_is_said(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a pass has yet to index its only denial, it said that nobody denies it."""
    with house.ledger.read() as tx:
        story = next(one for one in stories.listed(tx) if one.title == INTERCEPTED)
    address, said = f"/stories/{story.id}", "do not include those of {} articles, {}."
    number = story.size + story.copies
    assert "do not include" not in page_text(client, address)
    monkeypatch.setattr("desk.pages.stories.MAX_ARTICLES", 2)
    assert said.format(number - 2, "the oldest") in page_text(client, address)
    monkeypatch.undo()
    denials = house.index.search(parse(f"story:{story.id} statement:denial"), size=99).articles
    house.index.delete(one.id for one in denials)
    page = page_text(client, address)
    assert said.format(len(denials), "since the index does not have all") in page
    assert "Denied by not known" in page
    of_it = page_text(client, f"/articles/{denials[0].id}")
    assert "The index does not have its text." in of_it, "not: there is none"


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
    (story,) = reader.get("/api/stories?order=outlets&size=100").json()["stories"][1:2]
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


def test_copies_are_shown_as_copies(reader: TestClient) -> None:
    (story,) = reader.get("/api/stories?order=outlets&size=100").json()["stories"][1:2]
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
    apart = 'A person keeps it apart from <a href="/stories/{}">'
    assert apart.format(story.id) in split
    assert apart.format(second) in client.get(f"/stories/{story.id}").text

    for other in (f"https://desk.example/stories/{second}/", second[:12]):
        done = client.post(f"/stories/{story.id}/merge", data={"other": other})
        assert done.status_code == 303
        assert done.headers["location"] == f"/stories/{story.id}?done=merged"
        merged = client.get(done.headers["location"]).text
        assert "The two are now this one story." in merged
        assert "keeps it apart" not in merged
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


def test_a_story_can_be_followed_by_a_rule_of_its_own(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    (link,) = re.findall(r'href="(/rules/edit[^"]*)"', client.get(f"/stories/{story.id}").text)
    form = client.get(unescape(link)).text
    assert f"story:{story.id}" in form
    assert f'value="{escape(story.title)}"' in form
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


def test_article_that_stands_alone_is_found_by_the_story_that_its_alert_names(
    reader: TestClient, sample: Path
) -> None:
    with House(load_settings(sample)) as house, house.ledger.read() as tx:
        alone = next(row.id for row in entries.with_articles(tx) if stories.get(tx, row.id) is None)
    answer = reader.get(f"/stories/{alone}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/articles/{alone}")


def test_a_hundred_stories_that_match_are_not_too_many(client: TestClient, house: House) -> None:
    several = [
        an_article(number, title="Lanternfish", story=f"{number}", score=0.9)
        for number in range(101)
    ]
    list(house.index.write(several))
    assert "Too many match" not in client.get("/?since=any&q=lanternfish").text


def test_stories_can_be_searched_by_the_label_of_a_feed(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "topic:surveillance"}).json()["articles"]
    url, story = found[0]["feeds"][0], found[0]["story"]
    client.post("/feeds/edit", data={"url": url, "outlet": "Ours", "labels": "Local"})
    for label, is_there in (("Local", True), ("Press", False)):
        page = client.get("/", params={"q": f"label:{label}", "since": "any"})
        assert page.status_code == 200
        assert (f"/stories/{story}" in page.text) is is_there
