"""The archive: pages as WARC, articles as JSON lines under zstd, in a folder or any fsspec store.

A file is written under a temporary name, flushed to disk, then renamed: a file with its final name
is whole. The ledger records it after that, so a run that dies leaves at most a file that nothing
points to.
"""

from __future__ import annotations

import io
import posixpath
import re
import tempfile
import uuid
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar, cast
from urllib.parse import quote

import fsspec
import zstandard
from fsspec.implementations.local import LocalFileSystem
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from core.errors import WirewatchError
from core.files import UNFINISHED, atomic_write
from core.records import Article, Page, Segment, SegmentKind
from core.setting_values import without_credentials
from core.store import translating_errors

ENTRY_HEADER = "WARC-Wirewatch-Entry"
"""Names the entry that a page belongs to, since redirects change its address."""

# These no longer describe a body once its transfer encoding is undone.
_TRANSFER_HEADERS = {"content-encoding", "content-length", "transfer-encoding"}

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")

_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"])

_STAMP = "%Y%m%dT%H%M%S%f"
"""How a segment's id begins: in order of time, as text too."""

_DAMAGE = (
    *(ArchiveLoadFailed, zstandard.ZstdError, zlib.error, EOFError),
    # Lines that are not JSON or not an article, and records without headers.
    *(ValueError, AttributeError),
)
"""What the two formats raise if bytes have changed."""

Read = TypeVar("Read")


class ArchiveError(WirewatchError):
    """A file of the archive is missing or damaged, or its URL cannot be used; the text names it."""


class Archive:
    """Segments of pages and articles, below one root."""

    def __init__(self, url: str, *, now: Callable[[], datetime]) -> None:
        """Open the archive at a folder or fsspec URL (`s3://bucket/wirewatch`).

        Raises:
            ArchiveError: no file system here knows this URL.
        """
        try:
            self._fs, self._root = _resolve(url)
        except (ValueError, ImportError) as error:
            setting = "archive_url, WIREWATCH_ARCHIVE_URL"
            raise ArchiveError(
                f"the archive's URL {without_credentials(url)} ({setting}) cannot be used: {error}"
            ) from error
        self._now = now

    def write_pages(self, pages: Iterable[Page]) -> Segment:
        """Write pages as one gzipped WARC file."""

        def fill(file: IO[bytes]) -> int:
            writer = WARCWriter(file, gzip=True)
            count = 0
            for count, page in enumerate(pages, 1):  # noqa: B007 - the count is what we want
                writer.write_record(_to_warc(writer, page))
            return count

        return self._write("pages", "warc.gz", fill)

    def read_pages(self, segment: Segment) -> Iterator[Page]:
        """The pages of a segment, in the order they were written.

        Raises:
            ArchiveError: the file is not there, is damaged, or holds fewer pages than were written.
            StoreError: the archive's store is out of reach.
        """
        with self._open(segment.path) as file:
            yield from _check_count(segment, _pages(file))

    def write_articles(self, articles: Iterable[Article]) -> Segment:
        """Write articles as one zstd file of JSON lines."""

        def fill(file: IO[bytes]) -> int:
            count = 0
            # Without the checksum a flipped bit in a text would go unnoticed.
            zstd = zstandard.ZstdCompressor(level=6, write_checksum=True)
            with zstd.stream_writer(file, closefd=False) as lines:
                for count, article in enumerate(articles, 1):  # noqa: B007 - as above
                    lines.write(article.model_dump_json().encode() + b"\n")
            return count

        return self._write("articles", "jsonl.zst", fill)

    def read_articles(self, segment: Segment) -> Iterator[Article]:
        """The articles of a segment, in the order they were written.

        Raises:
            ArchiveError: the file is not there, is damaged, or holds fewer articles than were
                written.
            StoreError: the archive's store is out of reach.
        """
        with self._open(segment.path) as file:
            yield from _check_count(segment, _articles(file))

    def rewrite(self, segments: Sequence[Segment], without: Container[str] = ()) -> Segment:
        """Write the content of some segments of one kind to one file, in order, leaving out some
        entries.

        The old files stay for whoever is reading them; upkeep removes them.

        Raises:
            ArchiveError: a file is damaged; then nothing is written.
        """
        if segments[0].kind == "pages":
            pages = (page for one in segments for page in self.read_pages(one))
            return self.write_pages(page for page in pages if page.id not in without)
        articles = (article for one in segments for article in self.read_articles(one))
        return self.write_articles(one for one in articles if one.id not in without)

    def holds(self, segment: Segment, ids: Container[str]) -> bool:
        """Whether a segment holds a page or an article of some entries.

        Raises:
            ArchiveError: the file is damaged.
        """
        read = self.read_pages if segment.kind == "pages" else self.read_articles
        return any(one.id in ids for one in read(segment))

    def copy(self, path: str, folder: Path) -> None:
        """Copy a segment's file into another archive, which is a folder."""
        to = folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        with self._translating_errors(path):
            self._fs.get_file(posixpath.join(self._root, path), str(to))

    def paths(self) -> frozenset[str]:
        """All files there are, as paths below the root, as segments have them.

        Raises:
            StoreError: the archive's store is out of reach.
        """
        found: set[str] = set()
        for kind in ("pages", "articles"):
            with self._translating_errors(kind):
                files = self._fs.find(posixpath.join(self._root, kind))
            found.update(posixpath.relpath(file, self._root) for file in files)
        return frozenset(found)

    def entries_in(self, path: str) -> Iterator[str]:
        """The ids of the entries whose pages or articles are in a file that no segment names. A
        file that was never finished has none.

        Raises:
            ArchiveError: the file is not there or is damaged.
            StoreError: the archive's store is out of reach.
        """
        if path.endswith(UNFINISHED):
            return
        of_pages = path.startswith("pages/")
        with self._open(path) as file:
            records: Iterator[Page | Article] = _pages(file) if of_pages else _articles(file)
            yield from _undamaged(path, (one.id for one in records))

    def remove(self, path: str) -> None:
        """Remove a file.

        Raises:
            ArchiveError: it is not there; some stores do not say so.
            StoreError: the archive's store is out of reach.
        """
        with self._translating_errors(path):
            self._fs.rm_file(posixpath.join(self._root, path))

    def _write(self, kind: SegmentKind, suffix: str, fill: Callable[[IO[bytes]], int]) -> Segment:
        """Write a new file; `fill` returns how many items it has written into it."""
        now = self._now()
        segment_id = f"{now:{_STAMP}}-{uuid.uuid4().hex[:8]}"
        path = f"{kind}/{now:%Y/%m/%d}/{segment_id}.{suffix}"
        if isinstance(self._fs, LocalFileSystem):
            local = Path(self._root, path)
            local.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(local) as file:
                items = fill(file)
        else:
            items = self._upload(path, fill)
        return Segment(id=segment_id, kind=kind, path=path, items=items)

    def _upload(self, path: str, fill: Callable[[IO[bytes]], int]) -> int:
        # Closing a remote file completes its upload, even if filling it raised. So it is filled
        # here, and sent when it is whole.
        try:
            with tempfile.NamedTemporaryFile() as local:
                items = fill(local)
                local.flush()
                with self._translating_errors(path):
                    self._fs.put_file(local.name, posixpath.join(self._root, path))
        except OSError as error:
            if error.filename is None:  # an error in writing does not name the place
                error.filename = tempfile.gettempdir()
            raise
        return items

    @contextmanager
    def _open(self, path: str) -> Iterator[IO[bytes]]:
        with (
            self._translating_errors(path),
            self._fs.open(posixpath.join(self._root, path), "rb") as file,
        ):
            yield cast(IO[bytes], file)

    @contextmanager
    def _translating_errors(self, path: str) -> Iterator[None]:
        """Put a store's failures into words; a folder's own errors name the file."""
        try:
            if isinstance(self._fs, LocalFileSystem):
                yield
            else:
                with translating_errors(self._fs, self._root):
                    yield
        except FileNotFoundError as error:
            raise ArchiveError(
                f"the archive's file {path} is missing; restore it from a backup"
            ) from error


def _resolve(url: str) -> tuple[Any, str]:
    """The file system and root that a folder or URL names.

    A folder's name may contain `::` and `://`, which fsspec would take as syntax.
    """
    if (folder := Path(url)).is_absolute():
        return LocalFileSystem(), str(folder)
    return cast("tuple[Any, str]", fsspec.core.url_to_fs(url))


def _pages(file: IO[bytes]) -> Iterator[Page]:
    return map(_from_warc, ArchiveIterator(file))


def _articles(file: IO[bytes]) -> Iterator[Article]:
    with zstandard.ZstdDecompressor().stream_reader(file) as lines:
        yield from map(Article.model_validate_json, io.TextIOWrapper(lines, encoding="utf-8"))


def _undamaged(path: str, records: Iterator[Read]) -> Iterator[Read]:
    """Records as they are read; that they cannot be is an `ArchiveError`."""
    try:
        yield from records
    except _DAMAGE as error:
        raise ArchiveError(
            f"the archive's file {path} is damaged ({type(error).__name__}); "
            "restore it from a backup"
        ) from error


def _check_count(segment: Segment, records: Iterator[Read]) -> Iterator[Read]:
    """Records as they are read, counted: neither format notices that its end is missing."""
    count = 0
    for record in _undamaged(segment.path, records):
        count += 1
        yield record
    if count != segment.items:
        raise ArchiveError(
            f"the archive's file {segment.path} holds {count} of {segment.items} {segment.kind}; "
            "restore it from a backup"
        )


def begun_before(path: str, moment: datetime) -> bool:
    """Whether a file was begun before a moment, by its name; not if that is no name of ours."""
    stamp = posixpath.basename(path).partition("-")[0]
    is_ours = re.fullmatch(r"\d{8}T\d{12}", stamp) is not None
    return is_ours and stamp < f"{moment:{_STAMP}}"


def _to_warc(writer: WARCWriter, page: Page) -> Any:
    if page.missing is not None:
        # There is no answer to keep, but that there was none, and why, is part of the archive.
        return writer.create_warc_record(
            page.url,
            "metadata",
            payload=io.BytesIO(page.missing.encode()),
            warc_content_type="text/plain; charset=utf-8",
            warc_headers_dict=_warc_headers(page),
        )
    # WARC writers take only ASCII; warcio's own escaping misses some other characters.
    headers = [
        (name, _BEYOND_ASCII.sub(lambda found: quote(found[0]), value))
        for name, value in page.headers
        if name.lower() not in _TRANSFER_HEADERS and name.isascii()
    ]
    return writer.create_warc_record(
        page.url,
        "response",
        payload=io.BytesIO(page.body),
        http_headers=StatusAndHeaders(str(page.status), headers, protocol="HTTP/1.1"),
        warc_headers_dict=_warc_headers(page),
    )


def _warc_headers(page: Page) -> dict[str, str]:
    return {
        ENTRY_HEADER: page.id,
        "WARC-Date": page.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _from_warc(record: Any) -> Page:
    if record.rec_type == "metadata":
        return Page(
            id=record.rec_headers.get_header(ENTRY_HEADER),
            url=record.rec_headers.get_header("WARC-Target-URI"),
            status=0,
            body=b"",
            fetched_at=record.rec_headers.get_header("WARC-Date"),
            missing=record.content_stream().read().decode(),
        )
    # If an address has its scheme in capitals (HTTPS://…), warcio does not parse the headers.
    response = record.http_headers or _HTTP.parse(record.raw_stream)
    return Page(
        id=record.rec_headers.get_header(ENTRY_HEADER),
        url=record.rec_headers.get_header("WARC-Target-URI"),
        status=int(response.get_statuscode()),
        headers=tuple(response.headers),
        body=record.content_stream().read(),
        fetched_at=record.rec_headers.get_header("WARC-Date"),
    )
