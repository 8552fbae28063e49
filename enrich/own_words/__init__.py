"""News in our own words, for training and for checks that nothing learns from.

Feed items: `examples/` to learn from; `checks/` and whole articles in `articles/`, which nothing
learns from. Affairs as several desks report them: `affairs/` to learn from, `affair_checks/`, which
nothing learns from. Affairs off topic, close to it and far from it, are learnt from too:
`other_affairs/`.

Some items retell affairs that were in the news, most are invented. Agencies and firms are named as
news names them. Nothing here is evidence of anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

Folder = Literal["examples", "checks", "articles"]

AffairFolder = Literal["affairs", "affair_checks", "other_affairs"]

AFFAIR_FOLDERS: tuple[AffairFolder, ...] = get_args(AffairFolder)


@dataclass(frozen=True, slots=True)
class Item:
    """An item, its label as in the training data, its topics, and the reason for its label."""

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
    """An item on an affair, `day` days after the first one. Labelled as if it stood alone.

    Affairs that are easily mistaken for one another share a `neighbour`; others have "".
    """

    affair: str
    neighbour: str
    day: int
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A tagger's results on a language's items: stories, tagged stories, other items, and tagged
    ones among those."""

    language: str
    stories: int
    hits: int
    others: int
    alarms: int


def items(folder: Folder, language: str) -> list[Item]:
    """The items of a language."""
    return [Item(**row) for row in _rows(folder, f"{language}.jsonl")]


def affairs(folder: AffairFolder) -> dict[str, list[Report]]:
    """The reports of each author, by file name; those of an affair in their order."""
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
    """Try a tagger on items of a language, leaving out those that readers may differ on."""
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
