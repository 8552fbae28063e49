"""`wirewatch search`: its hits as a spreadsheet and as JSON, and what is counted of them."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories import a_mention, an_article
from terminal import Wirewatch, lines

from core.settings import load_settings
from wirewatch.commands.search import left_out
from wirewatch.house import House


def test_search_hits_are_written_as_csv(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house:
        made = [an_article(number, title=f"Écoutes {number}") for number in range(12)]
        assert len(list(house.index.write(made))) == len(made)
    cut = wirewatch("search", "écoutes", "--csv", "--sort", "newest")
    assert "10 of 12 articles; --size gives more" in cut.stderr
    rest = wirewatch("search", "écoutes", "--csv", "--sort", "newest", "--offset", "10")
    assert not rest.stderr
    told = [row for one in (cut, rest) for row in csv.DictReader(one.stdout.splitlines())]
    assert sorted(row["title"] for row in told) == sorted(article.title for article in made)
    nothing = wirewatch("search", "lanternfish", "--csv")
    assert len(nothing.stdout.splitlines()) == 1
    as_json = wirewatch("search", "écoutes", "--json")
    assert len(as_json.stdout.splitlines()) == 10
    assert as_json.stderr == cut.stderr
    refused = wirewatch("search", "--csv", "--json", exit_code=2)
    assert "--json or --csv, not both" in refused.stderr
    assert not refused.stdout


def test_counted_values_say_if_there_may_be_more(wirewatch: Wirewatch, home: Path) -> None:
    listed_by = tuple(f"https://news.example/{number}/rss" for number in range(101))
    with House(load_settings(home)) as house:
        assert len(list(house.index.write([an_article(feeds=listed_by)]))) == 1
    counted = wirewatch("search", "--facet", "site", "--facet", "feeds").stdout
    assert counted.count("(the 100 most frequent)") == 1


def test_counts_by_publication_say_how_many_have_no_date(wirewatch: Wirewatch, home: Path) -> None:
    dates = (datetime(2026, 1, 31, tzinfo=UTC), None)
    several = [an_article(number, published=at) for number, at in enumerate(dates)]
    with House(load_settings(home)) as house:
        assert len(list(house.index.write(several))) == 2
    counted = wirewatch("search", "--size", "0", "--days", "published").stdout.splitlines()
    assert counted[1:] == [f"2026-01-31 {'█' * 40} 1", "1 has no date of publication"]
    counted = wirewatch("search", "--size", "0", "--days", "first_seen").stdout.splitlines()
    assert len(counted) == 2


def test_counts_by_day_are_of_all_that_the_same_sources_brought(
    wirewatch: Wirewatch, home: Path
) -> None:
    published = [datetime(2026, 1, 30 + number // 40, tzinfo=UTC) for number in range(42)]
    several = [
        an_article(number, title="Spyware" if number in (0, 1, 40) else "Cake", published=at)
        for number, at in enumerate(published)
    ]
    others = [
        an_article(98, title="Cake", published=datetime(2026, 1, 1, tzinfo=UTC)),
        an_article(99, title="Spyware"),
    ]
    with House(load_settings(home)) as house:
        assert len(list(house.index.write([*several, *others]))) == 44
    counted = ("search", "spyware", "--days", "published")
    assert wirewatch(*counted, "--size", "0").stdout.splitlines()[1:] == [
        f"2026-01-30 {'█' * 40} 2 of 40 (5.0 %)",
        f"2026-01-31 {'█' * 20} 1 of 2",
        "of all articles from the same sources",
        "1 has no date of publication",
    ]
    days = [("2026-01-01", 0, 1), ("2026-01-30", 2, 40), ("2026-01-31", 1, 2)]
    as_csv = wirewatch(*counted, "--csv")
    names, *rows_of_days = csv.reader(as_csv.stdout.splitlines())
    assert names == ["day", "count", "all"]
    assert rows_of_days == [[str(cell) for cell in day] for day in days]
    as_json = wirewatch(*counted, "--json")
    assert lines(as_json) == [dict(zip(names, day, strict=True)) for day in days]
    assert as_csv.stderr == as_json.stderr == "1 has no date of publication\n"
    by_source = wirewatch("search", 'outlet:"Example News"', "--size", "0", "--days", "published")
    assert not re.search(r"\d of \d|same sources", "".join(by_source.stdout.splitlines()[1:]))


@pytest.mark.parametrize("written", ["--json", "--csv"])
def test_values_are_not_counted_in_vain(wirewatch: Wirewatch, home: Path, written: str) -> None:
    refused = wirewatch("search", written, "--facet", "language", exit_code=2)
    assert "--facet is for the terminal" in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize(
    ("offset", "shown", "total", "told"),
    [
        (0, 10, 12, "10 of 12 articles; --size gives more"),
        (0, 9_999, 10_001, "--size gives more"),
        (0, 10_000, 20_000, "10,000 of 20,000 articles; a search reaches 10,000 hits deep"),
        (9_000, 1_000, 20_000, "1,000 of 20,000 articles; a search reaches 10,000 hits deep"),
        (0, 10_000, 10_000, None),
        (10, 2, 12, None),
        (20, 0, 12, None),
    ],
)
def test_more_hits_are_promised_only_where_a_search_reaches_them(
    offset: int, shown: int, total: int, told: str | None
) -> None:
    said = left_out(offset, shown, total)
    assert said is None if told is None else told in str(said)


def test_all_names_that_a_search_asks_for_are_told(wirewatch: Wirewatch, home: Path) -> None:
    at = [a_mention("vendor", name, start=n, end=n + 1) for n, name in enumerate("AAAABCDE")]
    with House(load_settings(home)) as house:
        list(house.index.write([an_article(1, title="aaaabcde", mentions=tuple(at))]))
    told = [line.split() for line in wirewatch("search", "vendor:*").stdout.splitlines()]
    assert [line[1] for line in told if line[0] == "vendor:"] == list("ABCDE")


def test_a_name_is_told_only_to_who_asks_for_its_kind(wirewatch: Wirewatch, home: Path) -> None:
    both = tuple(a_mention(kind, "Tattle", end=len("Tattle")) for kind in ("vendor", "programme"))
    with House(load_settings(home)) as house:
        list(house.index.write([an_article(1, title="Tattle", mentions=both)]))

    def told(query: str) -> list[str]:
        found = wirewatch("search", query).stdout.splitlines()
        return [line.strip() for line in found if line.endswith(": Tattle")]

    assert told("vendor:tattle") == ["vendor: Tattle"]
    assert told("mention:tattle") == ["vendor: Tattle", "programme: Tattle"]
    assert told("tattle") == []


def test_error_quotes_the_query_as_it_is(wirewatch: Wirewatch, home: Path) -> None:
    assert "[/x]" in wirewatch("search", 'score:"[/x]"', exit_code=2).stderr
