"""A wheel takes only the packages and files that pyproject.toml names, so all must be named."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
FOLDERS = {package: ROOT.joinpath(*package.split(".")) for package in SETUP["packages"]}


def test_every_package_is_named() -> None:
    roots = {package.partition(".")[0] for package in FOLDERS}
    found = {file.parent for root in roots for file in (ROOT / root).rglob("__init__.py")}
    assert set(FOLDERS.values()) == found


def test_every_data_file_is_named() -> None:
    named = {
        file
        for package, folder in FOLDERS.items()
        for pattern in [*SETUP["package-data"]["*"], *SETUP["package-data"].get(package, [])]
        for file in folder.glob(pattern)
    }
    data = {
        file
        for folder in FOLDERS.values()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    assert len(data) > 100
    assert data - named == set()
