"""The files are readable, in the form Kibana accepts, and unchanged by a round trip."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from ingest.feeds.health import PAUSED, WORST_FIRST
from kibana.objects import (
    OBJECTS,
    RULES,
    as_kibana_keeps,
    as_people_read,
    file_text,
    ndjson,
    read_connectors,
    read_objects,
    read_rules,
    write_object,
)
from wirewatch.cli import app

FILES = sorted(OBJECTS.glob("*/*.json"))

# Of each type: a version that Kibana 9.4 knows, and what it lets an object of that version hold, by
# its own schemas (`modelVersions` and `schemas` of the types in Kibana's source). Kibana brings
# older versions up to date when it imports them.
FORMS: dict[str, tuple[str, set[str]]] = {
    "index-pattern": (
        "8.0.0",
        {
            *("title", "name", "timeFieldName", "allowNoIndex", "fields", "sourceFilters"),
            *("fieldFormatMap", "fieldAttrs", "runtimeFieldMap"),
        },
    ),
    "search": (
        "10.5.0",
        {
            *("title", "description", "columns", "sort", "grid", "rowHeight", "rowsPerPage"),
            *("hideChart", "breakdownField", "kibanaSavedObjectMeta", "isTextBasedQuery"),
            *("usesAdHocDataView", "timeRestore", "timeRange", "refreshInterval", "viewMode"),
            *("hideAggregatedPreview", "sampleSize", "headerRowHeight", "visContext", "density"),
        },
    ),
    "lens": ("8.9.0", {"title", "description", "visualizationType", "state"}),
    "map": (
        "8.4.0",
        {"title", "description", "layerListJSON", "mapStateJSON", "uiStateJSON"},
    ),
    "dashboard": (
        "10.3.0",
        {
            *("title", "description", "kibanaSavedObjectMeta", "timeRestore", "timeFrom"),
            *("timeTo", "refreshInterval", "controlGroupInput", "panelsJSON", "optionsJSON"),
            "sections",
        },
    ),
}


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_file_is_formatted_and_fits_its_type(path: Path) -> None:
    text = path.read_text("utf-8")
    saved = json.loads(text)
    assert text == file_text(saved)  # keys are sorted, so that a diff shows only real changes
    assert (path.parent.name, path.stem) == (saved["type"], saved["id"])
    assert [each for each in texts(saved) if each.lstrip()[:1] in ("{", "[")] == []
    version, attributes = FORMS[saved["type"]]
    assert (saved["typeMigrationVersion"], saved["coreMigrationVersion"]) == (version, "8.8.0")
    assert set(saved["attributes"]) <= attributes


@pytest.mark.parametrize("saved", read_objects(), ids=lambda saved: saved["id"])
def test_object_survives_a_round_trip_through_kibana(saved: dict[str, Any]) -> None:
    kept = as_kibana_keeps(saved)
    of_one_kibana = {"created_at": "2026-11-25T00:00:00.000Z", "version": "WzEsMV0="}
    assert as_people_read(kept | of_one_kibana) == saved


def test_json_texts_are_made_only_for_kibana() -> None:
    lines = [json.loads(line) for line in ndjson(read_objects()).splitlines()]
    assert [each["id"] for each in lines] == [each["id"] for each in read_objects()]
    by_key = {(each["type"], each["id"]): each["attributes"] for each in lines}
    view = by_key["index-pattern", "wirewatch-articles"]
    assert json.loads(view["runtimeFieldMap"])["opened_by"]["type"] == "keyword"
    assert json.loads(view["fields"]) == []
    dashboard = by_key["dashboard", "wirewatch-newsroom"]
    assert len(json.loads(dashboard["panelsJSON"])) > 10
    assert "topic" in json.loads(dashboard["controlGroupInput"]["panelsJSON"])
    source = dashboard["kibanaSavedObjectMeta"]["searchSourceJSON"]
    assert json.loads(source)["query"]["language"] == "kuery"
    assert isinstance(by_key["lens", "wirewatch-stories"]["state"], dict)


@pytest.mark.parametrize(
    "dashboard",
    [each for each in read_objects() if each["type"] == "dashboard"],
    ids=lambda dashboard: dashboard["id"],
)
def test_panels_fill_the_grid_without_overlap(dashboard: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["attributes"]["panelsJSON"]:
        at = panel["gridData"]
        assert at["i"] == panel["panelIndex"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["panelIndex"]
        taken |= cells
    height = max(y for _, y in taken) + 1
    assert len(taken) == 48 * height  # Kibana's grid is 48 columns wide


def test_feeds_by_health_has_room_for_each_state_and_for_paused_feeds() -> None:
    (lens,) = (each for each in read_objects() if each["id"] == "wirewatch-feeds-by-health")
    (layer,) = lens["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values()
    assert layer["columns"]["health"]["params"]["size"] >= len({*WORST_FIRST, PAUSED})


def test_rules_have_valid_ids_and_existing_connectors() -> None:
    connectors = {each["id"]: each for each in read_connectors()}
    rules = read_rules()
    assert len({rule["id"] for rule in rules}) == len(rules) == len(list(RULES.glob("*.json")))
    for one in (*rules, *connectors.values()):
        assert str(uuid.UUID(one["id"])) == one["id"]  # encrypted objects need a UUID
    for rule in rules:
        assert {action["group"] for action in rule["actions"]} == {"query matched", "recovered"}
        assert {action["id"] for action in rule["actions"]} <= set(connectors)
    # The Basic licence allows Elasticsearch query rules and log connectors.
    assert {rule["rule_type_id"] for rule in rules} == {".es-query"}
    assert {each["connector_type_id"] for each in connectors.values()} == {".server-log"}


def test_rules_name_existing_commands() -> None:
    from typer.testing import CliRunner

    said = [action["params"]["message"] for rule in read_rules() for action in rule["actions"]]
    commands = {one for message in said for one in message.split("`")[1::2]}
    assert commands
    for command in commands:
        _, *arguments = command.split()
        assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0, command


def test_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    saved = read_objects()[0]
    path = write_object(saved, tmp_path)
    assert read_objects(tmp_path) == [saved]
    path.write_text("{", "utf-8")
    with pytest.raises(ValueError, match=path.name):
        read_objects(tmp_path)


def test_id_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    saved = {**read_objects()[0], "id": "../../ours"}
    path = write_object(saved, tmp_path / "objects")
    assert path.parent == tmp_path / "objects" / saved["type"]
    assert read_objects(tmp_path / "objects") == [saved]
    assert {each.name for each in tmp_path.iterdir()} == {"objects"}
