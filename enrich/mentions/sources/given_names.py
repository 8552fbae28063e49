"""Build the list of given names and of surnames.

    pip install faker==40.63.0
    python -m enrich.mentions.sources.given_names

Run in an environment of its own: Faker is no part of wirewatch. It writes
`enrich/mentions/lists/given_names.txt` and `surnames.txt`, the same bytes for the same release.
Faker is MIT-licensed; its lists come from public statistics of names.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LISTS = Path(__file__).parents[1] / "lists"
LOCALES = """
en_US en_GB en_IE en_IN en_NZ de_DE de_AT de_CH fr_FR fr_CH fr_CA es_ES es_MX es_AR es_CO it_IT
pt_PT pt_BR nl_NL nl_BE pl_PL sv_SE no_NO dk_DK fi_FI cs_CZ hu_HU ro_RO hr_HR tr_TR ga_IE
en_NG id_ID az_AZ ee_EE lv_LV lt_LT sk_SK sl_SI
""".split()
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


def names(fields: tuple[str, ...]) -> list[str]:
    """All names of the fields: one word, in Latin letters, with a capital and a small letter."""
    found = {
        name
        for provider in providers()
        for field in fields
        for name in getattr(provider, field, ())
    }
    return sorted(
        name
        for name in found
        if name[:1].isupper()
        and name.replace("-", "").isalpha()
        and not name.isupper()
        and len(name) > 1
        and max(map(ord, name)) < 0x250
    )


def main() -> None:
    """Write both lists."""
    head = (
        "# Made by `python -m enrich.mentions.sources.given_names`; change nothing here by hand.\n"
        "# Source: Faker 40.63.0, MIT.\n"
    )
    for file, fields in (("given_names.txt", GIVEN), ("surnames.txt", SURNAMES)):
        (LISTS / file).write_text(head + "\n".join(names(fields)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
