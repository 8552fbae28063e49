"""Spreadsheets that a browser saves."""

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
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
