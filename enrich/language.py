"""Which language a text is in."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LEAST_LETTERS = 12
"""Fewer letters than this say nothing sure: "Police" is English, German and French."""

LEAST_CONFIDENCE = 0.2
"""Below this the identifier guesses: of English headlines some 5 % fall under it, mostly names."""

MOST_CHARACTERS = 2000
"""A text's beginning tells its language; the rest would only cost time."""

_LANGUAGES = """
af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it
ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my ne nl nn no pa pl ps pt ro ru si sk sl so sq sr
sv sw ta te th tl tr uk ur uz vi zh zu
"""
LANGUAGES = tuple(_LANGUAGES.split())
"""The languages that news is looked for in (ISO 639-1). Rarer ones, and Nigerian Pidgin and
Latin above all, would take headlines made of names and product words away from English."""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def language(text: str) -> str:
    """The ISO 639-1 code of a text's language, or "" where it is too short or unsure."""
    text = text[:MOST_CHARACTERS]
    if sum(map(str.isalpha, text)) < LEAST_LETTERS:
        return ""
    code, confidence = _identifier().classify(text)
    return str(code) if confidence >= LEAST_CONFIDENCE else ""
