"""Read senses from their files: one each, in the folder of its kind, plus the lists they share.

`README.md` in this folder explains the format for people who write senses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Literal, get_args

from enrich.senses.phrasebook import PhraseError, SenseError

Kind = Literal["positive", "lookalike"]
"""What a sense says about a story; also the name of the folder with its file."""

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""The languages that senses have phrases of (ISO 639-1)."""

ANY = "any"
"""The key of phrases that serve several languages, or none: names, acronyms, lists of them."""

LISTS = "lists.toml"

_FIELDS = ("name", "definition", "in", "out", "phrases")


@dataclass(frozen=True, slots=True)
class Sense:
    """A meaning that counts for the topic (`positive`) or only looks like it (`lookalike`)."""

    name: str
    phrases: tuple[str, ...]
    kind: Kind = "positive"
    definition: str = ""
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


Lists = Mapping[str, Sequence[str]]
"""Words that phrases share, by the name used in `<name>`."""


@dataclass(frozen=True, slots=True)
class SenseFolder:
    """The contents of a folder of senses, ordered by kind, then by file name."""

    senses: tuple[Sense, ...]
    lists: Lists
    paths: Mapping[str, str]
    """The file of each sense, by the sense's name."""

    def explained(self, error: PhraseError) -> SenseError:
        """The error of a phrase that cannot be read, with the name of its file."""
        place = error.place
        return SenseError(f"{LISTS if place.of == 'list' else self.paths[place.name]}: {error}")


def read_folder(folder: Traversable) -> SenseFolder:
    """Read a folder of senses.

    Raises `SenseError` on broken data: it names the file and, if known, the sense and the phrase.
    Phrases are not parsed here but when they are compiled.
    """
    lists = _lists(folder.joinpath(LISTS))
    paths: dict[str, str] = {}
    senses = []
    for path, kind, file in _files(folder):
        sense = _sense(_table(file, path), kind, path)
        if (other := paths.setdefault(sense.name, path)) != path:
            raise SenseError(f"{path}: sense {sense.name!r} has the name of the one in {other}")
        senses.append(sense)
    return SenseFolder(tuple(senses), lists, paths)


def _files(folder: Traversable) -> Iterator[tuple[str, Kind, Traversable]]:
    """The files of senses: path within the folder, kind, and the file."""
    for kind in get_args(Kind):
        files = {file.name: file for file in folder.joinpath(kind).iterdir()}
        for name in sorted(files):
            if name.endswith(".toml"):
                yield f"{kind}/{name}", kind, files[name]


def _table(file: Traversable, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SenseError(f"{path}: {error}") from error


def _lists(file: Traversable) -> Lists:
    lists = _table(file, LISTS)
    for name, entries in lists.items():
        _check_texts(entries, f"{LISTS}: list {name!r}")
    return lists


def _sense(table: Mapping[str, Any], kind: Kind, path: str) -> Sense:
    """A sense, from its file's table."""
    where = f"{path}: sense {table.get('name', '')!r}"
    _check_keys(table, _FIELDS, where)
    if missing := [field for field in _FIELDS if field not in table]:
        raise SenseError(f"{where}: {', '.join(missing)} missing")
    for field in ("name", "definition"):
        if not isinstance(table[field], str) or not table[field].strip():
            raise SenseError(f"{where}: {field} is {table[field]!r}; expected a text")
    for field in ("in", "out"):
        _check_texts(table[field], f"{where}: {field}")
    return Sense(
        table["name"],
        _phrases(table["phrases"], where),
        kind,
        table["definition"],
        tuple(table["in"]),
        tuple(table["out"]),
    )


def _phrases(by_language: object, where: str) -> tuple[str, ...]:
    """All phrases of a sense. The language is only a help for people who read the file: every
    phrase is looked for in every text, since stories quote and name things in other languages."""
    if not isinstance(by_language, dict) or not by_language:
        raise SenseError(f"{where}: expected phrases by language, such as en = ['a phrase']")
    _check_keys(by_language, (*LANGUAGES, ANY), f"{where}: phrases")
    found: dict[str, str] = {}
    for language, phrases in by_language.items():
        _check_texts(phrases, f"{where}: phrases: {language}")
        for phrase in phrases:
            if phrase in found:
                raise SenseError(
                    f"{where}: phrase {phrase!r} stands under {found[phrase]} and {language}"
                )
            found[phrase] = language
    return tuple(found)


def _check_keys(table: Mapping[str, object], known: Sequence[str], where: str) -> None:
    if unknown := [key for key in table if key not in known]:
        raise SenseError(f"{where}: unknown {', '.join(unknown)}; expected {', '.join(known)}")


def _check_texts(texts: object, where: str) -> None:
    """Raise if something is not a list of texts: a plain text would be read letter by letter."""
    if not isinstance(texts, list):
        raise SenseError(f"{where} is {texts!r}; expected a list of texts")
    for number, text in enumerate(texts, 1):
        if not isinstance(text, str) or not text.strip():
            raise SenseError(f"{where}: {text!r}, number {number}, is no text")
