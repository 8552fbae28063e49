"""Add, change and remove rules in the text of `rules.toml`, keeping its comments and order.

The text is cut into its blocks, and the block of one rule is rewritten or left out; comments right
above a block are part of it. The result is checked as a whole, as when it is loaded: what makes a
mistake is not written. Mistakes that were there before stay as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import tomlkit

from alert.checks import Mistake, RulesError, tables
from alert.rules import read_rules
from core.handwritten import read_toml

_COMMENTS = re.compile(r"(?m:^[ \t]*#.*\n)+\Z")
"""Comments right above what follows."""

_APART = re.compile(r"(?m:^[ \t]*\r?\n)(?m:^[ \t]*(?:#.*)?\r?\n)*\Z")
"""A blank line, followed only by blank lines and comments."""


@dataclass(slots=True)
class _Block:
    """A block with the comments right above it, and what follows it after a blank line. `rule` is
    the rule in it, if it is one."""

    above: str = ""
    block: str = ""
    below: str = ""
    rule: Mapping[str, Any] | None = None


def with_rule(
    text: str,
    rule: Mapping[str, Any],
    source: str,
    *,
    without: Collection[str] = (),
    number: int | None = None,
) -> str:
    """The text with a rule, in place of an existing one or after all others.

    Args:
        text: the text of `rules.toml`.
        rule: its keys and values, as in `[[rule]]`; None values are left out. If the rule exists,
            keys that are not given stay.
        source: what the file is called in errors.
        without: keys to remove from an existing rule, so that their defaults hold.
        number: the place of the existing rule among the rules, from 1; by default, it is the first
            of that name.

    Raises:
        RulesError: the text, or the rule, cannot be used.
    """
    blocks = _blocks(text, source)
    places = _places(blocks)
    existing = _place(blocks, rule["name"] if number is None else number)
    if existing is not None:
        number = places.index(existing) + 1
        blocks[existing].block = _update(blocks[existing].block, rule, without)
    else:
        last = places[-1] if places else len(blocks) - 1
        new = _update("[[rule]]\n", rule, without)
        blocks.insert(last + 1, _Block("\n" if text.strip() else "", new, blocks[last].below))
        blocks[last].below = ""
        number = len(places) + 1

    def is_of_it(one: Mistake) -> bool:
        # Two rules with one name have a mistake together, without a number.
        with_another = not one.number and one.name == rule["name"]
        return one.kind == "rule" and (one.number == number or with_another)

    return _checked(blocks, text, source, is_of_it)


def without_rule(text: str, rule: str | int, source: str) -> str:
    """The text without a rule and the comments right above it.

    Args:
        text: the text of `rules.toml`.
        rule: its name, or its place among the rules, from 1. Of several with one name, the first
            is removed.
        source: what the file is called in errors.

    Raises:
        RulesError: there is no such rule, or a digest names it.
    """
    blocks = _blocks(text, source)
    place = _place(blocks, rule)
    if place is None:
        raise RulesError(f"{source}: there is no rule {rule!r}")
    name = _name(blocks[place])
    # A digest that names a missing rule cannot be used. It is not changed along with the rule: one
    # that loses its last rule would be a digest of all.
    is_last = [_name(one) for one in blocks].count(name) == 1
    if is_last and (digests := _digests_of(name, tomllib.loads(text), source)):
        one = len(digests) == 1
        raise RulesError(
            f"{source}: the {'digest' if one else 'digests'} {', '.join(digests)} "
            f"{'names' if one else 'name'} the rule {name!r}; take it out of "
            f"{'its' if one else 'their'} `rules` first"
        )
    below = blocks[place].below
    if re.search(r"(\A|\n\r?\n)\Z", _join(blocks[:place])):
        below = re.sub(r"\A(?:[ \t]*\r?\n)+", "", below)
    blocks[place] = _Block(below=below)
    return _checked(blocks, text, source)


def _blocks(text: str, source: str) -> list[_Block]:
    """The blocks of a file in their order. The first is what comes before all headers."""
    written = len(tables(read_toml(text, source, RulesError), "rule", source))
    blocks: list[_Block] = []
    above = ""
    for place, piece in enumerate(pieces := _pieces(text)):
        found, comments = piece, ""
        if place < len(pieces) - 1:
            found, comments = _split_before(piece, _COMMENTS)
        if not place and not found:  # comments at the top belong to the file
            found, comments = piece, ""
        block, below = _split_before(found, _APART)
        rules = (_read(block) or {}).get("rule") if place else None
        blocks.append(_Block(above, block, below, rules[0] if isinstance(rules, list) else None))
        above = comments
    if sum(one.rule is not None for one in blocks) != written:
        raise RulesError(f"{source}: write [[rule]] with two brackets, one block for each rule")
    return blocks


def _pieces(text: str) -> list[str]:
    """The text cut above each header, except those of tables in a rule (`[rule.x]`), which are
    part of it; every line has its end."""
    pieces: list[list[str]] = [[]]
    for line in re.findall(r".*\n|.+", text):
        is_header = line.lstrip(" \t").startswith("[") and not _is_in_rule(line)
        # In a list or text of several lines it is not a header: what is above is not complete.
        if is_header and _read("".join(pieces[-1])) is not None:
            pieces.append([])
        # Without a line end, what is put after the last line would be part of that line.
        pieces[-1].append(line if line.endswith("\n") else f"{line}\n")
    return ["".join(lines) for lines in pieces]


def _is_in_rule(header: str) -> bool:
    return isinstance((_read(header) or {}).get("rule"), dict)


def _split_before(piece: str, ending: re.Pattern[str]) -> tuple[str, str]:
    """A piece, split before `ending`, unless that is part of a text of several lines."""
    found = ending.search(piece)
    if found is None or _read(piece[: found.start()]) != _read(piece):
        return piece, ""
    return piece[: found.start()], found[0]


@lru_cache(maxsize=16)  # a piece is read several times in a row, and a header before each rule
def _read(piece: str) -> Mapping[str, Any] | None:
    """What a piece says; None if it is not complete."""
    try:
        return tomllib.loads(piece)
    except tomllib.TOMLDecodeError:
        return None


def _places(blocks: Iterable[_Block]) -> list[int]:
    """The places of the blocks of rules."""
    return [place for place, one in enumerate(blocks) if one.rule is not None]


def _place(blocks: Sequence[_Block], rule: str | int) -> int | None:
    """The place of the block of a rule, given the rule's name, or its number from 1."""
    places = _places(blocks)
    if isinstance(rule, int):
        return places[rule - 1] if 0 < rule <= len(places) else None
    return next((place for place in places if _name(blocks[place]) == rule), None)


def _name(block: _Block) -> object:
    """What stands as the name of a block's rule."""
    return None if block.rule is None else block.rule.get("name")


def _digests_of(rule: object, document: Mapping[str, Any], source: str) -> list[str]:
    """The names of the digests that name a rule."""
    return [
        repr(table.get("name"))
        for table in tables(document, "digest", source)
        if isinstance(named := table.get("rules"), list) and rule in named
    ]


def _update(block: str, rule: Mapping[str, Any], without: Collection[str]) -> str:
    """The block of a rule with changed values, and without some keys."""
    document = tomlkit.parse(block)
    table = document["rule"][0]
    written = table.unwrap()
    for key, value in rule.items():
        # What says the same stays as it is spelt. Python's `True` equals 1, but TOML's does not.
        same = written.get(key) == value and type(written.get(key)) is type(value)
        if value is not None and not same:
            table[key] = value
    for key in without:
        table.pop(key, None)
    return tomlkit.dumps(document)


def _join(blocks: Iterable[_Block]) -> str:
    return "".join(one.above + one.block + one.below for one in blocks)


def _checked(
    blocks: Iterable[_Block],
    before: str,
    source: str,
    counts: Callable[[Mistake], bool] = lambda _: False,
) -> str:
    """The blocks as text, with the line ends that it had before.

    Raises:
        RulesError: it has a mistake that was not there before, or one that `counts` in any case.
    """
    text = _join(blocks)
    if "\r\n" in before and before.count("\n") == before.count("\r\n"):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        made = read_rules(text, source)
        if made.mistakes:  # else there is no need to read what was there before
            known = {one.summary for one in read_rules(before, source).mistakes}
            new = [one for one in made.mistakes if counts(one) or one.summary not in known]
            replace(made, mistakes=tuple(new)).checked()
    except RulesError as wrong:
        # It may be elsewhere than in the rule that a person has just written.
        said = f"{wrong}\nNothing was written: what is wrong has to be mended first"
        raise RulesError(said) from wrong.__cause__
    return text
