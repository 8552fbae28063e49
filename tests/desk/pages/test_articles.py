"""An article: its text with what is marked in it, its changes, and what a reader does with it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

from desk_sample import first_hit, page_text, words
from starlette.testclient import TestClient

from core.ledger import entries
from core.query import parse
from core.records import State
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.newsroom.verdicts import FILE


def test_article_without_names_has_no_section_of_them(client: TestClient, house: House) -> None:
    hit = house.index.search(parse("phones"), size=1).articles[0]
    assert '<h2 id="names">Names</h2>' in client.get(f"/articles/{hit.id}").text
    unnamed = hit.model_copy(update={"mentions": (), "revision": hit.revision + 1})
    assert [one.outcome for one in house.index.write([unnamed])] == ["updated"]
    assert ">Names</h2>" not in client.get(f"/articles/{hit.id}").text


def test_what_has_quotation_marks_of_its_own_gets_no_others(
    client: TestClient, house: House
) -> None:
    hit = house.index.search(parse("phones AND statement:*"), size=1).articles[0]
    statement, tag = hit.statements[0], hit.tags[0]
    changed = {
        "statements": (statement.model_copy(update={"phrase": "“We denied it.”"}),),
        "tags": (
            tag.model_copy(
                update={"evidence": (tag.evidence[0].model_copy(update={"phrase": '"Phones"'}),)}
            ),
        ),
        "revision": hit.revision + 1,
    }
    assert 'class="quoted"' not in client.get(f"/articles/{hit.id}").text
    written = list(house.index.write([hit.model_copy(update=changed)]))
    assert [one.outcome for one in written] == ["updated"]
    page = unescape(client.get(f"/articles/{hit.id}").text)
    for phrase in ("“We denied it.”", '"Phones"'):
        assert f'<q class="quoted" lang="{hit.language}">{phrase}</q>' in page


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
    assert "those already here after wirewatch retag" in page
    assert (home / FILE).read_text().count("\n") == 3
    assert article.title in (home / FILE).read_text()
    client.post(f"/articles/{article.id}/verdict", data={"label": ""})
    assert "This is not about surveillance" in page_text(client, f"/articles/{article.id}")
    assert (home / FILE).read_text().count("\n") == 2


def test_what_is_marked_in_an_article_is_named_above_its_text(
    reader: TestClient, sample: Path
) -> None:
    tagged = first_hit(sample, "topic:surveillance statement:denial mention:*")
    page = page_text(reader, f"/articles/{tagged.id}")
    assert page.index("Marked: evidence names statements") < page.index("Why it is tagged")
    plain = first_hit(sample, "NOT topic:surveillance NOT mention:* NOT statement:*")
    assert "Marked:" not in page_text(reader, f"/articles/{plain.id}")


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
