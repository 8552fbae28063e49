"""Read what people write: files of UTF-8 text, mostly TOML. Errors name the place."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from core.errors import WirewatchError


def read_text(path: Path, error: type[WirewatchError]) -> str:
    """The text of a file, without a mark of its byte order. Raises `error` if it is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise error(f"{path} is not UTF-8 text ({broken}); save it as such") from broken


def read_toml(text: str, place: str, error: type[WirewatchError]) -> dict[str, Any]:
    """What a text says; `place` names it in errors. Raises `error` if it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise error(f"{place} is not valid TOML: {broken}") from broken


def read_composed(text: str, place: str, error: type[WirewatchError]) -> dict[str, Any]:
    """The same of a text whose words are looked for in articles: each letter with its accent is one
    character (NFC), as there. Some programs write two."""
    return read_toml(unicodedata.normalize("NFC", text), place, error)
