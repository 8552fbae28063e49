"""Build the lists of given names and of surnames.

    pip install faker==40.63.0 names==0.3.0
    python -m enrich.mentions.sources.given_names

Run it in a separate environment: Faker is not part of wirewatch. It writes
`enrich/mentions/lists/given_names.txt` and `surnames.txt`, the same bytes for the same releases.
Faker and names are MIT-licensed. Their lists come from public name statistics, those of names from
the US census of 1990 (public domain).
"""

from __future__ import annotations

import importlib
import importlib.resources
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LISTS = Path(__file__).parents[1] / "lists"
LOCALES = tomllib.loads((Path(__file__).parent / "hand.toml").read_text("utf-8"))["locales"].split()
GIVEN = ("first_names", "first_names_male", "first_names_female")
SURNAMES = ("last_names", "last_names_male", "last_names_female")


def providers() -> Iterator[Any]:
    """The name lists of each locale that Faker has."""
    for locale in LOCALES:
        try:
            module = importlib.import_module(f"faker.providers.person.{locale}")
        except ModuleNotFoundError:
            continue
        yield module.Provider


def of(provider: Any, field: str) -> Iterable[str]:
    """A provider's names of one kind; empty if it generates them, as it then has no list."""
    listed = getattr(provider, field, ())
    return listed if isinstance(listed, list | tuple | dict) else ()


def names(fields: tuple[str, ...]) -> list[str]:
    """All names of the fields that are one word in Latin letters with a capital, not all
    capitals."""
    found = {name for provider in providers() for field in fields for name in of(provider, field)}
    return sorted(
        name
        for name in found
        if name[:1].isupper()
        and name.replace("-", "").isalpha()
        and not name.isupper()
        and len(name) > 1
        and max(map(ord, name)) < 0x250
    )


def census() -> set[str]:
    """The given names of the US census of 1990, which has them in capitals."""
    package = importlib.resources.files("names")
    found = set()
    for file in ("dist.female.first", "dist.male.first"):
        lines = (package / file).read_text("ascii").splitlines()
        found |= {line.split()[0].capitalize() for line in lines}
    return found


def main() -> None:
    """Write both lists."""
    head = (
        "# Made by `python -m enrich.mentions.sources.given_names`; change nothing here by hand.\n"
        "# Source: Faker 40.63.0 and names 0.3.0, MIT.\n"
    )
    for file, fields in (("given_names.txt", GIVEN), ("surnames.txt", SURNAMES)):
        more = census() if fields is GIVEN else set()
        listed = sorted({*names(fields), *more})
        (LISTS / file).write_text(head + "\n".join(listed) + "\n", "utf-8")


if __name__ == "__main__":
    main()
