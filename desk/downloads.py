"""Answers that a browser saves as files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from starlette.responses import Response, StreamingResponse

from wirewatch.presentation.spreadsheet import BOM


def download(lines: Iterator[str], name: str) -> Response:
    """A file of a name with the lines of a spreadsheet."""
    # The first lines are read before the answer starts, so that an index that is down is reported.
    begun = [BOM, *islice(lines, 2)]
    return StreamingResponse(
        chain(begun, lines),
        media_type="text/csv; charset=utf-8",
        headers=saved_as(name),
    )


def saved_as(name: str) -> dict[str, str]:
    """The header of a file of a name, which is of ASCII and without quotes."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
