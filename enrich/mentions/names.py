"""Read the lists of names: the package's, and a newsroom's own file.

A list is TOML: `kind`, and `names`, a table each, whose fields docs/mentions.md explains. A `kind`
among them is said only if it differs from the list's.

A spelling with a capital is looked for as written and all in capitals; one without is looked for in
any case. A `*` at the end lets the word continue: German compounds, plurals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import WirewatchError
from core.handwritten import read_composed, read_text, read_toml
from core.records import MentionKind
from core.refusals import reason
from enrich.mentions.gazetteer import read_places
from enrich.mentions.unified import straight

LISTS = (
    "agencies.toml",
    "vendors.toml",
    "programmes.toml",
    "technologies.toml",
    "laws.toml",
    "courts.toml",
    "people.toml",
    "misp_agencies.toml",
    "misp_vendors.toml",
)
"""In order of precedence: a spelling in two lists belongs to the first."""

OWN_FILE = "names.toml"
"""A newsroom's own list, in its home folder. It takes precedence over those of the package."""

COUNTRY = "country"
"""A name that needs this counts only in an article that speaks of the name's country."""


_EXPECTED = {
    "string_pattern_mismatch": 'expected two capitals, such as "GB"',
    "tuple_type": 'expected a list, such as ["GCHQ"]',
}
"""What errors of some kinds say, where more is known of what these lists expect."""


class NamesError(WirewatchError):
    """A list of names cannot be read; the message says which, where and why."""


class Name(BaseModel):
    """An entry of a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: MentionKind
    also: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    uri: str = ""
    needs: str | None = None
    joins: Literal["may", "must"] | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling that is looked for, as a unified text has it."""
        return tuple(map(straight, self.only or (self.name, *self.also)))

    @property
    def link(self) -> str:
        """Its stable URI; one under wirewatch's own tag if the list gives none."""
        scheme, _, rest = self.uri.partition(":")
        if scheme == "wikidata":
            return f"http://www.wikidata.org/entity/{rest}"
        if scheme == "wikipedia":
            return f"https://en.wikipedia.org/wiki/{rest}"
        if self.uri:
            return self.uri
        slug = re.sub(r"[\W_]+", "-", self.name.casefold()).strip("-")
        return f"tag:wirewatch.example,2026:{self.kind}/{slug}"


def read_names(own: Path | None = None) -> list[Name]:
    """The names of all lists, the newsroom's own first if `own` is a file.

    Raises:
        NamesError: a list is not TOML, or an entry does not fit.
    """
    found = read_list(own) if own is not None and own.is_file() else []
    for name in LISTS:
        found += parse_names(_list_text(name), name)
    return list(_united(found))


def _united(names: Iterable[Name]) -> Iterator[Name]:
    """The names, of which those of one body have one name and link, the first: a list has the DGSI
    as "General Directorate for Internal Security", too, and a search for one would miss the
    other."""
    known: dict[tuple[str, str, MentionKind], Name] = {}
    for name in names:
        if name.country is None or name.kind not in (MentionKind.AGENCY, MentionKind.COURT):
            yield name
            continue
        keys = [(one, name.country, name.kind) for one in (name.link, *name.spellings)]
        first = next((known[key] for key in keys if key in known), name)
        known |= dict.fromkeys(keys, first)
        same = {"name": first.name, "uri": first.link, "only": name.spellings}
        yield name if first is name else name.model_copy(update=same)


def read_list(file: Path) -> list[Name]:
    """The names of a newsroom's own list.

    Raises:
        NamesError: it is not TOML, or an entry does not fit.
    """
    return list(parse_names(read_text(file, NamesError), str(file)))


def parse_names(text: str, place: str) -> Iterator[Name]:
    """The entries of one list; `place` names it in errors."""
    table, contexts = read_composed(text, place, NamesError), read_contexts()
    names = table.pop("names", [])
    if unknown := sorted(table.keys() - {"kind"}):
        raise NamesError(f"{place}: {unknown[0]!r} means nothing here; expected: names, kind")
    if not isinstance(names, list):
        example = 'names = [{ name = "GCHQ", kind = "agency" }]'
        raise NamesError(f"{place}: expected a list, such as {example}")
    for number, row in enumerate(names, 1):
        try:
            name = Name(**(table | row))
        except (ValidationError, TypeError) as error:
            raise NamesError(f"{place}, name {number}: {_why(error)}") from error
        if name.needs not in (None, COUNTRY) and name.needs not in contexts:
            known = ", ".join(sorted([COUNTRY, *contexts]))
            raise NamesError(f"{place}, {name.name}: no context {name.needs!r}; one of {known}")
        if name.country is not None and name.country not in _countries():
            raise NamesError(
                f"{place}, {name.name}: no country {name.country!r}; "
                'its code is that of ISO 3166-1, such as "GB"'
            )
        yield name


def _why(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return 'expected a table such as { name = "GCHQ", kind = "agency" }'
    first = error.errors()[0]
    said = _EXPECTED.get(first["type"]) or reason(first)
    return f"{'.'.join(map(str, first['loc']))}: {said}"


@cache
def _countries() -> frozenset[str]:
    return frozenset(one.country for one in read_places())


@cache
def read_contexts() -> Mapping[str, tuple[str, ...]]:
    """The words of each context, by the context's name."""
    table = _list("contexts.toml")
    return {name: tuple(words) for name, words in table.items()}


@cache
def read_demonyms() -> Mapping[str, tuple[str, ...]]:
    """The nationalities of each country, by its code."""
    table = _list("demonyms.toml")["demonyms"]
    return {code: tuple(words) for code, words in table.items()}


@cache
def read_nationalities() -> Mapping[str, str]:
    """The country of each nationality, in the form used before a name: "Austrian"."""
    return {
        word.rstrip("*").capitalize(): country
        for country, words in read_demonyms().items()
        for word in words
    }


@cache
def read_cues() -> Mapping[str, frozenset[str]]:
    """The sets of `cues.toml`."""
    table = _list("cues.toml")
    return {name: frozenset(words.split()) for name, words in table.items()}


@cache
def read_others() -> tuple[str, ...]:
    """Names that contain a listed one but are not themselves mentions."""
    table = _list("others.toml")
    return tuple(name for line in table["others"].splitlines() for name in line.split("|") if name)


@cache
def read_words(name: str) -> frozenset[str]:
    """A list of single words, one per line."""
    lines = _list_text(name).splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def read_common_words() -> frozenset[str]:
    """Common words in lower case, including those of headlines."""
    return read_words("common_words.txt") | read_cues()["headline_verbs"]


@cache
def read_given_names() -> frozenset[str]:
    """Given names: the generated list and those added by hand."""
    return read_words("given_names.txt") | read_cues()["more_given"]


def _list_text(name: str) -> str:
    return resources.files("enrich.mentions.lists").joinpath(name).read_text("utf-8")


def _list(name: str) -> dict[str, Any]:
    return read_toml(_list_text(name), name, NamesError)
