"""A wheel takes only the files that pyproject.toml names, so every file must be named."""

import tomllib
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

PATTERNS: list[str] = tomllib.loads(
    (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
)["tool"]["setuptools"]["package-data"]["*"]


def test_every_model_file_is_packaged() -> None:
    names = [file.name for file in files("enrich.model").iterdir() if file.is_file()]
    data = [name for name in names if not name.endswith(".py")]
    assert len(data) >= 6
    assert [name for name in data if not any(fnmatch(name, one) for one in PATTERNS)] == []
