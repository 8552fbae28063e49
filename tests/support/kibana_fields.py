"""The fields that panels, filters, queries, controls, searches and rules name, checked against
an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from elasticsearch import Elasticsearch
from kibana_kql import parse
from kibana_panels import Library, Panel, UnknownPartError

from kibana.objects import Json

Use = Literal["shown", "asked", "counted", "number", "date", "place"]
"""What a field is used for: to be shown, queried, counted or sorted by its values, or used as one
of these types."""

RECORDS = "___records___"
"""Lens's name for the documents themselves when they are counted."""

NUMBERS = frozenset({"long", "integer", "short", "byte", "double", "float", "half_float"})
_KINDS: dict[str, frozenset[str]] = {
    "number": NUMBERS | {"date"},
    "date": frozenset({"date"}),
    "place": frozenset({"geo_point"}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an index: its type, and whether its values can be counted and queried."""

    type: str
    counted: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A field that something names, and its use."""

    place: str
    view: str
    field: str
    use: Use


def index_fields(client: Elasticsearch, index: str) -> dict[str, Field]:
    """The fields of an index or alias, as Elasticsearch reports them to Kibana."""
    told = client.field_caps(index=index, fields="*")["fields"]
    return {
        name: Field(
            type=kind,
            counted=all(one["aggregatable"] for one in kinds.values()),
            asked=all(one["searchable"] for one in kinds.values()),
        )
        for name, kinds in told.items()
        for kind in kinds
    }


def problems(library: Library, fields: Mapping[str, Mapping[str, Field]]) -> list[str]:
    """The problems of the fields named; `fields` maps each index name to its fields.

    Raises:
        UnknownPartError: something, such as a query, is not known here and cannot be checked.
    """
    known = {view["id"]: _of_view(view["attributes"], fields) for view in library.views()}
    return [
        f"{one.place}: {wrong}"
        for one in named(library)
        if (wrong := _wrong(one, known[one.view])) is not None
    ]


def named(library: Library) -> Iterator[Named]:
    """Every field named anywhere."""
    for view in library.views():
        for field, use in _by_view(view["attributes"]):
            yield Named(f"data view {view['id']}", view["id"], field, use)
    for panel in library.panels():
        for field, use in _by_panel(panel):
            yield Named(panel.place, panel.view, field, use)


def _of_view(view: Json, fields: Mapping[str, Mapping[str, Field]]) -> dict[str, Field]:
    """The fields of a data view: those of its index and its runtime fields."""
    own = {
        name: Field(field["type"], counted=True, asked=True)
        for name, field in view["runtimeFieldMap"].items()
    }
    return {**fields[view["title"]], **own}


def _wrong(one: Named, fields: Mapping[str, Field]) -> str | None:
    field = fields.get(one.field)
    if field is None:
        return f"there is no field {one.field!r}"
    if one.use in _KINDS and field.type not in _KINDS[one.use]:
        return f"{one.field!r} is of the type {field.type}, and is used as a {one.use}"
    if one.use in ("counted", "number", "date", "place") and not field.counted:
        return f"{one.field!r} cannot be counted or sorted by"
    if one.use == "asked" and not field.asked:
        return f"{one.field!r} cannot be asked for"
    return None


def _by_view(view: Json) -> Iterator[tuple[str, Use]]:
    yield view["timeFieldName"], "date"
    for name in (*view["fieldFormatMap"], *view["fieldAttrs"]):
        yield name, "shown"
    for each in view["sourceFilters"]:
        yield each["value"], "shown"


def _by_panel(panel: Panel) -> Iterator[tuple[str, Use]]:
    for query in panel.queries:
        yield from ((field, "asked") for field in parse(query).fields)
    for each in panel.filters:
        yield from _by_filter(each)
    match panel.kind:
        case "lens":
            for column in panel.asks["columns"].values():
                yield from _by_column(panel.place, column)
        case "map":
            yield panel.asks["geoField"], "place"
            _check_metrics(panel)
        case "search":
            yield from ((name, "shown") for name in panel.asks["columns"])
            yield from ((name, "counted") for name, _ in panel.asks["sort"])
        case "control":
            yield panel.asks, "counted"
        case "rule":
            yield panel.asks["timeField"], "date"
            yield from _by_rule(panel.asks)


def _by_column(place: str, column: Json) -> Iterator[tuple[str, Use]]:
    if "filter" in column:
        yield from ((name, "asked") for name in parse(column["filter"]["query"]).fields)
    operation: str = column["operationType"]
    field: str = column.get("sourceField", "")
    params: Json = column.get("params", {})
    match operation:
        case "filters":
            for each in params["filters"]:
                yield from ((name, "asked") for name in parse(each["input"]["query"]).fields)
        case "count":
            if field != RECORDS:
                yield field, "shown"
        case "terms":
            yield field, "counted"
            for name in params.get("secondaryFields", ()):
                yield name, "counted"
        case "unique_count":
            yield field, "counted"
        case "date_histogram":
            yield field, "date"
        case "last_value":
            yield field, "counted"
            yield params["sortField"], "date"
        case "min" | "max" | "average" | "sum" | "median" | "percentile":
            yield field, "number"
        case other:
            raise UnknownPartError(f"{place} works with {other}, which is not known here")


def _check_metrics(panel: Panel) -> None:
    for metric in panel.asks["metrics"]:
        if metric["type"] != "count":
            raise UnknownPartError(f"{panel.place} works with {metric['type']}, not known here")


def _by_rule(params: Json) -> Iterator[tuple[str, Use]]:
    if "aggField" in params:
        yield params["aggField"], "number"
    if "termField" in params:
        yield params["termField"], "counted"


def _by_filter(one: Json) -> Iterator[tuple[str, Use]]:
    """The fields of a filter: the one that Kibana shows, and those of its query."""
    if key := one.get("meta", {}).get("key"):
        yield key, "asked"
    yield from ((field, "asked") for field in _by_clause(one.get("query", {})))


_OF_A_FIELD = frozenset(
    {"term", "terms", "match", "match_phrase", "range", "prefix", "wildcard", "regexp"}
)


def _by_clause(clause: Any) -> Iterator[str]:
    """The fields of a clause of the query DSL."""
    if isinstance(clause, list):
        for each in clause:
            yield from _by_clause(each)
    elif isinstance(clause, dict):
        for name, inside in clause.items():
            if name in _OF_A_FIELD:
                yield from inside
            elif name == "exists":
                yield inside["field"]
            elif name in ("bool", "filter", "must", "must_not", "should"):
                yield from _by_clause(inside)
            elif name not in ("match_all", "minimum_should_match"):
                raise UnknownPartError(f"a filter asks by {name}, which is not known here")
