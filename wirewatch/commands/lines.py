"""`wirewatch extract` and `thread`: one stage by itself, over a file of JSON lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from core.records import FeedItem
from core.refusals import reason
from core.settings import load_settings
from core.sites import site_of
from wirewatch.commands.terminal import print_lines
from wirewatch.commands.usage import File, UsageError

# Each command imports what it needs: together, the models of both take seconds to load.

ROWS = typer.Option("--jsonl", help="A file of JSON lines; - for stdin.")

Rows = Annotated[File, ROWS]


def extract(
    file: Rows,
    quick: Annotated[
        bool, typer.Option("--quick", help="Use the quick extraction, not the careful one.")
    ] = False,
) -> None:
    """Extract text and metadata from pages.

    In: {id, url, path} (path beside the file, plain or .gz) or {id, url, html}.
    Out: {id, title, text, authors, published, language, site, extraction}.

    Example: wirewatch extract --jsonl pages.jsonl > articles.jsonl
    """
    from enrich.language import language
    from ingest.extraction.document import parse
    from ingest.pages import extract as extraction

    matters = extraction.never if quick else extraction.always

    def extracted(row: Mapping[str, Any]) -> dict[str, Any]:
        page = _page(row, file)
        try:
            site = site_of(row["url"])
            found = extraction.extract(parse(page, row["url"]), FeedItem(url=row["url"]), matters)
        except ValueError as error:
            raise UsageError(f"{file.name}: row {row['id']!r} cannot be read: {error}") from error
        return {
            "id": row["id"],
            "title": found.title,
            "text": found.text,
            "authors": found.authors,
            "published": found.published,
            "language": language(f"{found.title}\n{found.text}"),
            "site": site,
            "extraction": found.extraction,
        }

    print_lines(map(extracted, rows(file, "id", "url")))


def thread(context: typer.Context, file: Rows) -> None:
    """Thread articles into stories, in order of arrival.

    Each article is tagged first: those on topic are compared by meaning too. Your own topics and
    corrections are used.

    In: {id, title, text}, with published and language if known. Out: {id, story, duplicate_of}, all
    at the end, since a late article may show two stories to be one.

    Example: wirewatch thread --jsonl articles.jsonl > stories.jsonl
    """
    from enrich.stories.thread_lines import thread_lines
    from wirewatch.newsroom.own import own_files, tagger

    meaning_of = tagger(own_files(load_settings(context.obj).home)).meaning
    try:
        stories = list(thread_lines(rows(file, "id"), meaning_of=meaning_of))
    except ValidationError as error:
        wrong = error.errors()[0]
        name = ".".join(map(str, wrong["loc"]))
        raise UsageError(f"{file.name}: {name} is {wrong['input']!r}: {reason(wrong)}") from error
    print_lines(stories)


_TEXTS = ("url", "html", "title", "text")
"""Names in a row whose values, if present, are texts."""


def rows(file: File, *needed: str) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines.

    Raises:
        UsageError: a line is not JSON, lacks a required name, or has a value that should be text
            and is not; the error names it.
    """
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{file.name}, line {number} is not JSON: {error}") from error
        given = row if isinstance(row, dict) else {}
        if missing := [name for name in needed if given.get(name) is None]:
            raise UsageError(f"{file.name}, line {number} lacks {', '.join(missing)}")
        for name in ("id", *_TEXTS):
            is_number = name == "id" and isinstance(row[name], int | float)
            if not (is_number or _is_text(row.get(name))):
                raise UsageError(f"{file.name}, line {number}: {name} is not text")
        yield row


def _is_text(value: object) -> bool:
    """Whether a value is text or None. Half a surrogate pair is valid JSON but not text."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return value is None or isinstance(value, str)


def _page(row: Mapping[str, Any], file: File) -> bytes | str:
    if isinstance(row.get("html"), str):
        return str(row["html"])
    if not isinstance(row.get("path"), str):
        raise UsageError(f"{file.name}: row {row['id']!r} has neither html nor path")
    path = Path(file.name).parent / row["path"]
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{file.name}: row {row['id']!r}: {path}: {error}") from error
