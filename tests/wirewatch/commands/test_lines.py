"""`wirewatch extract`, `tag` and `thread` on JSON lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from terminal import Wirewatch, lines
from typer.testing import CliRunner

from wirewatch.cli import app


def test_rows_are_read_from_standard_input() -> None:
    row = {"id": "Über", "url": "https://a.example/", "html": "<p>x"}
    given = json.dumps(row, ensure_ascii=False).encode()
    done = CliRunner(charset="latin-1").invoke(app, ["extract", "--jsonl", "-"], input=given)
    assert json.loads(done.stdout_bytes)["id"] == "Über"


@pytest.mark.parametrize(
    ("command", "row", "said"),
    [
        ("tag", b'{"id": 1, "title": 5}', "line 1: title is not text"),
        ("tag", b'{"id": 1, "title": "\\ud800"}', "line 1: title is not text"),
        ("tag", b'{"id": "\\ud800", "title": "x"}', "line 1: id is not text"),
        ("thread", b'{"id": "\\ud800", "title": "x"}', "line 1: id is not text"),
        ("tag", b'{"id": ["\\ud800"], "title": "x"}', "line 1: id is not text"),
        ("tag", b"[" * 100_000, "line 1 is not JSON"),
        ("tag", b'{"id": null, "title": "x"}', "line 1 lacks id"),
        ("extract", b'{"id": 1, "url": null, "html": "<p>x"}', "line 1 lacks url"),
        ("tag", b'{"id": 1, "title": "caf\xe9"}', "line 1 is not JSON"),
        ("extract", b'{"id": "a", "url": "http://[x/", "html": "<p>x</p>"}', "row 'a'"),
        ("extract", b'{"id": "a", "url": "http://x/", "path": "in.gz"}', "row 'a'"),
        ("thread", b'{"id": 5, "title": "x"}', "id is 5: expected text"),
    ],
)
def test_unusable_input_row_is_named(
    wirewatch: Wirewatch, tmp_path: Path, command: str, row: bytes, said: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(row)
    (tmp_path / "in.gz").write_bytes(b"no gzip")
    told = wirewatch(command, "--jsonl", "in.jsonl", exit_code=2).stderr
    assert said in " ".join(told.replace("│", " ").split())


def test_extract_tag_and_thread_read_and_write_json_lines(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    page = "<html><title>Rain</title><body><article><h1>Rain</h1><p>{}</p></article></body></html>"
    text = "It rained on the harbour all day and the boats stayed in. " * 12
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(page.format(text).encode()))
    rows = [
        {"id": "1", "url": "https://news.example.co.uk/rain", "path": "page.html.gz"},
        {"id": "2", "url": "https://news.example/rain", "html": page.format(text)},
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    extracted = lines(wirewatch("extract", "--jsonl", "pages.jsonl"))
    assert [row["site"] for row in extracted] == ["example.co.uk", "news.example"]
    assert set(extracted[0]) == {
        "id", "title", "text", "authors", "published", "language", "site", "extraction",
    }  # fmt: skip
    assert extracted[0]["language"] == "en"
    assert {row["extraction"] for row in extracted} == {"careful"}
    rows = [
        {"id": "a", "title": "Spyware found on a reporter's phone", "text": "Pegasus spyware was "
         "found on the phone of a journalist, a laboratory said."},
        {"id": "b", "title": "Harbour concert moved", "text": "The concert is at eight tonight."},
    ]  # fmt: skip
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    tagged = lines(wirewatch("tag", "--jsonl", "articles.jsonl"))
    assert [row["id"] for row in tagged] == ["a", "b"]
    assert tagged[0]["score"] > 0.5 > tagged[1]["score"]
    topic = tagged[0]["topics"][0]
    assert set(topic) == {"topic", "score", "evidence"}
    assert set(topic["evidence"][0]) == {"field", "start", "end", "phrase", "why", "found"}
    threaded = lines(wirewatch("thread", "--jsonl", "articles.jsonl"))
    assert [(row["id"], row["story"], row["duplicate_of"]) for row in threaded] == [
        ("a", "a", None),
        ("b", "b", None),
    ]
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\nnot json')
    assert "line 2 is not JSON" in " ".join(
        wirewatch("tag", "--jsonl", "bad.jsonl", exit_code=2).stderr.replace("│", " ").split()
    )
