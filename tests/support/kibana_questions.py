"""What Kibana would ask Elasticsearch for a panel, and whether the answer shows anything.

A Lens layer's columns become the aggregations that Kibana sends for them: buckets within buckets,
in the columns' order, with the metrics inside the innermost. Two things differ, so that a server
without a licensed module can answer: the interval of a histogram is an hour, where Kibana works it
out from the width of the chart; and a last value uses `top_hits`, which Kibana sends only
for array values, instead of `top_metrics`. Both give the same value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from kibana_fields import RECORDS
from kibana_kql import parse
from kibana_panels import Library, Panel, UnknownPartError

from kibana.objects import Json

SHOWN = 100
"""How many documents of a search are checked."""

VALUE = "value"
"""The name of the aggregation inside its filter."""

ZOOM = 5
"""The precision of the tiles that count a map's points: about 1,000 km wide at the equator."""


@dataclass(frozen=True, slots=True)
class Question:
    """A panel's request to Elasticsearch."""

    panel: Panel
    index: str
    body: Json


def questions(library: Library) -> Iterator[Question]:
    """The requests of all panels, controls, searches and rules."""
    for panel in library.panels():
        view = library.view(panel.view)
        yield Question(panel, view["title"], _body(panel, view))


def empty(client: Elasticsearch, question: Question) -> list[str]:
    """Send a question; return the columns that have no value: none if all is well.

    Raises `ApiError` if Elasticsearch rejects the question.
    """
    answer = dict(client.search(index=question.index, **question.body).body)
    panel = question.panel
    match panel.kind:
        case "lens":
            columns = [(name, panel.asks["columns"][name]) for name in panel.asks["columnOrder"]]
            found = _found(columns, {**answer.get("aggregations", {}), **_total(answer)})
            return [name for name, _ in columns if name not in found]
        case "map" | "control":
            return [] if answer["aggregations"][VALUE]["buckets"] else [panel.kind]
        case "search":
            shown = {name for hit in answer["hits"]["hits"] for name in hit.get("fields", {})}
            return [name for name in panel.asks["columns"] if name not in shown]
        case "rule":
            return []  # a rule may rightly find nothing


def fires(client: Elasticsearch, question: Question) -> bool:
    """Whether a rule's condition is met now."""
    params = question.panel.asks
    answer = client.search(index=question.index, **question.body)
    number: int = answer["hits"]["total"]["value"]
    threshold: float = params["threshold"][0]
    return {"<": number < threshold, ">": number > threshold}[params["thresholdComparator"]]


def _total(answer: Json) -> Json:
    return {"doc_count": answer["hits"]["total"]["value"]}


def _body(panel: Panel, view: Json) -> Json:
    narrowed = [parse(query).clause for query in panel.queries]
    narrowed += [each["query"] for each in panel.filters if not each["meta"].get("disabled")]
    if panel.since is not None:
        time = panel.asks["timeField"] if panel.kind == "rule" else view["timeFieldName"]
        narrowed.append({"range": {time: {"gte": panel.since}}})
    body: Json = {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": narrowed}},
        "runtime_mappings": view["runtimeFieldMap"],
    }
    match panel.kind:
        case "lens":
            body["aggs"] = _aggregations(panel)
        case "map":
            body["aggs"] = {
                VALUE: {
                    "geotile_grid": {"field": panel.asks["geoField"], "precision": ZOOM},
                    "aggs": {"centre": {"geo_centroid": {"field": panel.asks["geoField"]}}},
                }
            }
        case "control":
            body["aggs"] = {VALUE: {"terms": {"field": panel.asks, "size": 10}}}
        case "search":
            body |= {
                "size": SHOWN,
                "fields": panel.asks["columns"],
                "sort": [{name: order} for name, order in panel.asks["sort"]],
                "_source": False,
            }
        case "rule":
            pass
    return body


def _aggregations(panel: Panel) -> Json:
    """The aggregations of a Lens layer."""
    columns: Mapping[str, Json] = panel.asks["columns"]
    order = panel.asks["columnOrder"]
    if set(order) != set(columns):
        raise UnknownPartError(f"{panel.place} has columns without a place in their order")
    inside = {
        name: made
        for name in order
        if not columns[name]["isBucketed"] and (made := _metric(panel, columns[name])) is not None
    }
    for name in reversed(order):
        if columns[name]["isBucketed"]:
            made = _bucket(panel, columns[name], columns)
            inside = {**_ordering(panel, columns[name], columns), **inside}
            inside = {name: {**made, "aggs": inside} if inside else made}
    return inside


def _ordering(panel: Panel, column: Json, columns: Mapping[str, Json]) -> Json:
    """The metric that buckets are ordered by: Elasticsearch needs it directly inside them."""
    by = column["params"].get("orderBy", {}).get("columnId")
    made = _metric(panel, columns[by]) if by else None
    return {} if made is None else {by: made}


def _bucket(panel: Panel, column: Json, columns: Mapping[str, Json]) -> Json:
    params = column["params"]
    match column["operationType"]:
        case "terms":
            terms = {
                "field": column["sourceField"],
                "size": params["size"],
                "order": {_ordered_by(panel, params, columns): params["orderDirection"]},
            }
            chosen = {name: params[name] for name in ("include", "exclude") if params.get(name)}
            return {"terms": {**terms, **chosen}}
        case "date_histogram":
            least = 0 if params["includeEmptyRows"] else 1
            histogram = {"field": column["sourceField"], "min_doc_count": least}
            return {"date_histogram": {**histogram, "fixed_interval": "1h"}}
        case "filters":
            asked = {
                each.get("label") or each["input"]["query"]: parse(each["input"]["query"]).clause
                for each in params["filters"]
            }
            return {"filters": {"filters": asked}}
        case other:
            raise UnknownPartError(f"{panel.place} has buckets by {other}, not known here")


def _ordered_by(panel: Panel, params: Json, columns: Mapping[str, Json]) -> str:
    by = params["orderBy"]
    if by["type"] == "alphabetical":
        return "_key"
    column = columns[by["columnId"]]
    if "filter" in column or column["operationType"] == "last_value":
        raise UnknownPartError(f"{panel.place} orders by {by['columnId']}, which is not known here")
    return "_count" if column["operationType"] == "count" else by["columnId"]


def _metric(panel: Panel, column: Json) -> Json | None:
    """The aggregation of a metric; None for the count that every bucket has."""
    made = _plain_metric(panel, column)
    if "filter" not in column:
        return made
    filtered: Json = {"filter": parse(column["filter"]["query"]).clause}
    return filtered if made is None else {**filtered, "aggs": {VALUE: made}}


def _plain_metric(panel: Panel, column: Json) -> Json | None:
    field, params = column["sourceField"], column.get("params", {})
    match column["operationType"]:
        case "count":
            return None if field == RECORDS else {"value_count": {"field": field}}
        case "unique_count":
            return {"cardinality": {"field": field}}
        case "min" | "max" | "sum" as same:
            return {same: {"field": field}}
        case "average":
            return {"avg": {"field": field}}
        case "median":
            return {"percentiles": {"field": field, "percents": [50]}}
        case "percentile":
            return {"percentiles": {"field": field, "percents": [params["percentile"]]}}
        case "last_value":
            newest = [{params["sortField"]: "desc"}]
            return {"top_hits": {"size": 1, "_source": False, "sort": newest, "fields": [field]}}
        case other:
            raise UnknownPartError(f"{panel.place} works with {other}, which is not known here")


def _found(columns: list[tuple[str, Json]], answer: Json) -> set[str]:
    """The columns that have a value anywhere in an answer."""
    buckets = [(name, column) for name, column in columns if column["isBucketed"]]
    metrics = [(name, column) for name, column in columns if not column["isBucketed"]]
    if not buckets:
        return {name for name, column in metrics if _has_value(name, column, answer)}
    first, _ = buckets[0]
    made = answer[first]["buckets"]
    inside = [
        one for one in (made.values() if isinstance(made, dict) else made) if one["doc_count"]
    ]
    found = {first} if inside else set()
    for one in inside:
        found |= _found([*buckets[1:], *metrics], one)
    return found


def _has_value(name: str, column: Json, answer: Json) -> bool:
    told = answer.get(name, {})
    if "filter" in column:
        counted, told = told["doc_count"], told.get(VALUE, {})
    else:
        counted = answer["doc_count"]
    if column["operationType"] == "count" and column["sourceField"] == RECORDS:
        return bool(counted)
    if "hits" in told:
        return any(hit.get("fields") for hit in told["hits"]["hits"])
    values: Any = told.get("values", {"": told.get("value")})
    if column["operationType"] in ("count", "unique_count"):
        return any(values.values())
    return any(value is not None for value in values.values())
