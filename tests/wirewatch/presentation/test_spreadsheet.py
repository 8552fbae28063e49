"""Articles as a spreadsheet: the texts can be read back, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from factories import an_article
from hypothesis import given
from hypothesis import strategies as st

from core.fields import FIELDS
from core.records import Article, Evidence, Mention, MentionKind, Statement, StatementKind, Tag
from wirewatch.presentation.spreadsheet import COLUMNS, SEPARATOR, file_name, row, written

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


def test_columns_are_search_fields_in_the_documented_order() -> None:
    assert [name for name in COLUMNS if name not in FIELDS] == ["evidence", "said"]
    guide = Path("docs/search.md").read_text("utf-8").partition("| column |")[2]
    first = re.findall(r"^\| (`[^|]*) \|", guide, re.MULTILINE)
    assert [name for cell in first for name in re.findall(r"`(\w+)`", cell)] == list(COLUMNS)


def test_file_is_named_after_the_query() -> None:
    day = date(2026, 3, 1)
    assert file_name("*", day) == "wirewatch-2026-03-01.csv"
    assert file_name('"Überwachung" ../a\r\n', day) == "wirewatch-uberwachung-a-2026-03-01.csv"
    assert file_name("κοριός", day) == "wirewatch-2026-03-01.csv"
    assert len(file_name("a" * 500, day)) < 90
