"""A wheel takes only the data files that pyproject.toml names, so all must be named."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
    "package-data"
]
PACKAGES = [file.parent for file in ROOT.glob("[a-z]*/**/__init__.py")]


def test_every_data_file_is_named() -> None:
    named = {
        file
        for folder in PACKAGES
        for pattern in [*NAMED["*"], *NAMED.get(".".join(folder.relative_to(ROOT).parts), [])]
        for file in folder.glob(pattern)
    }
    data = {
        file
        for folder in PACKAGES
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    assert len(data) > 100
    assert data - named == set()
