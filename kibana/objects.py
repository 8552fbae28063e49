"""Kibana's saved objects and rules as files: reads and writes them, and converts their form.

    objects/TYPE/ID.json    data views (`index-pattern`), searches, panels (`lens`, `map`) and
                            dashboards
    rules/NAME.json         alerting rules, as the alerting API takes them
    connectors/NAME.json    what rules act through

Kibana keeps some parts of an object as text that holds JSON. In the files they are JSON like the
rest; `as_kibana_keeps` and `as_people_read` convert one form to the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

FOLDER = Path(__file__).parent
OBJECTS, RULES, CONNECTORS = FOLDER / "objects", FOLDER / "rules", FOLDER / "connectors"

DATA_VIEW = "index-pattern"
"""The type of data views, which still has their former name."""

DATA_VIEW_TEXTS = frozenset(
    {"fieldAttrs", "fieldFormatMap", "fields", "runtimeFieldMap", "sourceFilters", "typeMeta"}
)
"""Attributes of a data view that Kibana keeps as text. In other types such names end in `JSON`."""

OWN = ("type", "id", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion")
"""The parts of an object that its file holds; the rest belongs to one Kibana: who made it and
when."""


def read_objects(folder: Path = OBJECTS) -> list[Json]:
    """The objects of all files, by type and id."""
    return [_read(path) for path in sorted(folder.glob("*/*.json"))]


def read_rules() -> list[Json]:
    """The rules, by the names of their files."""
    return [_read(path) for path in sorted(RULES.glob("*.json"))]


def read_connectors() -> list[Json]:
    """The connectors, by the names of their files."""
    return [_read(path) for path in sorted(CONNECTORS.glob("*.json"))]


def write_object(saved: Json, folder: Path) -> Path:
    """Write an object, as people read it, to its own file.

    Whoever may edit in Kibana chooses ids, so a slash in one must not lead to another folder.
    """
    path = folder / str(saved["type"]) / f"{quote(str(saved['id']), safe='')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file_text(saved), "utf-8")
    return path


def file_text(saved: Json) -> str:
    """The content of an object's file: keys in order, so that a diff shows only what changed."""
    return json.dumps(saved, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def as_kibana_keeps(saved: Json) -> Json:
    """An object as Kibana keeps it: some parts become text that holds JSON."""
    return _attributes(saved, _to_texts)


def as_people_read(saved: Json) -> Json:
    """An object as its file holds it: text that holds JSON becomes JSON, and only `OWN` stays."""
    own = {name: saved[name] for name in OWN if name in saved}
    return _attributes(own, _from_texts)


def ndjson(objects: Iterable[Json]) -> bytes:
    """The file that Kibana imports: one object a line."""
    return "".join(json.dumps(as_kibana_keeps(each)) + "\n" for each in objects).encode()


def _read(path: Path) -> Json:
    try:
        read: Json = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    return read


def _attributes(saved: Json, change: Any) -> Json:
    view = saved["type"] == DATA_VIEW
    return {**saved, "attributes": change(saved["attributes"], view)}


def _is_text(name: str, view: bool) -> bool:
    return name.endswith("JSON") or (view and name in DATA_VIEW_TEXTS)


def _to_texts(value: Any, view: bool) -> Any:
    if isinstance(value, list):
        return [_to_texts(each, view) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _to_texts(each, view) for name, each in value.items()}
    return {
        name: json.dumps(each) if _is_text(name, view) and not isinstance(each, str) else each
        for name, each in changed.items()
    }


def _from_texts(value: Any, view: bool) -> Any:
    if isinstance(value, list):
        return [_from_texts(each, view) for each in value]
    if not isinstance(value, dict):
        return value
    read = {
        name: json.loads(each) if _is_text(name, view) and isinstance(each, str) else each
        for name, each in value.items()
    }
    return {name: _from_texts(each, view) for name, each in read.items()}
