"""Everything given to Kibana, checked against the real mapping and run on a real server."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import ApiError
from kibana_fields import problems
from kibana_panels import Library, UnknownPartError
from kibana_questions import empty, fires, questions
from kibana_sample import Sample

from kibana.objects import Json, read_objects, read_rules

pytestmark = pytest.mark.elasticsearch

MISSPELT = "surveilance"

FIELD_KEYS = frozenset(
    {"fieldName", "geoField", "sortField", "sourceField", "timeField", "timeFieldName"}
)
FIELD_MAPS = frozenset({"fieldAttrs", "fieldFormatMap"})


def changed(saved: Json, path: tuple[Any, ...], value: Any) -> Json:
    """A copy with another value at a path."""
    made = copy.deepcopy(saved)
    inside: Any = made
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return made


def names_a_field(path: tuple[Any, ...], value: Any) -> bool:
    if not isinstance(value, str) or value == "___records___":
        return False
    return (
        path[-1] in FIELD_KEYS
        or path[-2:-1] == ("columns",)
        or (path[-3:-2] == ("sort",) and path[-1] == 0)
    )


def misspelt(saved: Json) -> Iterator[tuple[str, Json]]:
    """Copies of an object, each with one wrong field name, and where it is."""
    for path, key, value in places(saved):
        shown = " > ".join(map(str, path))
        if key in FIELD_MAPS:
            for name in value:
                spoiled = {MISSPELT if each == name else each: v for each, v in value.items()}
                yield f"{shown} > {name}", changed(saved, path, spoiled)
        elif names_a_field(path, value):
            yield shown, changed(saved, path, MISSPELT)
        elif key == "query" and isinstance(value, str):
            for found in re.finditer(r"([\w.]+)(?=\s*[:<>])", value):
                spoiled_query = value[: found.start()] + MISSPELT + value[found.end() :]
                yield f"{shown} > {found[0]}", changed(saved, path, spoiled_query)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Each value inside a JSON value, as its path, its key and the value."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in pairs:
        yield (*path, key), key, inside
        if isinstance(inside, dict | list):
            yield from places(inside, (*path, key))


def test_every_reference_resolves_and_every_field_exists(sample: Sample) -> None:
    library = sample.library()
    assert library.broken() == []
    assert problems(library, sample.fields()) == []


def test_every_panel_search_and_control_shows_something(sample: Sample) -> None:
    asked = list(questions(sample.library()))
    kinds = {question.panel.kind for question in asked}
    assert kinds == {"lens", "map", "search", "control", "rule"}
    nothing = {question.panel.place: empty(sample.client, question) for question in asked}
    assert {place: columns for place, columns in nothing.items() if columns} == {}


def test_misspelt_field_is_found_anywhere(sample: Sample) -> None:
    objects, rules, fields = read_objects(), read_rules(), sample.fields()
    tried: dict[str, int] = {}
    for number, saved in enumerate(objects):
        for place, spoiled in misspelt(saved):
            with_it = [*objects[:number], spoiled, *objects[number + 1 :]]
            found = problems(sample.library(with_it), fields)
            assert any(MISSPELT in one for one in found), (saved["type"], saved["id"], place)
            tried[saved["type"]] = tried.get(saved["type"], 0) + 1
    for number, rule in enumerate(rules):
        for place, spoiled in misspelt(rule):
            with_it = [*rules[:number], spoiled, *rules[number + 1 :]]
            found = problems(sample.library(rules=with_it), fields)
            assert any(MISSPELT in one for one in found), (rule["name"], place)
            tried["rule"] = tried.get("rule", 0) + 1
    assert set(tried) == {"dashboard", "index-pattern", "lens", "map", "rule", "search"}
    assert sum(tried.values()) > 100


def with_lens(change: Any) -> list[Json]:
    """The objects, with one panel changed."""
    objects = read_objects()
    (one,) = [each for each in objects if each["id"] == "wirewatch-statements"]
    change(one["attributes"]["state"])
    return objects


@pytest.mark.parametrize(
    "one",
    [
        {"meta": {"key": MISSPELT}, "query": {"match_phrase": {"topic": "spyware"}}},
        {"meta": {"key": "topic"}, "query": {"match_phrase": {MISSPELT: "spyware"}}},
        {"meta": {}, "query": {"bool": {"must_not": [{"exists": {"field": MISSPELT}}]}}},
        {"meta": {}, "query": {"bool": {"should": [{"range": {MISSPELT: {"gte": 1}}}]}}},
    ],
)
def test_a_misspelt_field_in_a_filter_is_found(sample: Sample, one: Json) -> None:
    library = sample.library(with_lens(lambda state: state["filters"].append(one)))
    assert any(MISSPELT in found for found in problems(library, sample.fields()))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("title", "cannot be counted"), ("tags", "there is no field"), ("text", "cannot be counted")],
)
def test_a_field_that_cannot_be_counted_is_found(sample: Sample, field: str, wrong: str) -> None:
    def count_it(state: Json) -> None:
        columns = state["datasourceStates"]["formBased"]["layers"]["main"]["columns"]
        columns["statement"]["sourceField"] = field

    found = problems(sample.library(with_lens(count_it)), sample.fields())
    assert any(wrong in one and field in one for one in found)


def test_a_panel_that_shows_nothing_is_found(sample: Sample) -> None:
    def narrow(state: Json) -> None:
        state["query"]["query"] = "topic: gardening"

    library = sample.library(with_lens(narrow))
    assert problems(library, sample.fields()) == []
    nothing = [question for question in questions(library) if empty(sample.client, question)]
    assert [one.panel.place for one in nothing] == [
        "dashboard wirewatch-newsroom, panel statements"
    ]


def test_question_the_server_rejects_is_found(sample: Sample) -> None:
    def spoil(state: Json) -> None:
        state["filters"].append({"meta": {}, "query": {"term": {"first_seen": "yesterday"}}})

    library = sample.library(with_lens(spoil))
    with pytest.raises(ApiError):
        [empty(sample.client, question) for question in questions(library)]


def test_unknown_part_is_reported_not_skipped(sample: Sample) -> None:
    def other_operation(state: Json) -> None:
        columns = state["datasourceStates"]["formBased"]["layers"]["main"]["columns"]
        columns["articles"]["operationType"] = "moving_average"

    def esql(state: Json) -> None:
        state["datasourceStates"]["textBased"] = {"layers": {"main": {}}}

    def no_kql(state: Json) -> None:
        state["query"]["query"] = "topic: ("

    def lucene(state: Json) -> None:
        state["query"]["language"] = "lucene"

    for change in (other_operation, esql, no_kql, lucene):
        with pytest.raises(UnknownPartError):
            problems(sample.library(with_lens(change)), sample.fields())


def test_rules_fire_when_they_should(sample: Sample) -> None:
    asked = [one for one in questions(sample.library()) if one.panel.kind == "rule"]
    firing = {one.panel.place for one in asked if fires(sample.client, one)}
    # The sample's feeds have had nothing new for months, and a pass has just ended.
    assert firing == {"rule 'wirewatch: many feeds are unwell'"}


def test_a_broken_reference_is_found(sample: Sample) -> None:
    objects = read_objects()
    without = [each for each in objects if each["id"] != "wirewatch-evidence"]
    (broken,) = sample.library(without).broken()
    assert "wirewatch-evidence, which is not there" in broken
    renamed = copy.deepcopy(objects)
    lens = next(each for each in renamed if each["type"] == "lens")
    lens["references"][0]["name"] = "indexpattern-datasource-layer-other"
    lacks, unused = sample.library(renamed).broken()
    assert "lacks the reference indexpattern-datasource-layer-main" in lacks
    assert "never uses its reference indexpattern-datasource-layer-other" in unused
    rules = copy.deepcopy(read_rules())
    rules[0]["params"]["searchConfiguration"]["index"] = "elsewhere"
    (led_astray,) = Library(objects, rules).broken()
    assert "elsewhere, which is not there" in led_astray
