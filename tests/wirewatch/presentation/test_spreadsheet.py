"""Articles and stories as a spreadsheet: the texts can be read back, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from factories import an_article
from hypothesis import given
from hypothesis import strategies as st

from core.fields import FIELDS
from core.records import (
    Article,
    Development,
    DevelopmentKind,
    Evidence,
    Mention,
    MentionKind,
    Statement,
    StatementKind,
    Story,
    Tag,
    Telling,
)
from wirewatch.presentation.spreadsheet import (
    COLUMNS,
    SEPARATOR,
    STORY_COLUMNS,
    file_name,
    row,
    written,
    written_stories,
)
from wirewatch.presentation.story_facts import NAMED, StoryFacts

# Half of the characters are special to a spreadsheet. `st.text` of both would merge them
# into one alphabet and hardly ever draw the special ones.
PECULIAR = st.sampled_from("=+-@;\"',|\t\r\n\0\u2028 ")
TEXT = st.lists(st.one_of(PECULIAR, st.characters(codec="utf-8")), max_size=20).map("".join)


def read(*articles: Article) -> list[dict[str, str]]:
    whole = "".join(written(articles))
    return list(csv.DictReader(io.StringIO(whole, newline=""), strict=True))


def visible_text(text: str) -> str:
    """A text without what a cell adds or drops: apostrophes, control characters, and
    the amount of white space."""
    printed = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text.replace("'", ""))
    return " ".join(printed.split())


@given(TEXT, st.lists(TEXT, max_size=3))
def test_csv_keeps_the_texts_and_contains_no_formulas(title: str, authors: list[str]) -> None:
    article = an_article(title=title, authors=tuple(authors), caveat=title)
    (told,) = read(article)
    assert visible_text(told["title"]) == visible_text(told["caveat"]) == visible_text(title)
    assert visible_text(told["authors"]) == visible_text(SEPARATOR.join(authors))
    for cell in told.values():
        assert len(f"{cell}.".splitlines()) == 1
        assert not any(re.match(r'[\s"]*[=+\-@]', part) for part in cell.split(";"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),  # noqa: RUF001 - as in Japan
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("\tplain\r\ntext\n", "plain text"),
        ("one;=1;two", "one;'=1;two"),
        ('one;"=1', "one;'\"=1"),
        ("", ""),
        ("1 + 1 = 2 - it's so; 'tis", "1 + 1 = 2 - it's so; 'tis"),
    ],
)
def test_only_formulas_get_an_apostrophe(text: str, cell: str) -> None:
    assert read(an_article(title=text))[0]["title"] == cell


def test_row_has_every_documented_column() -> None:
    text = "Police in Leeds used Pegasus, made by NSO. Nobody was watched, the MoD said."

    def at(phrase: str) -> dict[str, object]:
        start = text.index(phrase)
        return {"field": "text", "start": start, "end": start + len(phrase)}

    def evidence(phrase: str) -> Evidence:
        return Evidence(**at(phrase), phrase=phrase, why="spyware")

    def named(name: str, kind: MentionKind, country: str | None = None) -> Mention:
        return Mention(**at(name), name=name, kind=kind, country=country)

    denied = Statement(
        **at("Nobody was watched"),
        phrase="Nobody was watched",
        kind=StatementKind.DENIAL,
        speaker="MoD",
    )
    confirmed = denied.model_copy(update={"kind": StatementKind.CONFIRMATION, "speaker": None})
    article = an_article(
        text=text,
        authors=("A. One", "B. Two"),
        language="en",
        # A time in another zone, with a fraction of a second that the row leaves out.
        published=datetime(2026, 3, 1, 13, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=2))),
        score=0.25,
        caveat="the page could not be fetched",
        tags=(
            Tag(topic="surveillance", score=0.9, evidence=(evidence("Pegasus"), evidence("used"))),
            Tag(topic="spyware", score=0.8, evidence=(evidence("Pegasus"),)),
        ),
        mentions=(
            named("Leeds", MentionKind.PLACE, "GB"),
            named("Pegasus", MentionKind.PROGRAMME),
            named("NSO", MentionKind.VENDOR),
            named("MoD", MentionKind.AGENCY, "GB"),
        ),
        statements=(denied, confirmed),
        story="s",
        duplicate_of="d",
        revision=2,
    )
    assert dict(zip(COLUMNS, row(article), strict=True)) == {
        "first_seen": "2026-03-01T12:00:00Z",
        "published": "2026-03-01T11:00:00Z",
        "outlet": "Example News",
        "site": "news.example",
        "language": "en",
        "title": "Headline 1",
        "authors": "A. One | B. Two",
        "url": "https://news.example/1",
        "score": "0.25",
        "topic": "surveillance | spyware",
        "evidence": "Pegasus | used",
        "statement": "denial | confirmation",
        "agency": "MoD",
        "vendor": "NSO",
        "programme": "Pegasus",
        "technology": "",
        "law": "",
        "court": "",
        "person": "",
        "place": "Leeds",
        "country": "GB",
        "caveat": "the page could not be fetched",
        "story": "s",
        "duplicate_of": "d",
        "revision": "2",
        "id": article.id,
        "said": "denial, MoD: Nobody was watched | confirmation: Nobody was watched",
    }


def test_row_of_a_story_has_every_documented_column() -> None:
    seen = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
    first = Telling(
        article="a", title="=1", url="https://a.example/1", outlet="A", language="", first_seen=seen
    )
    story = Story(
        id="s",
        title="=1+1 phones",
        first_seen=seen,
        last_seen=seen + timedelta(hours=2),
        size=2,
        copies=1,
        outlets=("A", "@B"),
        countries=("GB",),
        languages=("en", "de"),
        score=0.9,
    )
    denial = Development(kind=DevelopmentKind.DENIAL, what="The MoD denied it", told_by=first)
    values = dict.fromkeys(NAMED, ()) | {
        "topic": ("spyware", "phones"),
        "agency": ("MoD", "GCHQ"),
        "country": ("GB",),
    }
    lines = "".join(written_stories([StoryFacts(story, values, (denial,), first.url)]))
    (told,) = csv.DictReader(io.StringIO(lines, newline=""), strict=True)
    assert tuple(told) == STORY_COLUMNS
    assert {column: cell for column, cell in told.items() if cell} == {
        "first_seen": "2026-03-01T12:00:00Z",
        "last_seen": "2026-03-01T14:00:00Z",
        "title": "'=1+1 phones",
        "size": "2",
        "copies": "1",
        "outlet": "A | '@B",
        "language": "en | de",
        "topic": "spyware | phones",
        "agency": "MoD | GCHQ",
        "country": "GB",
        "denial": "The MoD denied it",
        "url": "https://a.example/1",
        "id": "s",
    }


@pytest.mark.parametrize(
    ("guide", "columns"), [("docs/search.md", COLUMNS), ("docs/stories.md", STORY_COLUMNS)]
)
def test_columns_are_in_the_documented_order(guide: str, columns: tuple[str, ...]) -> None:
    told = Path(guide).read_text("utf-8").partition("| column |")[2].partition("\n\n")[0]
    first = re.findall(r"^\| (`[^|]*) \|", told, re.MULTILINE)
    assert [name for cell in first for name in re.findall(r"`(\w+)`", cell)] == list(columns)


def test_columns_are_search_fields() -> None:
    assert [name for name in COLUMNS if name not in FIELDS] == ["evidence", "said"]


def test_file_is_named_after_the_query() -> None:
    day = date(2026, 3, 1)
    assert file_name("*", day) == "wirewatch-2026-03-01.csv"
    assert file_name('"Überwachung" ../a\r\n', day) == "wirewatch-uberwachung-a-2026-03-01.csv"
    assert file_name("κοριός", day) == "wirewatch-2026-03-01.csv"
    assert len(file_name("a" * 500, day)) < 90
