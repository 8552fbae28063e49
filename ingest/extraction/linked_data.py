"""Read a page's JSON-LD: what it says about itself to machines (https://schema.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml.html import HtmlElement

from core.references import unescape
from ingest.charsets import media_type

_START = re.compile(r"[{\[](?=\s*[\[\]{}\"])")
_CDATA = re.compile(r"<!\[CDATA\[|(?:/[/*]\s*)?\]\]>\s*+(?:\*/)?\s*+$")
_COMMENT = re.compile(
    r"(?:^|(?<=[,{\[]))[ \t]*//[^\n]*$|^[ \t]*/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)", re.MULTILINE
)
_SURPLUS = r",(?=\s*[}\],])"
_SURPLUS_COMMA = re.compile(
    rf'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<unclosed>"(?:[^"\\]|\\.)*+\\?\Z)|{_SURPLUS}', re.DOTALL
)
_BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')
_LINE = re.compile(r"""^([ \t]*"[@\w:]+"\s*:\s*)["'](.*)["']([ \t]*+,?[ \t]*+)$""", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff]")

_ESCAPED = re.compile(
    r"(\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})"
    r"|\\u(?:d[89a-f][0-9a-f]{2}|00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f]))",
    re.IGNORECASE,
)
"""Escapes of control characters and lone surrogates; escaped backslashes and pairs are kept."""

_ARTICLE = re.compile(
    r"(?:Article|Posting|Report|Story|Review|Recipe|Essay|Chapter|Column|Guide)$", re.IGNORECASE
)
"""Endings of schema.org's types for texts with an author and a date."""

_MAX_NESTING = 60
"""Deeper than any meaningful graph, and well below Python's own limit."""


def linked_data(tree: HtmlElement) -> tuple[dict[str, Any], ...]:
    """The objects of a page's JSON-LD, nested ones too, in the order of the page."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if media_type(script.get("type") or "") == "application/ld+json":
            for value in read(_without_escaped(script.text or "")):
                found.extend(_objects(value, 0))
    return tuple(found)


def read(text: str) -> list[Any]:
    """The JSON values of a script, mended where a template broke them.

    What cannot be mended is returned as far as it can be read, which may be nothing: broken JSON
    says little, and the page has other witnesses.
    """
    values: list[Any] = []
    for mend in (str.strip, _unwrap, _clean, _requote):
        text = mend(text)
        values, whole = _values(text)
        if whole:
            break
    return values


def resolve(value: Any, objects: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The values of a property as a list, with references by `@id` resolved.

    `objects` are all those of the page. A reference to none of them stays as it is.
    """
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [_dereference(inner, objects) for inner in values]


def types(thing: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of an object's types, without the vocabulary's address in front."""
    named = thing.get("@type")
    names = named if isinstance(named, list) else [named]
    return tuple(re.split(r"[/#:]", name)[-1] for name in names if isinstance(name, str))


def names_of(value: object) -> list[str]:
    """The names of a thing that is written as a text or an object; none of anything else."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    name = value.get("name") or value.get("alternateName")
    return [text for text in (name if isinstance(name, list) else [name]) if isinstance(text, str)]


def is_article(thing: Mapping[str, Any]) -> bool:
    """Whether an object is an article of some kind."""
    return any(_ARTICLE.search(name) for name in types(thing))


def _without_escaped(text: str) -> str:
    """Without escapes of characters that are not text. A page's own are removed before parsing, but
    escapes become characters only here; a store that refuses one would refuse it in each pass."""
    return _ESCAPED.sub(lambda found: found[1] or " ", text)


def _dereference(value: Any, objects: Sequence[Mapping[str, Any]]) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("@id"), str) or "name" in value:
        return value
    same = (thing for thing in objects if thing.get("@id") == value["@id"] and len(thing) > 1)
    return max(same, key=len, default=value)


def _values(text: str) -> tuple[list[Any], bool]:
    """The values of a text, one or several in a row, and whether it was read to its end."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
        while position < len(text) and text[position] in " \t\r\n;,":
            position += 1
    return values, True


def _unwrap(text: str) -> str:
    """Without what is around the JSON; the same signs inside it belong to the article's words."""
    if "&quot;" in text and '"' not in text:
        text = unescape(text)
    text = _CDATA.sub("", text)
    start = _START.search(text)
    if start is None:
        return text
    text = text[start.start() :]
    return text[: max(text.rfind("}"), text.rfind("]")) + 1]


def _clean(text: str) -> str:
    text = _CONTROL.sub(" ", text)
    text = _COMMENT.sub("", text)
    text = _BAD_ESCAPE.sub(lambda found: found[0] if found[1] else "", text)
    return _SURPLUS_COMMA.sub(_without_surplus, text)


def _without_surplus(found: re.Match[str]) -> str:
    """A string as it is. Where one has no end, a stray quote before it has exchanged what is within
    strings and what is between them."""
    return found["string"] or re.sub(_SURPLUS, "", found["unclosed"] or "")


def _requote(text: str) -> str:
    """With the quotes inside a line's value escaped: templates write one property per line."""
    return _LINE.sub(lambda found: f"{found[1]}{_quote(found[2])}{found[3]}", text)


def _quote(value: str) -> str:
    return json.dumps(value.replace('\\"', '"'), ensure_ascii=False)


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_NESTING:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)
