"""Rules made and taken away in the text of `rules.toml`, whose comments and order stay as they are.

The text is cut into its blocks, and the block of one rule is written anew or left out; comments
right above a block are part of it. What comes out is checked as a whole, as it is when it is
loaded: a rule that could not be read is not written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from alert.checks import RulesError, tables
from alert.rules import read_rules

_COMMENTS = re.compile(r"(?m:^[ \t]*#.*\n)+\Z")
"""Comments right above what follows."""

_APART = re.compile(r"(?m:^[ \t]*\r?\n)(?m:^[ \t]*(?:#.*)?\r?\n)*\Z")
"""A blank line, and nothing but such and comments behind it."""


@dataclass(slots=True)
class _Block:
    """A block with the comments right above it, and what stands below it, but apart. `rule` is what
    it says of a rule, where it is one."""

    above: str = ""
    block: str = ""
    below: str = ""
    rule: Mapping[str, Any] | None = None


def with_rule(
    text: str, rule: Mapping[str, Any], source: str, *, without: Collection[str] = ()
) -> str:
    """The text with a rule, in the place of the one of that name or behind all others.

    Args:
        text: of `rules.toml`.
        rule: its keys and values, as `[[rule]]` has them; what is None is left out. Of a rule that
            is there already, what is not given stays.
        source: what the file is called in errors.
        without: keys that a rule which is there loses, so that their defaults hold.

    Raises:
        RulesError: the text, or the rule, cannot be used.
    """
    blocks = _blocks(text, source)
    places = [place for place, one in enumerate(blocks) if one.rule is not None]
    there = _place(blocks, rule["name"])
    if there is not None:
        blocks[there].block = _changed(blocks[there].block, rule, without)
    else:
        last = places[-1] if places else len(blocks) - 1
        made = _changed("[[rule]]\n", rule, without)
        blocks.insert(last + 1, _Block("\n" if text.strip() else "", made, blocks[last].below))
        blocks[last].below = ""
    return _checked(blocks, text, source)


def without_rule(text: str, name: str, source: str) -> str:
    """The text without a rule and the comments right above it.

    Raises:
        RulesError: there is no rule of that name, or a digest names it.
    """
    blocks = _blocks(text, source)
    place = _place(blocks, name)
    if place is None:
        raise RulesError(f"{source}: there is no rule {name!r}")
    # Without the rule the file could not be loaded. The digest is not changed along with it: one
    # that loses its last rule would be a digest of all.
    if digests := _digests_of(name, tomllib.loads(text), source):
        one = len(digests) == 1
        raise RulesError(
            f"{source}: the {'digest' if one else 'digests'} {', '.join(digests)} "
            f"{'names' if one else 'name'} the rule {name!r}; take it out of "
            f"{'its' if one else 'their'} `rules` first"
        )
    below = blocks[place].below
    if re.search(r"(\A|\n\r?\n)\Z", _joined(blocks[:place])):
        below = re.sub(r"\A(?:[ \t]*\r?\n)+", "", below)
    blocks[place] = _Block(below=below)
    return _checked(blocks, text, source)


def _blocks(text: str, source: str) -> list[_Block]:
    """The blocks of a file in their order. The first is what stands above all of them."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{source} is not valid TOML: {error}") from error
    written = len(tables(document, "rule", source))
    blocks: list[_Block] = []
    above = ""
    for place, piece in enumerate(pieces := _pieces(text)):
        found, comments = piece, ""
        if place < len(pieces) - 1:
            found, comments = _parted(piece, _COMMENTS)
        if not place and not found:  # what heads the file is the file's
            found, comments = piece, ""
        block, below = _parted(found, _APART)
        rules = (_read(block) or {}).get("rule") if place else None
        blocks.append(_Block(above, block, below, rules[0] if isinstance(rules, list) else None))
        above = comments
    if sum(one.rule is not None for one in blocks) != written:
        raise RulesError(f"{source}: write [[rule]] with two brackets, one block for each rule")
    return blocks


def _pieces(text: str) -> list[str]:
    """The text cut above each header; all lines end."""
    pieces: list[list[str]] = [[]]
    for line in re.findall(r".*\n|.+", text):
        # Within a list or a text of several lines it is no header: what is above is not whole.
        if line.lstrip(" \t").startswith("[") and _read("".join(pieces[-1])) is not None:
            pieces.append([])
        # What is put behind a last line that does not end would stand in that line.
        pieces[-1].append(line if line.endswith("\n") else f"{line}\n")
    return ["".join(lines) for lines in pieces]


def _parted(piece: str, ending: re.Pattern[str]) -> tuple[str, str]:
    """A piece without what ends it, and that, where it is no part of a text of several lines."""
    found = ending.search(piece)
    if found is None or _read(piece[: found.start()]) != _read(piece):
        return piece, ""
    return piece[: found.start()], found[0]


def _read(piece: str) -> dict[str, Any] | None:
    """What a piece says; None where it is not whole."""
    try:
        return tomllib.loads(piece)
    except tomllib.TOMLDecodeError:
        return None


def _place(blocks: Iterable[_Block], name: str) -> int | None:
    """Where the rule of a name is."""
    named = (place for place, one in enumerate(blocks) if one.rule and one.rule.get("name") == name)
    return next(named, None)


def _digests_of(rule: str, document: Mapping[str, Any], source: str) -> list[str]:
    """The names of the digests that name a rule."""
    return [
        repr(table.get("name"))
        for table in tables(document, "digest", source)
        if isinstance(named := table.get("rules"), list) and rule in named
    ]


def _changed(block: str, rule: Mapping[str, Any], without: Collection[str]) -> str:
    """The block of a rule with other values, and without some."""
    document = tomlkit.parse(block)
    table = document["rule"][0]
    for key, value in rule.items():
        if value is not None and table.get(key) != value:
            table[key] = value
    for key in without:
        table.pop(key, None)
    return tomlkit.dumps(document)


def _joined(blocks: Iterable[_Block]) -> str:
    return "".join(one.above + one.block + one.below for one in blocks)


def _checked(blocks: Iterable[_Block], before: str, source: str) -> str:
    """The blocks as text, its lines ended as they were before."""
    text = _joined(blocks)
    if "\r\n" in before and before.count("\n") == before.count("\r\n"):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    read_rules(text, source)
    return text
