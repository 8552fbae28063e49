"""Build the lists of vendors and agencies from MISP's galaxies.

    pip install pymispgalaxies==1.1.1
    python -m enrich.mentions.sources.misp

Run it in a separate environment: the package is not part of wirewatch. It writes
`enrich/mentions/lists/misp_vendors.toml` and `misp_agencies.toml`, the same bytes for the same
release and lists by hand. The galaxies are licensed under CC0-1.0 or BSD-2-Clause, at the user's
choice.

What a list by hand has is left out, as that takes precedence. No name counts by itself. A vendor's
needs an article about spying, as the galaxies have vendors called "Circles" and "Scylla". An
agency's needs an article that speaks of its country, as half the world has a "Military Intelligence
Directorate".
"""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

LISTS = Path(__file__).parents[1] / "lists"
GALAXIES = (
    # file of the galaxy, list made of it, kind, context that a name needs
    ("surveillance-vendor", "misp_vendors.toml", "vendor", "watch"),
    ("intelligence-agencies", "misp_agencies.toml", "agency", "country"),
)
LEFT_OUT = frozenset(
    tomllib.loads((Path(__file__).parent / "hand.toml").read_text("utf-8"))["left_out"].split()
)
FORMS = (
    r",? (?:Inc|Inc\.|LLC|Ltd|Ltd\.|Limited|GmbH|S\.?p\.?A\.?|S\.?A\.?|B\.?V\.?|Corp\.?|AG|plc)$"
)
"""Legal forms, which news leaves out."""


def entries(values: list[dict[str, Any]], kind: str, context: str) -> list[dict[str, Any]]:
    """The galaxy's values as entries of a list, ordered by name."""
    made: dict[str, dict[str, Any]] = {}
    for value in values:
        meta = value.get("meta", {})
        name = re.sub(r"\s*\(.*?\)$", "", value["value"]).strip()
        name = re.sub(FORMS, "", name)
        also = [one.strip() for one in meta.get("synonyms", ()) if _usable(one)]
        if kind == "agency":
            also += [a for a in _acronyms(value.get("description", "")) if a not in also]
        refs = [*meta.get("official-refs", ()), *meta.get("refs", ())]
        entry = made.setdefault(name, {"name": name, "also": []})
        entry["also"] += [one for one in also if one != name and one not in entry["also"]]
        if len(str(meta.get("country", ""))) == 2:
            entry.setdefault("country", meta["country"])
        if refs:
            entry.setdefault("uri", refs[0])
        if kind == "vendor" or "country" in entry:
            entry["needs"] = context
    kept = (name for name in sorted(made) if _usable(name) and name not in LEFT_OUT)
    known = _known()
    return [
        made[name]
        for name in kept
        if "needs" in made[name] and not known.issuperset((name, *made[name]["also"]))
    ]


def _known() -> set[str]:
    """The spellings that the lists written by hand have and that need no context there."""
    ours = {name for _, name, _, _ in GALAXIES}
    files = (file for file in sorted(LISTS.glob("*.toml")) if file.name not in ours)
    names = [
        one for file in files for one in tomllib.loads(file.read_text("utf-8")).get("names", ())
    ]
    needy = {spelling for one in names if "needs" in one for spelling in _spellings(one)}
    return {spelling for one in names for spelling in _spellings(one)} - needy


def _spellings(entry: dict[str, Any]) -> list[str]:
    return entry.get("only") or [entry["name"], *entry.get("also", ())]


def _usable(name: str) -> bool:
    """Whether a name is in Latin letters and long enough to be distinctive."""
    return len(name.strip()) > 3 and name.isprintable() and max(map(ord, name)) < 0x250


def _acronyms(description: str) -> list[str]:
    """`GDIA` from "General Directorate (GDIA)"; shorter ones name too many things."""
    return re.findall(r"\(([A-Z]{4,8})\)", description[:200])


def lines(made: list[dict[str, Any]], kind: str, galaxy: str) -> str:
    """The list as TOML, one entry per line."""
    rows = [
        "# Made by `python -m enrich.mentions.sources.misp`; change nothing here by hand.",
        f"# Source: MISP galaxy {galaxy}, of pymispgalaxies. Licence: CC0-1.0 or BSD-2-Clause.",
        "",
        f'kind = "{kind}"',
        "names = [",
    ]
    for entry in made:
        # A JSON string or list of strings is also valid TOML.
        fields = (f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items() if v)
        rows.append(f"  {{ {', '.join(fields)} }},")
    return "\n".join([*rows, "]"]) + "\n"


def main() -> None:
    """Write both lists."""
    for galaxy, name, kind, context in GALAXIES:
        package = resources.files("pymispgalaxies")
        found = package / "data" / "misp-galaxy" / "clusters" / f"{galaxy}.json"
        values = json.loads(found.read_text("utf-8"))["values"]
        (LISTS / name).write_text(lines(entries(values, kind, context), kind, galaxy), "utf-8")


if __name__ == "__main__":
    main()
