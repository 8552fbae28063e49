"""Identify the language of a text."""

from __future__ import annotations

from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from resiliparse.parse.lang import detect_fast

MIN_LETTERS = 12
"""Minimum letters for a sure answer: "Police" is English, German and French."""

MIN_CONFIDENCE = 0.2
"""Below this the identifier is guessing: some 5 % of English headlines fall under it, mostly
names."""

MAX_CHARACTERS = 200
"""The beginning of a text is enough to identify its language; more would only cost time. On 4,000
feed items 200 characters gave the same answer as 2,000 each time."""

SURE_DISTANCE = 600
"""Distance up to which the fast identifier's verdict "English" is trusted. Of 8,600 items in eight
languages it then chose three in four of the English ones and none of the others; it takes
a fiftieth of the other identifier's time."""

_LANGUAGES = """
af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it
ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my ne nl nn no pa pl ps pt ro ru si sk sl so sq sr
sv sw ta te th tl tr uk ur uz vi zh zu
"""
LANGUAGES = tuple(_LANGUAGES.split())
"""The languages considered (ISO 639-1). Rarer ones, and Nigerian Pidgin and Latin above all, would
claim English headlines made of names and product words."""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    # A text looks up some hundred rows of this table: contiguous rows in single precision are read
    # nearly twice as fast as the original's columns in half precision.
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc, dtype=np.float32)
    return identifier


def language(text: str) -> str:
    """The ISO 639-1 code of a text's language, or "" if the text is too short or unclear."""
    text = text[:MAX_CHARACTERS]
    if sum(map(str.isalpha, text)) < MIN_LETTERS:
        return ""
    if detect_fast(text, cutoff=SURE_DISTANCE)[0] == "en":
        return "en"
    code, confidence = _identifier().classify(text)
    return str(code) if confidence >= MIN_CONFIDENCE else ""
