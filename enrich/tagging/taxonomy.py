"""The topics of surveillance as data: the package's, and a newsroom's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from core.errors import WirewatchError
from core.handwritten import read_composed, read_text
from core.records import SURVEILLANCE
from enrich.senses import Sense, Senses
from enrich.senses.phrasebook import PhraseError

OWN_FILE = "topics.toml"
"""The file of a newsroom's own topics, in its home folder."""


class TopicError(WirewatchError):
    """A topic's data cannot be read; the message says which, where, and what was expected."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of surveillance."""

    name: str
    title: str
    definition: str
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@cache
def shipped() -> tuple[Topic, ...]:
    """The topics that come with the package, in order."""
    return _parse(files("enrich.tagging").joinpath("topics.toml").read_text("utf-8"), "topics.toml")


def finder_of(topics: Sequence[Topic], senses: Senses) -> Senses:
    """A finder for the phrases of topics, each topic as a sense of its name."""
    return senses.with_senses([Sense(topic.name, topic.phrases) for topic in topics])


def listed_in(path: Path) -> tuple[Topic, ...]:
    """A newsroom's own topics, as a file lists them. Their phrases are not tried on their examples:
    that takes a second or two.

    Raises `TopicError` if it cannot be read.
    """
    topics = _parse(read_text(path, TopicError), str(path))
    taken = {SURVEILLANCE, *(topic.name for topic in shipped())}
    for topic in topics:
        where = f"{path}, topic {topic.name!r}"
        if topic.name in taken:
            raise TopicError(f"{where}: this name is already taken; choose another")
        if not topic.phrases:
            raise TopicError(f"{where}: expected `phrases`, a list with at least one phrase")
    return topics


def read_own(path: Path) -> OwnTopics | None:
    """Read a newsroom's own topics from a file; None if it has none.

    Raises `TopicError` if it cannot be read, or if a topic's own examples contradict it.
    """
    topics = listed_in(path)
    try:
        finder = finder_of(topics, Senses.load())
    except PhraseError as error:
        raise TopicError(f"{path}, topic {error.place.name!r}: {error.fault}") from error
    for topic in topics:
        _check(topic, finder, f"{path}, topic {topic.name!r}")
    return OwnTopics(topics, finder) if topics else None


@dataclass(frozen=True, slots=True)
class OwnTopics:
    """A newsroom's own topics: each applies where one of its phrases is found."""

    topics: tuple[Topic, ...]
    finder: Senses


def _check(topic: Topic, finder: Senses, where: str) -> None:
    """Check a topic against its own examples."""
    found = (
        ("in", topic.inside, True, "none of its phrases is found"),
        ("out", topic.outside, False, "one of its phrases is found"),
    )
    for key, texts, wanted, why in found:
        for text in texts:
            if any(match.sense == topic.name for match in finder.find(text)) != wanted:
                raise TopicError(f"{where}: {why} in {text!r}, an example under `{key}`")


_NEEDED = ("name", "title", "definition")
_KEYS = (*_NEEDED, "in", "out", "phrases")


def _parse(toml: str, where: str) -> tuple[Topic, ...]:
    data = read_composed(toml, where, TopicError)
    rows = data.get("topic", [])
    if set(data) - {"topic"} or not _all_are(dict, rows):
        raise TopicError(f"{where}: expected only tables headed [[topic]]")
    topics = []
    for number, row in enumerate(rows, 1):
        unknown = [key for key in row if key not in _KEYS]
        missing = [key for key in _NEEDED if key not in row]
        if unknown or missing:
            wrong = f"{', '.join(unknown)} unknown" if unknown else f"lacks {', '.join(missing)}"
            named = row.get("name", number)
            raise TopicError(f"{where}, topic {named!r}: {wrong}; expected {', '.join(_KEYS)}")
        for key, value in row.items():
            one = key in _NEEDED
            if not (isinstance(value, str) and value.strip() if one else _all_are(str, value)):
                expected = "a text" if one else "a list of texts"
                raise TopicError(
                    f"{where}, topic {row['name']!r}: {key} is {value!r}; expected {expected}"
                )
        topics.append(
            Topic(
                row["name"],
                row["title"],
                row["definition"],
                tuple(row.get("in", ())),
                tuple(row.get("out", ())),
                tuple(row.get("phrases", ())),
            )
        )
    if len({topic.name for topic in topics}) < len(topics):
        raise TopicError(f"{where}: two topics have the same name")
    return tuple(topics)


def _all_are(kind: type, values: object) -> bool:
    """Whether something is a list of one type. A text instead would be read letter by letter."""
    return isinstance(values, list) and all(isinstance(one, kind) for one in values)
