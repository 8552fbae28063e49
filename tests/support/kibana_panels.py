"""Dashboards, searches and rules split into panels, each with everything that affects its query.

A panel is subject to its dashboard's query, filters and time as well as its own; taken together
they can be checked against the mapping (`kibana_fields`) and sent to Elasticsearch
(`kibana_questions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kibana.objects import DATA_VIEW, Json

Kind = Literal["lens", "map", "search", "control", "rule"]


class UnknownPartError(ValueError):
    """Something that this check does not know and so must not skip; the message says where."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Something that sends a query: its place, its data view, and everything that filters it.

    `asks` is the part that queries: a layer of a `lens` or `map`, a search's attributes, a field's
    name for a control, a rule's parameters. `since` is how far back it looks.
    """

    place: str
    kind: Kind
    view: str
    asks: Any
    queries: tuple[str, ...] = ()
    filters: tuple[Json, ...] = ()
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a dashboard passes on to each of its panels."""

    queries: tuple[str, ...] = ()
    filters: tuple[Json, ...] = ()
    since: str | None = None


NOTHING = Around()


class Library:
    """Saved objects by type and id."""

    def __init__(self, objects: Sequence[Json], rules: Sequence[Json] = ()) -> None:
        self.objects: Mapping[tuple[str, str], Json] = {
            (each["type"], each["id"]): each for each in objects
        }
        self.rules = rules

    def views(self) -> Iterator[Json]:
        """The data views."""
        return (each for each in self.objects.values() if each["type"] == DATA_VIEW)

    def view(self, view_id: str) -> Json:
        """The attributes of a data view; raises `KeyError` if there is none."""
        attributes: Json = self.objects[DATA_VIEW, view_id]["attributes"]
        return attributes

    def broken(self) -> list[str]:
        """References that do not resolve or are not used."""
        return list(self._broken())

    def panels(self) -> Iterator[Panel]:
        """Everything that queries: on dashboards, in separate searches, and in rules.

        Raises:
            UnknownPartError: an object has a part that is not known here.
        """
        placed = set()
        for saved in self.objects.values():
            if saved["type"] == "dashboard":
                around = _around(saved["attributes"])
                yield from _controls(saved, around)
                for place, part in self._parts(saved):
                    placed.add((part["type"], part["id"]))
                    yield from _panels(place, part, around)
        for key, saved in self.objects.items():
            if key not in placed and saved["type"] not in ("dashboard", DATA_VIEW):
                yield from _panels(f"{saved['type']} {saved['id']}", saved, NOTHING)
        for rule in self.rules:
            yield _rule(rule)

    def _parts(self, dashboard: Json) -> Iterator[tuple[str, Json]]:
        """The objects on a dashboard, each with its place."""
        for panel in dashboard["attributes"]["panelsJSON"]:
            place = f"dashboard {dashboard['id']}, panel {panel['panelIndex']}"
            if "panelRefName" not in panel:
                raise UnknownPartError(f"{place} is no object of its own: save it to the library")
            name = f"{panel['panelIndex']}:{panel['panelRefName']}"
            yield place, self.objects[_target(dashboard, name)]

    def _broken(self) -> Iterator[str]:
        for saved in self.objects.values():
            place = f"{saved['type']} {saved['id']}"
            named = {each["name"] for each in saved["references"]}
            needed = set(_needed(saved))
            yield from (f"{place} lacks the reference {name}" for name in sorted(needed - named))
            yield from (
                f"{place} never uses its reference {name}" for name in sorted(named - needed)
            )
            for each in saved["references"]:
                if (each["type"], each["id"]) not in self.objects:
                    yield f"{place} refers to {each['type']} {each['id']}, which is not there"
        for rule in self.rules:
            view = rule["params"]["searchConfiguration"]["index"]
            if (DATA_VIEW, view) not in self.objects:
                yield f"rule {rule['name']!r} refers to {DATA_VIEW} {view}, which is not there"


def _needed(saved: Json) -> Iterator[str]:
    """The names of the references that an object's content needs."""
    attributes = saved["attributes"]
    match saved["type"]:
        case "search":
            yield attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]["indexRefName"]
        case "lens":
            for name in _lens_layers(saved):
                yield f"indexpattern-datasource-layer-{name}"
        case "map":
            for layer in _map_layers(saved):
                yield layer["sourceDescriptor"]["indexPatternRefName"]
        case "dashboard":
            for panel in attributes["panelsJSON"]:
                yield f"{panel['panelIndex']}:{panel.get('panelRefName')}"
            for control in _control_states(saved):
                yield f"controlGroup_{control}:optionsListDataView"
        case _:
            pass


def _panels(place: str, saved: Json, around: Around) -> Iterator[Panel]:
    """An object's panels: one for each of its layers."""
    attributes = saved["attributes"]
    match saved["type"]:
        case "lens":
            state = attributes["state"]
            for name, asks in _lens_layers(saved).items():
                view = _view(saved, f"indexpattern-datasource-layer-{name}")
                yield _panel(place, "lens", view, asks, around, state["query"], state["filters"])
        case "map":
            state = attributes["mapStateJSON"]
            for layer in _map_layers(saved):
                source = layer["sourceDescriptor"]
                view = _view(saved, source["indexPatternRefName"])
                yield _panel(place, "map", view, source, around, state["query"], state["filters"])
        case "search":
            if len(attributes.get("tabs", ())) > 1:
                raise UnknownPartError(f"{place} has several tabs, of which this knows the first")
            source = attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]
            view = _view(saved, source["indexRefName"])
            yield _panel(
                place, "search", view, attributes, around, source["query"], source["filter"]
            )
        case other:
            raise UnknownPartError(f"{place} is of the type {other}, which this does not know")


def _panel(
    place: str,
    kind: Kind,
    view: str,
    asks: Any,
    around: Around,
    query: Json,
    filters: Sequence[Json],
) -> Panel:
    return Panel(
        place=place,
        kind=kind,
        view=view,
        asks=asks,
        queries=(*around.queries, _kql(place, query)),
        filters=(*around.filters, *filters),
        since=around.since,
    )


def _controls(dashboard: Json, around: Around) -> Iterator[Panel]:
    for name, control in _control_states(dashboard).items():
        place = f"dashboard {dashboard['id']}, control {name}"
        if control["type"] != "optionsListControl":
            raise UnknownPartError(f"{place} is of the type {control['type']}, not known here")
        yield Panel(
            place=place,
            kind="control",
            view=_view(dashboard, f"controlGroup_{name}:optionsListDataView"),
            asks=control["explicitInput"]["fieldName"],
            queries=around.queries,
            filters=around.filters,
            since=around.since,
        )


def _control_states(dashboard: Json) -> Json:
    attributes = dashboard["attributes"]
    if attributes.get("pinned_panels"):
        raise UnknownPartError(f"dashboard {dashboard['id']} has pinned panels, not known here")
    states: Json = attributes.get("controlGroupInput", {}).get("panelsJSON", {})
    return states


def _rule(rule: Json) -> Panel:
    place, params = f"rule {rule['name']!r}", rule["params"]
    if (rule["rule_type_id"], params["searchType"]) != (".es-query", "searchSource"):
        raise UnknownPartError(f"{place} is no Elasticsearch query rule in KQL")
    asked = params["searchConfiguration"]
    return Panel(
        place=place,
        kind="rule",
        view=asked["index"],
        asks=params,
        queries=(_kql(place, asked["query"]),),
        filters=tuple(asked["filter"]),
        since=f"now-{params['timeWindowSize']}{params['timeWindowUnit']}",
    )


def _around(attributes: Json) -> Around:
    source = attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]
    if attributes["timeTo"] != "now":
        raise UnknownPartError(f"{attributes['title']} ends at {attributes['timeTo']}, not now")
    return Around(
        queries=(_kql(attributes["title"], source["query"]),),
        filters=tuple(source["filter"]),
        since=attributes["timeFrom"],
    )


def _kql(place: str, query: Json) -> str:
    if query["language"] != "kuery":
        raise UnknownPartError(f"{place} asks in {query['language']}, not in KQL")
    text: str = query["query"]
    return text


def _lens_layers(saved: Json) -> dict[str, Json]:
    sources = saved["attributes"]["state"]["datasourceStates"]
    if others := {name for name, state in sources.items() if state.get("layers")} - {"formBased"}:
        raise UnknownPartError(f"lens {saved['id']} asks by {', '.join(others)}, not by a form")
    layers: dict[str, Json] = sources["formBased"]["layers"]
    return layers


def _map_layers(saved: Json) -> Iterator[Json]:
    """The layers of a map that query Elasticsearch; the base map does not."""
    for layer in saved["attributes"]["layerListJSON"]:
        kind = layer["sourceDescriptor"]["type"]
        if kind == "ES_GEO_GRID":
            yield layer
        elif kind != "EMS_TMS":
            raise UnknownPartError(f"map {saved['id']} has a layer of {kind}, not known here")


def _view(saved: Json, name: str) -> str:
    return _target(saved, name)[1]


def _target(saved: Json, name: str) -> tuple[str, str]:
    """The type and id that a reference names."""
    for each in saved["references"]:
        if each["name"] == name:
            return each["type"], each["id"]
    raise UnknownPartError(f"{saved['type']} {saved['id']} lacks the reference {name}")
