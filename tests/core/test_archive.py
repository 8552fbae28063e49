"""The archive: what is read equals what was written, and no file is ever half-written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import unquote

import fsspec
import pytest
from factories import NOON, an_article
from full_disk import full_disk
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from core.archive import Archive, ArchiveError, begun_before
from core.records import Evidence, Page, Tag


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    """An S3-compatible store on loopback, set in the environment as a newsroom would."""
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "ours")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield
    store.stop()


@pytest.fixture(params=["folder", "memory", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "archive")
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}"
    request.getfixturevalue("s3")
    bucket = uuid.uuid4().hex
    fsspec.filesystem("s3").mkdir(bucket)
    return f"s3://{bucket}/wirewatch"


@pytest.fixture
def archive(root: str) -> Archive:
    return Archive(root, now=lambda: NOON)


def files(root: str) -> list[str]:
    fs, path = fsspec.core.url_to_fs(root)
    return fs.find(path)


def a_page(**changes: object) -> Page:
    fields = {
        "id": "ab" * 32,
        "url": "https://news.example/1?a=1&b=%C3%A9",
        "status": 200,
        "headers": (("Content-Type", "text/html"), ("X-Twice", "1"), ("X-Twice", "2")),
        "body": b"<p>Hello</p>",
        "fetched_at": NOON + timedelta(microseconds=123456),
    }
    return Page.model_validate(fields | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body": b""},
        {"body": bytes(range(256)) * 300},
        {"body": b"\r\n\r\nWARC/1.0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"},
        {"headers": ()},
        {"headers": (("X-Odd", "a:b; c='d'"), ("X-Empty", ""))},
        {"status": 203},
        {"url": "http://[2001:db8::1]:8000/"},
        {"url": "HTTPS://news.example/a"},
        {"url": "Http://news.example/a", "headers": ()},
        {"url": "HTTPS://news.example/a", "status": 0, "headers": (), "body": b"", "missing": "x"},
    ],
    ids=str,
)
def test_a_page_is_read_as_it_was_written(archive, changes):
    page = a_page(**changes)
    segment = archive.write_pages([page])
    assert (segment.kind, segment.items) == ("pages", 1)
    assert list(archive.read_pages(segment)) == [page]


def test_a_non_ascii_header_is_kept_escaped(archive):
    page = a_page(headers=(("X-Odd", "caf\u00e9"), ("ETag", "x")))
    (read,) = archive.read_pages(archive.write_pages([page]))
    assert read == page.model_copy(update={"headers": (("X-Odd", "caf%C3%A9"), ("ETag", "x"))})


PRINTABLE = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"], exclude_characters="%")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(value=PRINTABLE)
@example(value='<https://x.example/\u00c3\u009cberwachung>; rel="canonical"')
@example(value="<https://x.example/a>; title='caf\u00e9'; rel=\"\u00fc\"")
def test_a_page_with_any_header_can_be_written(archive, value):
    page = a_page(headers=(("Link", value), ("ETag", "x")))
    (read,) = archive.read_pages(archive.write_pages([page]))
    (name, kept), etag = read.headers
    assert (name, unquote(kept), etag) == ("Link", value.strip(" "), ("ETag", "x"))
    assert kept.isascii()


def test_a_header_with_a_non_ascii_name_is_left_out(archive):
    page = a_page(headers=(("X-\u00dcber", "1"), ("ETag", "x")))
    (read,) = archive.read_pages(archive.write_pages([page]))
    assert read.headers == (("ETag", "x"),)


def test_transfer_headers_are_not_kept(archive):
    page = a_page(headers=(("content-encoding", "gzip"), ("Content-Length", "9"), ("ETag", "x")))
    (read,) = archive.read_pages(archive.write_pages([page]))
    assert read.headers == (("ETag", "x"),)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(bodies=st.lists(st.binary(max_size=200), max_size=4))
def test_any_bodies_come_back_in_order(archive, bodies):
    pages = [a_page(body=body, id=f"{number:064x}") for number, body in enumerate(bodies)]
    segment = archive.write_pages(pages)
    assert segment.items == len(pages)
    assert list(archive.read_pages(segment)) == pages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    texts=st.lists(
        st.text()
        | st.sampled_from(["a\nb\r\nc\rd", "\u2028\u2029\x85\x0b", "\x00", "\U0001d518\U0001f600"]),
        max_size=4,
    )
)
def test_any_texts_come_back_in_order(archive, texts):
    articles = [an_article(number, text=text, title=text) for number, text in enumerate(texts)]
    segment = archive.write_articles(articles)
    assert (segment.kind, segment.items) == ("articles", len(articles))
    assert list(archive.read_articles(segment)) == articles


def test_an_article_comes_back_with_all_its_fields(archive):
    evidence = Evidence(field="title", start=0, end=4, phrase="Head", why="a rule")
    article = an_article(
        authors=("Ana Müller",),
        tags=(Tag(topic="surveillance", score=0.7, evidence=(evidence,)),),
        published=NOON,
        revision=3,
        story="s" * 64,
    )
    assert list(archive.read_articles(archive.write_articles([article]))) == [article]


def test_segments_are_filed_by_day_under_distinct_paths(archive, root):
    first, second = archive.write_pages([a_page()]), archive.write_pages([a_page()])
    assert first.path.startswith("pages/2026/03/01/20260301T120000")
    assert first.path != second.path
    assert len(files(root)) == 2


@pytest.mark.parametrize("kind", ["pages", "articles"])
def test_a_crash_midway_leaves_only_temporary_files(archive, root, kind):
    def some() -> Iterator[object]:
        yield a_page() if kind == "pages" else an_article()
        raise KeyboardInterrupt

    write = archive.write_pages if kind == "pages" else archive.write_articles
    with pytest.raises(KeyboardInterrupt):
        write(some())
    assert not [file for file in files(root) if not file.endswith(".tmp")]


def test_a_full_disk_is_named(archive, root):
    """Files on their way to a store are written to the temporary folder, which nothing named."""
    with full_disk(10), pytest.raises(OSError, match="too large") as raised:
        archive.write_articles([an_article()])
    assert raised.value.filename.startswith(root if root[0] == "/" else gettempdir())


def test_missing_articles_in_a_file_are_detected(tmp_path):
    archive = Archive(str(tmp_path), now=lambda: NOON)
    texts = [uuid.uuid4().hex * 100 for _ in range(200)]
    segment = archive.write_articles(an_article(n, text=text) for n, text in enumerate(texts))
    file = tmp_path / segment.path
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ArchiveError, match=segment.path):
        list(archive.read_articles(segment))


def test_missing_pages_in_a_file_are_detected(tmp_path):
    archive = Archive(str(tmp_path), now=lambda: NOON)
    segment = archive.write_pages([a_page()])
    (tmp_path / segment.path).write_bytes(b"")
    with pytest.raises(ArchiveError, match=r"holds 0 of 1 pages"):
        list(archive.read_pages(segment))


@pytest.mark.parametrize("kind", ["pages", "articles"])
def test_a_damaged_file_is_named_whichever_bytes_changed(tmp_path: Path, kind: str) -> None:
    archive = Archive(str(tmp_path), now=lambda: NOON)
    if kind == "pages":
        segment = archive.write_pages(a_page(id=f"{n}" * 64) for n in range(3))
    else:
        segment = archive.write_articles(an_article(n) for n in range(3))
    read = archive.read_pages if kind == "pages" else archive.read_articles
    file = tmp_path / segment.path
    whole, named = file.read_bytes(), []
    for at in range(0, len(whole), 3):
        for changed in (whole[:at], whole[:at] + b"junk" + whole[at + 4 :]):
            file.write_bytes(changed)
            # Some header bytes do not matter; a change in any other raises this error only.
            try:
                list(read(segment))
            except ArchiveError as error:
                named.append(segment.path in str(error))
    assert len(named) > len(whole) // 2
    assert all(named)


@pytest.mark.parametrize("url", ["nothing://x", "zip::nothing://x"])
def test_an_unsupported_url_is_named_in_the_error(url: str) -> None:
    with pytest.raises(ArchiveError, match=rf"{url} \(archive_url, WIREWATCH_ARCHIVE_URL\)"):
        Archive(url, now=lambda: NOON)


def test_the_error_of_an_unsupported_url_has_no_password() -> None:
    with pytest.raises(ArchiveError, match=r"URL nothing://\.\.\.@host \("):
        Archive("nothing://me:secret@host", now=lambda: NOON)


def test_rewriting_several_files_into_one_keeps_their_contents(archive: Archive) -> None:
    pages = [archive.write_pages([a_page(id=f"{n}" * 64)]) for n in range(3)]
    articles = [archive.write_articles([an_article(n), an_article(n + 5)]) for n in range(3)]
    assert [page.id[0] for page in archive.read_pages(archive.rewrite(pages))] == ["0", "1", "2"]
    one = archive.rewrite(articles)
    assert one.items == 6
    assert list(archive.read_articles(one)) == [
        each for segment in articles for each in archive.read_articles(segment)
    ]


def test_files_are_listed_tell_when_they_were_begun_and_can_be_removed(root: str) -> None:
    archive = Archive(root, now=lambda: NOON)
    kept, orphan = (archive.write_articles([an_article(n)]) for n in (1, 2))
    later = Archive(root, now=lambda: NOON + timedelta(days=2))
    fresh = later.write_pages([a_page()])
    fs, path = fsspec.core.url_to_fs(root)
    fs.pipe_file(f"{path}/articles/readme", b"a stranger's")
    found = archive.paths()
    assert found == {kept.path, orphan.path, fresh.path, "articles/readme"}
    old = {one for one in found if begun_before(one, NOON + timedelta(days=1))}
    assert old == {kept.path, orphan.path}
    archive.remove(orphan.path)
    assert archive.paths() == found - {orphan.path}


def test_a_file_says_whose_entries_it_has(archive: Archive, root: str) -> None:
    pages = archive.write_pages([a_page(id="1" * 64), a_page(id="2" * 64)])
    articles = archive.write_articles([an_article(1), an_article(2)])
    assert list(archive.entries_in(pages.path)) == ["1" * 64, "2" * 64]
    assert list(archive.entries_in(articles.path)) == [an_article(1).id, an_article(2).id]
    fs, path = fsspec.core.url_to_fs(root)
    fs.pipe_file(f"{path}/{articles.path}.tmp", b"half of")
    assert list(archive.entries_in(f"{articles.path}.tmp")) == []
    fs.pipe_file(f"{path}/{articles.path}", b"damaged")
    with pytest.raises(ArchiveError, match="is damaged"):
        list(archive.entries_in(articles.path))
