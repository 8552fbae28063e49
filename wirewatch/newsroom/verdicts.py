"""Readers' verdicts on articles, in a file of the home folder that `wirewatch train` learns from.

A row has the fields of the training data, `title`, `text` and `label`, and the article's id and
address.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, TypeAlias

from core.files import edit_file
from core.records import Article

FILE = "corrections.jsonl"

Label: TypeAlias = Literal["positive", "hard_negative"]
"""About surveillance, or not about it although it may look so."""


class Verdicts:
    """A home folder's file of verdicts; the last on an article counts."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def of(self, article: str) -> str | None:
        """The label that a reader gave the article with this id."""
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        found = next((row for row in map(_row, reversed(lines)) if row.get("id") == article), {})
        return found.get("label")

    def keep(self, article: Article, label: Label | None) -> None:
        """Keep a verdict, replacing an earlier one; None removes it. Other lines are left alone."""
        row = {
            "id": article.id,
            "url": article.url,
            "title": article.title,
            "text": article.text,
            "label": label,
        }
        self._put(article.id, json.dumps(row, ensure_ascii=False).encode("utf-8") if label else b"")

    def forget(self, article: str) -> None:
        """Remove an article, given by its id, from the file, if it is there."""
        if self.path.exists():
            self._put(article, b"")

    def _put(self, article: str, row: bytes) -> None:
        def edited(content: bytes) -> bytes:
            lines = [line for line in content.split(b"\n") if line.strip()]
            kept = [line for line in lines if _row(line).get("id") != article]
            kept += [row] if row else []
            return b"".join(line + b"\n" for line in kept)

        edit_file(self.path, edited)


def _row(line: bytes) -> dict[str, str]:
    """The row in a line; empty if it is not one: `wirewatch train` reports what is wrong."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}
