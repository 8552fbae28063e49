"""The cache of parsed queries gives exactly what parsing gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.parsed import ParsedQueries, pack, unpack
from core.query import QueryError, parse

QUERIES = [
    "*", "spy", '"wire tap"', "camera*", "c?urt", "title:(a OR b)", "NOT outlet:one",
    "score:[0.5 TO 1]", "score:{0.1 TO *}", "published:2026-01", "published:>=now-7d",
    "first_seen:[* TO now]", "story:*", "NSA", "agency:GCHQ*", "a b -c", "revision:>1",
]  # fmt: skip


@pytest.mark.parametrize("text", QUERIES)
def test_a_condition_survives_storing(text: str) -> None:
    condition = parse(text).condition
    assert unpack(json.loads(json.dumps(pack(condition)))) == condition


def test_cached_queries_equal_parsed_ones(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    first = ParsedQueries(path)
    made = [first.parse(text) for text in QUERIES]
    first.save()
    second = ParsedQueries(path)
    assert [second.parse(text) for text in QUERIES] == made == [parse(text) for text in QUERIES]
    assert [file.name for file in tmp_path.iterdir()] == ["parsed.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"code": "old", "queries": {"spy": ["Everything"]}}']
)
def test_a_damaged_or_old_file_is_ignored_and_rewritten(tmp_path: Path, content: str) -> None:
    path = tmp_path / "parsed.json"
    path.write_text(content)
    queries = ParsedQueries(path)
    assert queries.parse("spy") == parse("spy")
    queries.save()
    assert "old" not in path.read_text()


def test_an_invalid_query_raises_and_is_not_cached(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    queries = ParsedQueries(path)
    with pytest.raises(QueryError):
        queries.parse("nosuchfield:x")
    queries.save()
    assert "nosuchfield" not in (path.read_text() if path.exists() else "")


@pytest.mark.parametrize(
    "spoilt", [None, 5, [], ["wrod"], ["keyword"], ["not"], ["word", None, "x"], {"a": 1}]
)
def test_a_damaged_query_in_an_intact_file_is_parsed_again(tmp_path: Path, spoilt: object) -> None:
    path = tmp_path / "parsed.json"
    first = ParsedQueries(path)
    made = [first.parse(text) for text in QUERIES]
    first.save()
    whole = path.read_text()
    document = json.loads(whole)
    document["queries"][QUERIES[3]] = spoilt
    path.write_text(json.dumps(document))
    again = ParsedQueries(path)
    assert [again.parse(text) for text in QUERIES] == made
    again.save()
    assert json.loads(path.read_text()) == json.loads(whole)


def test_a_file_nested_too_deeply_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    path.write_text("[" * 200_000)
    assert ParsedQueries(path).parse("spy") == parse("spy")


def test_only_queries_used_since_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    for texts in (QUERIES, QUERIES[:2]):
        queries = ParsedQueries(path)
        for text in texts:
            queries.parse(text)
        queries.save()
    assert list(json.loads(path.read_text())["queries"]) == QUERIES[:2]


def test_an_unwritable_folder_does_not_prevent_parsing(tmp_path: Path) -> None:
    queries = ParsedQueries(tmp_path / "absent" / "parsed.json")
    assert queries.parse("spy") == parse("spy")
    queries.save()
    assert list(tmp_path.iterdir()) == []
