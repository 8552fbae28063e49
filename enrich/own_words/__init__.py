"""News in our own words: feed items, in `examples/` to learn from and in `checks/`, that nothing
learns from, and whole `articles/`, that nothing learns from either; and affairs as several desks
report them, in `affairs/` to learn from and in `affair_checks/`, that nothing learns from. Affairs
off topic, beside it and far from it, are learnt from, too: `other_affairs/`.

Written to teach and to check: some items retell affairs that were in the news, most are invented.
Agencies and firms are named as news names them. Nothing here is evidence of anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

from enrich.senses import reader

Folder = Literal["examples", "checks", "articles"]

AffairFolder = Literal["affairs", "affair_checks", "other_affairs"]

AFFAIR_FOLDERS: tuple[AffairFolder, ...] = get_args(AffairFolder)

LANGUAGES = reader.LANGUAGES
"""The languages that there are items in: those that senses have phrases of."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item, its label as in the training data, its topics, and why it is so labelled."""

    title: str
    text: str
    label: str
    topics: tuple[str, ...]
    why: str

    @property
    def positive(self) -> bool:
        """Whether it is a story about surveillance."""
        return self.label == "positive"


@dataclass(frozen=True, slots=True)
class Report(Item):
    """An item on an affair, `day` days after the first on it. Labelled as if it stood alone.

    Affairs that are easily taken for one another have the same `neighbour`, others "".
    """

    affair: str
    neighbour: str
    day: int
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tagger made of a language's items: stories, and those tagged; others, too."""

    language: str
    stories: int
    hits: int
    others: int
    alarms: int


def items(folder: Folder, language: str) -> list[Item]:
    """The items of a language."""
    return [Item(**row) for row in _rows(folder, f"{language}.jsonl")]


def affairs(folder: AffairFolder) -> dict[str, list[Report]]:
    """The reports by each author, by the name of his file; those of an affair in its order."""
    names = sorted(file.name for file in files("enrich.own_words").joinpath(folder).iterdir())
    return {
        name.removesuffix(".jsonl"): [Report(**row) for row in _rows(folder, name)]
        for name in names
    }


def reports(folder: AffairFolder, language: str) -> list[Report]:
    """The reports in a language by all authors."""
    return [one for told in affairs(folder).values() for one in told if one.language == language]


def _rows(folder: str, name: str) -> list[dict[str, Any]]:
    content = files("enrich.own_words").joinpath(folder, name).read_text("utf-8")
    rows = map(json.loads, content.splitlines())
    return [{**row, "topics": tuple(row["topics"])} for row in rows]


def outcome(
    language: str, labelled: Sequence[Item], is_tagged: Callable[[str, str], bool]
) -> Outcome:
    """Try a tagger on items of a language, those left out on which readers may differ."""
    clear = [item for item in labelled if item.label != "borderline"]
    tagged = [is_tagged(item.title, item.text) for item in clear]
    stories = sum(item.positive for item in clear)
    hits = sum(item.positive and one for item, one in zip(clear, tagged, strict=True))
    return Outcome(language, stories, hits, len(clear) - stories, sum(tagged) - hits)


def f1(outcomes: Sequence[Outcome]) -> float:
    """F1 over the checks of several languages together."""
    hits = sum(one.hits for one in outcomes)
    tagged = hits + sum(one.alarms for one in outcomes)
    return 2 * hits / max(1, tagged + sum(one.stories for one in outcomes))
