"""What only the embedded index has: files, processes, threads."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from core.index import IndexUnavailableError, Outcome
from core.query import parse
from core.records import Article
from core.words import stem
from search import embedded, file, stored
from search.embedded import EmbeddedIndex
from search.file import VERSION, unlink

Make = Callable[..., Article]

VERSIONS = {1: "722ebb63"}
"""The first digits of the hash of what each version stores of the corpus."""

WRITER = """
import sys
from pathlib import Path
from core.records import Article
from search.embedded import EmbeddedIndex

index = EmbeddedIndex(Path(sys.argv[1]))
lines = sys.stdin.read().splitlines()
print([written.outcome.value for written in index.write(map(Article.model_validate_json, lines))])
"""


def test_articles_outlive_the_process(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "new folder" / "index.sqlite"
    first = EmbeddedIndex(path)
    list(first.write([make(1, title="Kept")]))
    first.close()
    second = EmbeddedIndex(path)
    assert second.search(parse("kept")).total == 1
    second.close()


def test_processes_write_concurrently(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "index.sqlite"
    index = EmbeddedIndex(path)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for part, writer in enumerate(writers):
        articles = [make(part * 50 + n, title="wiretaps") for n in range(100)]
        writer.communicate("\n".join(article.model_dump_json() for article in articles))
        assert writer.returncode == 0
    assert index.search(parse("wiretap")).total == 150
    index.close()


def test_other_connections_see_a_rebuild_once_it_is_done(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "index.sqlite"
    ours, theirs = EmbeddedIndex(path), EmbeddedIndex(path)
    list(ours.write([make(n, title="old") for n in range(3)]))
    assert theirs.search(parse("old")).total == 3
    rebuilding = ours.rebuild([make(n, title="novel words") for n in range(5, 9)])
    next(rebuilding)
    assert theirs.search(parse("old")).total == 3
    assert len(list(rebuilding)) == 3
    assert theirs.search(parse("old")).total == 0
    assert theirs.search(parse("novel")).total == 4
    list(theirs.write([make(20, title="novels, after")]))
    assert ours.search(parse("novel")).total == 5
    assert [each.name for each in tmp_path.iterdir() if "rebuild" in each.name] == []
    for index in (ours, theirs):
        assert index._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        index.close()


def test_a_write_that_waits_too_long_fails_and_can_be_repeated(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.01)
    index = EmbeddedIndex(tmp_path / "index.sqlite")
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (written,) = index.write([make(1)])
    assert written.outcome is Outcome.FAILED
    assert "locked" in (written.reason or "")
    with pytest.raises(IndexUnavailableError, match="locked"):
        index.delete([make(1).id])
    assert index.search(parse("*")).total == 0
    other.execute("ROLLBACK")
    other.close()
    (written,) = index.write([make(1)])
    assert written.outcome is Outcome.CREATED
    index.close()


def test_an_index_file_deleted_and_recreated_is_reopened(tmp_path: Path, make: Make) -> None:
    # A desk keeps the file open for weeks, and a damaged one has to be deleted.
    path = tmp_path / "index.sqlite"
    index = EmbeddedIndex(path)
    list(index.write([make(1)]))
    assert index.search(parse("*")).total == 1
    unlink(path)
    with closing(EmbeddedIndex(path)) as fresh:
        list(fresh.write([make(2), make(3)]))
        assert index.search(parse("*")).total == 2
        assert index.get(make(1).id) is None
        assert index.get(make(2).id) == make(2)
    # A pass may write all that it has without reading once.
    unlink(path)
    with closing(EmbeddedIndex(path)) as fresh:
        list(index.write([make(4)]))
        assert fresh.get(make(4).id) == make(4)
    unlink(path)
    with closing(EmbeddedIndex(path)) as fresh:
        list(fresh.write([make(5)]))
        assert index.delete([make(5).id]) == 1
        assert fresh.get(make(5).id) is None
    index.close()


SAYS_WHAT_TO_DO = r"index.sqlite is damaged \(.+\): delete it .+`wirewatch index rebuild`"


def test_a_file_that_is_not_an_index_says_what_to_do(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"no index at all " * 1_000)
    with pytest.raises(IndexUnavailableError, match=SAYS_WHAT_TO_DO):
        EmbeddedIndex(path)


def test_a_damaged_index_says_what_to_do(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "index.sqlite"
    index = EmbeddedIndex(path)
    list(index.write(make(number) for number in range(50)))
    (size,) = index._db.execute("PRAGMA page_size").fetchone()
    tables = "SELECT rootpage FROM sqlite_master WHERE name IN ('article', 'source')"
    pages = index._db.execute(tables).fetchall()
    index.close()
    with path.open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
    index = EmbeddedIndex(path)
    for read in (
        lambda: index.search(parse("*")),
        lambda: index.get(make(1).id),
        lambda: list(index.scan()),
        lambda: index.delete([make(1).id]),
    ):
        with pytest.raises(IndexUnavailableError, match=SAYS_WHAT_TO_DO):
            read()
    (written,) = index.write([make(1, revision=2)])
    assert written.outcome is Outcome.FAILED
    assert "malformed" in (written.reason or "")
    index.close()


@pytest.mark.parametrize(("made", "said"), [(4, "older"), (6, "newer")])
def test_an_index_of_another_version_is_left_alone_until_it_is_rebuilt(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, made: int, said: str
) -> None:
    path = tmp_path / "index.sqlite"
    with closing(EmbeddedIndex(path)) as before:
        list(before.write([make(1)]))
        before._db.execute(f"PRAGMA user_version = {made}")
    for module in (embedded, file):
        monkeypatch.setattr(module, "VERSION", 5)
    index = EmbeddedIndex(path)
    what_to_do = rf"made by an? {said} wirewatch.+run `wirewatch index rebuild`"
    for refused in (
        index.prepare,
        lambda: index.search(parse("*")),
        lambda: index.get(make(1).id),
        lambda: list(index.scan()),
        lambda: index.delete([make(1).id]),
        lambda: list(index.rebuild([], "2026-03")),
    ):
        with pytest.raises(IndexUnavailableError, match=what_to_do):
            refused()
    (written,) = index.write([make(2)])
    assert written.outcome is Outcome.FAILED
    assert re.search(what_to_do, written.reason or "")
    list(index.rebuild([make(3)]))
    assert index.search(parse("*")).articles == (make(3),)
    index.close()


def test_a_file_from_before_there_were_versions_is_of_the_first(tmp_path: Path, make: Make) -> None:
    with closing(EmbeddedIndex(tmp_path / "index.sqlite")) as index:
        list(index.write([make(1)]))
        index._db.execute("PRAGMA user_version = 0")
        assert index.search(parse("*")).total == 1


def test_what_is_stored_otherwise_needs_a_new_version(corpus: list[Article]) -> None:
    kept = [one for one in map(stored._stored, corpus) if not isinstance(one, str)]
    told = [(one.columns, one.keywords, one.words) for one in kept]
    stems = sorted((word, stem(word)) for word in set().union(*(one.vocabulary for one in kept)))
    begins = hashlib.sha256(repr((file.SCHEMA, told, stems)).encode()).hexdigest()[:8]
    assert VERSIONS[VERSION] == begins, (
        "an index that exists is rebuilt only if VERSION is raised; what is stored of the corpus "
        f"hashes to {begins}"
    )


def test_words_beside_a_value_rank_the_hits(tmp_path: Path, make: Make) -> None:
    index = EmbeddedIndex(tmp_path / "index.sqlite")
    often = make(1, text="court " * 9, first_seen=make(1).first_seen - timedelta(days=1))
    list(index.write([often, make(2, text="court and much else besides, as was said there")]))
    found = index.search(parse("site:* court")).articles
    assert [one.id for one in found] == [make(1).id, make(2).id]
    index.close()


def test_threads_share_one_index(tmp_path: Path, make: Make) -> None:
    index = EmbeddedIndex(tmp_path / "index.sqlite")

    def work(number: int) -> int:
        list(index.write([make(number * 10 + n, title="shared wiretap") for n in range(10)]))
        return index.search(parse("wiretap AND NOT absent"), facets=["site"]).total

    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(work, range(12)))
    assert max(totals) == 120
    index.close()


def test_facets_are_counted_without_a_second_search(tmp_path: Path, make: Make) -> None:
    index = EmbeddedIndex(tmp_path / "index.sqlite")
    list(index.write([make(n, title="kept") for n in range(3)]))
    executed: list[str] = []
    index._db.set_trace_callback(executed.append)
    for _ in range(2):
        hits = index.search(parse("kept"), sort="newest", facets=["outlet", "site", "topic"])
        assert hits.facets["site"] == {"news.example": 3}
    assert sum("MATCH" in statement for statement in executed) == 2
    index.close()


def test_a_facet_asked_for_several_times_is_counted_once(tmp_path: Path, make: Make) -> None:
    index = EmbeddedIndex(tmp_path / "index.sqlite")
    list(index.write([make(1)]))
    executed: list[str] = []
    index._db.set_trace_callback(executed.append)
    assert index.search(parse("*"), facets=["site"] * 9).facets == {"site": {"news.example": 1}}
    assert sum("GROUP BY value" in statement for statement in executed) == 1
    index.close()
