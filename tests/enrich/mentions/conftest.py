"""The finder with the package's lists, and a shorthand for using it."""

from __future__ import annotations

from collections.abc import Callable

import as_shipped
import pytest

from core.records import Mention
from enrich.mentions.finder import MentionFinder

Find = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture(scope="session")
def finder() -> MentionFinder:
    return as_shipped.finder()


@pytest.fixture(scope="session")
def find(finder: MentionFinder) -> Find:
    """The mentions found in a text: kind, words, name."""

    def found(text: str, title: str = "") -> list[tuple[str, str, str]]:
        return [
            (one.kind.value, said(one, title, text), one.name) for one in finder.find(title, text)
        ]

    return found


def said(mention: Mention, title: str, text: str) -> str:
    return (title if mention.field == "title" else text)[mention.start : mention.end]
