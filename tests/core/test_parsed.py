"""The cache of parsed queries gives exactly what parsing gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.conditions import Everything
from core.parsed import ParsedQueries, pack, unpack
from core.query import QueryError, parse

QUERIES = [
    "*", "spy", '"wire tap"', "camera*", "c?urt", "title:(a OR b)", "NOT outlet:one",
    "score:[0.5 TO 1]", "score:{0.1 TO *}", "published:2026-01", "published:>=now-7d",
    "first_seen:[* TO now]", "story:*", "NSA", "agency:GCHQ*", "a b -c", "revision:>1",
    "label:press/*",
]  # fmt: skip

OF_OTHER_CODE = b"0" * 64 + b"\n" + pack({"spy": Everything()})


@pytest.mark.parametrize("text", QUERIES)
def test_a_condition_survives_storing(text: str) -> None:
    conditions = {text: parse(text).condition}
    assert unpack(pack(conditions)) == conditions


def test_cached_queries_equal_parsed_ones(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    first = ParsedQueries(path)
    made = [first.parse(text) for text in QUERIES]
    first.save()
    second = ParsedQueries(path)
    assert [second.parse(text) for text in QUERIES] == made == [parse(text) for text in QUERIES]
    assert [file.name for file in tmp_path.iterdir()] == ["parsed.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\n[]", OF_OTHER_CODE, b"[" * 200_000])
def test_a_file_of_other_code_is_ignored_and_rewritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "parsed.json"
    path.write_bytes(content)
    queries = ParsedQueries(path)
    assert queries.parse("spy") == parse("spy")
    queries.save()
    assert path.read_bytes().partition(b"\n")[2] == pack({"spy": parse("spy").condition})


def test_an_invalid_query_raises_and_is_not_cached(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    queries = ParsedQueries(path)
    with pytest.raises(QueryError):
        queries.parse("nosuchfield:x")
    queries.save()
    assert "nosuchfield" not in (path.read_text() if path.exists() else "")


def test_a_file_in_which_a_single_bit_is_wrong_is_ignored_and_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    first = ParsedQueries(path)
    made = [first.parse(text) for text in QUERIES]
    first.save()
    whole = path.read_bytes()
    for place in range(0, len(whole), 50):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        path.write_bytes(spoilt)
        again = ParsedQueries(path)
        assert [again.parse(text) for text in QUERIES] == made
        again.save()
        assert path.read_bytes() == whole


def test_only_queries_used_since_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "parsed.json"
    for texts in (QUERIES, QUERIES[:2]):
        queries = ParsedQueries(path)
        for text in texts:
            queries.parse(text)
        queries.save()
    assert list(unpack(path.read_bytes().partition(b"\n")[2])) == QUERIES[:2]


def test_an_unwritable_folder_does_not_prevent_parsing(tmp_path: Path) -> None:
    queries = ParsedQueries(tmp_path / "absent" / "parsed.json")
    assert queries.parse("spy") == parse("spy")
    queries.save()
    assert list(tmp_path.iterdir()) == []
