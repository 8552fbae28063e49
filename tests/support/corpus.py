"""feedparser's own test feeds, with their expectations for fields that wirewatch records too."""

from __future__ import annotations

import ast
import codecs
import re
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_EXPECT = re.compile(rb"Expect:[ \t]*(.*?)\s*-->")
_SKIP_UNLESS = re.compile(r"SkipUnless:\s*__import__\('codecs'\)\.lookup\('(.+?)'\)")
_HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)
_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0?", "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"Lo\xa7\x94", "cp037"),
)


@dataclass(frozen=True)
class Expectation:
    """An expected value for a path such as `entries[0].title`."""

    where: str
    value: Any


@dataclass(frozen=True)
class Case:
    """A test feed: its name, its bytes as served, and what is expected of it."""

    name: str
    body: bytes
    content_type: str
    url: str
    expectations: tuple[Expectation, ...]


def cases(folder: Path) -> Iterator[Case]:
    """All test feeds below a folder, ordered by name."""
    for path in sorted(folder.rglob("*.xml")):
        body = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        headers = {
            key.decode().lower(): value.decode().strip() for key, value in _HEADER.findall(body)
        }
        url = f"http://127.0.0.1:8097/tests/{name}"
        yield Case(
            name=name,
            body=body,
            content_type=headers.get("content-type", "application/xml"),
            url=headers.get("content-location") or url,
            expectations=tuple(_expectations(body)),
        )


def from_parts(parts: Any) -> datetime | None:
    """A UTC `time.struct_time` tuple as a `datetime`."""
    return datetime.fromtimestamp(timegm(parts), UTC) if isinstance(parts, tuple) else None


def _expectations(body: bytes) -> Iterator[Expectation]:
    """The equations in a test feed's comment, if it is a chain of equations."""
    charset = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    plain = body.decode(charset, "replace").encode() if charset else body
    found = _EXPECT.search(plain)
    if found is None or not _is_for_this_python(plain):
        return
    tree = ast.parse(found[1].decode("utf-8", "replace").strip(), mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        match part:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id="bozo")):
                yield Expectation("bozo", False)
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                try:
                    yield Expectation(_path(left), ast.literal_eval(right))
                except ValueError:
                    continue  # it compares with something other than a literal value
            case _:
                continue


def _is_for_this_python(body: bytes) -> bool:
    """Whether this Python supports the test feed's charset; this varies between systems."""
    needed = _SKIP_UNLESS.search(body.decode("utf-8", "replace"))
    try:
        return needed is None or codecs.lookup(needed[1]) is not None
    except LookupError:
        return False


def _path(node: ast.expr) -> str:
    """A path within a result in one spelling: `entries[0]['title']` becomes `entries[0].title`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_path(value)}.{name}"
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
            return f"{_path(value)}.{name}"
        case ast.Subscript(value=value, slice=ast.Constant(value=int(place))):
            return f"{_path(value)}[{place}]"
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            return f"len({_path(inner)})"
        case _:
            raise ValueError(ast.dump(node))
