"""Phrases that reveal pages other than the article, in seven languages, from `phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def phrase(topic: str) -> re.Pattern[str]:
    """A pattern for any phrase of a topic, in any language, in a text of one line.

    Raises:
        KeyError: there is no such topic.
    """
    file = resources.files("ingest.extraction").joinpath("phrases.toml")
    languages = tomllib.loads(file.read_text("utf-8"))[topic]
    every = (pattern for patterns in languages.values() for pattern in patterns)
    # A phrase has to begin where a word begins, so that "set" is not found in "reset".
    return re.compile(rf"\b(?:{'|'.join(every)})".replace(r"\b(?:¿?", "(?:¿?"), re.IGNORECASE)
