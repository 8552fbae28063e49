"""How articles are stored in Elasticsearch: one index a month, made by templates, behind one alias.

    wirewatch-articles                    alias over all months: what is searched
    wirewatch-articles-2026.11            what was first seen in a month (UTC): what is written to
    wirewatch-articles-2026.11-000002     that month rebuilt; then the name above is its alias

`first_seen` never changes, so all revisions of an article meet in one index: `_id` and external
version are compared within one index only. `templates/` has what makes an index: two component
templates, the index template of months, which adds the alias, and that of generations, which does
not: they are searched only once they are complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from core.index import IndexUnavailableError
from core.records import Article

ALIAS = "wirewatch-articles"

VERSION = 1
"""The templates' version. An index of an older one is copied into a new generation (`generations`),
one of a newer version is left alone. An index without a version counts as older."""

COMPONENTS = ("settings", "mappings")
TEMPLATES = ("articles", "generations")

_GENERATION = re.compile(r"-\d{6}$")
_MONTH = re.compile(r"\d{4}\.\d{2}")


@dataclass(frozen=True, slots=True)
class Live:
    """An index that is searched: its name, its month (`2026.11`) and the version of its
    templates."""

    name: str
    month: str
    version: int

    @property
    def outdated(self) -> bool:
        """Whether it has to be copied before it can be written to."""
        return self.version < VERSION


def month_of(article: Article) -> str:
    """The month whose index an article is kept in: `2026.11`."""
    return month_at(article.first_seen)


def month_at(moment: datetime) -> str:
    """The month of a moment, in UTC."""
    return moment.astimezone(UTC).strftime("%Y.%m")


def name_of(alias: str, month: str) -> str:
    """The name under which a month is written to."""
    return f"{alias}-{month}"


def generation_after(alias: str, month: str, names: Iterable[str]) -> str:
    """The name of the next generation of a month, later than all of these indices."""
    numbers = [_number_of(name) for name in names if _month(alias, name) == month]
    return f"{name_of(alias, month)}-{max(numbers, default=0) + 1:06}"


def earlier_generations(alias: str, name: str, names: Iterable[str]) -> list[str]:
    """Those of some indices that are earlier generations of the same month."""
    month, number = _month(alias, name), _number_of(name)
    return [one for one in names if _month(alias, one) == month and _number_of(one) < number]


def _number_of(name: str) -> int:
    """Which generation of its month an index is; the first has no number."""
    found = _GENERATION.search(name)
    return int(found[0][1:]) if found else 1


def _month(alias: str, name: str) -> str | None:
    month = _GENERATION.sub("", name).removeprefix(f"{alias}-")
    return month if _MONTH.fullmatch(month) else None


@cache
def _file(name: str) -> str:
    folder = resources.files("search.elastic").joinpath("templates")
    return folder.joinpath(f"{name}.json").read_text("utf-8")


def template(name: str, alias: str = ALIAS) -> dict[str, Any]:
    """One of the templates, for our indices under an alias."""
    loaded: dict[str, Any] = json.loads(_file(name).replace(ALIAS, alias))
    return loaded


def put_templates(client: Elasticsearch, alias: str, more_settings: Mapping[str, Any]) -> None:
    """Put the templates, with settings that only some servers know.

    Raises `ApiError` or `TransportError`.
    """
    for name in COMPONENTS:
        body = template(name, alias)
        if name == "settings":
            body["template"]["settings"] |= more_settings
        client.cluster.put_component_template(name=f"{alias}-{name}", **body)
    for name in TEMPLATES:
        named = alias if name == "articles" else f"{alias}-{name}"
        client.indices.put_index_template(name=named, **template(name, alias))


def remove_templates(client: Elasticsearch, alias: str) -> None:
    """Remove the templates after a benchmark or a test."""
    quiet = client.options(ignore_status=404)
    quiet.indices.delete_index_template(name=f"{alias},{alias}-generations")
    for name in COMPONENTS:
        quiet.cluster.delete_component_template(name=f"{alias}-{name}")


def live(client: Elasticsearch, alias: str) -> list[Live]:
    """The indices behind the alias, by their names; none if there is no alias.

    Raises `ApiError` or `TransportError`, and `IndexUnavailableError` if one is not ours.
    """
    try:
        found = client.indices.get(
            index=alias,
            features=["aliases", "mappings"],
            filter_path=["*.aliases", "*.mappings._meta"],
        )
    except NotFoundError:
        return []
    return [_live(alias, name, dict(found[name])) for name in sorted(found)]


def aside(client: Elasticsearch, alias: str) -> list[str]:
    """Our indices that are not behind the alias: not searched, or not yet.

    Raises `ApiError` or `TransportError`.
    """
    found = client.indices.get(
        index=f"{alias}-*", features=["aliases"], filter_path=["*.aliases"], expand_wildcards="open"
    )
    return [name for name in sorted(found) if alias not in found[name]["aliases"]]


def strays(alias: str, names: Iterable[str]) -> list[Live]:
    """Among indices that are aside, the months that were made while the templates were missing."""
    return [
        Live(name, month, 0)
        for name in names
        if not _GENERATION.search(name) and (month := _month(alias, name))
    ]


def _live(alias: str, name: str, found: Mapping[str, Any]) -> Live:
    if (month := _month(alias, name)) is None:
        raise IndexUnavailableError(
            f"{name} is searched as {alias}, but is no month's index: take it out of that alias, or"
            " set another `elasticsearch_alias` and rebuild the index"
        )
    meta = found.get("mappings", {}).get("_meta", {})
    return Live(name, month, int(meta.get("version", 0)))


def create(client: Elasticsearch, name: str) -> None:
    """Create an index by the templates, unless another writer has already created it.

    Raises `ApiError` or `TransportError`.
    """
    try:
        client.indices.create(index=name)
    except BadRequestError as error:
        if error.error not in ("resource_already_exists_exception", "invalid_index_name_exception"):
            raise
