"""What pages say that are not the article, in seven languages: read from `phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def phrase(topic: str) -> re.Pattern[str]:
    """Any phrase of a topic, in any language; for texts in one line. KeyError for no topic."""
    file = resources.files("ingest.extraction").joinpath("phrases.toml")
    languages = tomllib.loads(file.read_text("utf-8"))[topic]
    every = (pattern for patterns in languages.values() for pattern in patterns)
    # What a phrase begins with begins a word, so that "reset" holds no "set".
    return re.compile(rf"\b(?:{'|'.join(every)})".replace(r"\b(?:¿?", "(?:¿?"), re.IGNORECASE)
