"""Whatever the documents name exists: commands, options, modules, files, targets, links."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest
import typer

from core.fields import FIELDS
from wirewatch.cli import app

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WRONG_USE: type[Exception] = typer.BadParameter.__mro__[1]
"""Raised for wrong usage of a command; typer does not export it."""

FOLDERS = "alert|bench|core|dags|demo|desk|docs|enrich|ingest|kibana|scripts|search|tests|wirewatch"


@cache
def pages() -> dict[str, str]:
    """Our pages, by path."""
    found = [ROOT / "README.md"]
    for folder in FOLDERS.split("|"):
        found += (ROOT / folder).rglob("*.md")
    return {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in found}


@cache
def texts() -> dict[str, str]:
    """Our pages, and other texts that tell people what to run: files and docstrings."""
    found = dict(pages())
    for name in ("Makefile", ".env.example", "docker-compose.yml", "Dockerfile"):
        found[name] = (ROOT / name).read_text("utf-8")
    for folder in ("bench", "demo", "enrich", "scripts", "wirewatch/commands"):
        for file in (ROOT / folder).glob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            told = [
                each for each in ast.walk(tree) if isinstance(each, ast.Module | ast.FunctionDef)
            ]
            found[str(file.relative_to(ROOT))] = "\n\n".join(
                ast.get_docstring(one) or "" for one in told
            )
    return found


@cache
def terminal() -> typer.core.TyperGroup:
    """Our command line, to check what it accepts."""
    made = typer.main.get_command(app)
    assert isinstance(made, typer.core.TyperGroup)
    return made


def refused(line: str, *, whole: bool) -> str | None:
    """Why `wirewatch` rejects a command line; only `whole` ones need all arguments."""
    read = shlex.split(line, comments=True)[1:]
    words = list(takewhile(lambda word: word not in {"|", ">", "<"}, read))
    if words[0] == "--home":
        words = words[2:]
    command: typer.core.TyperGroup | typer.core.TyperCommand = terminal()
    while isinstance(command, typer.core.TyperGroup) and words and words[0] in command.commands:
        found = command.commands[words.pop(0)]
        assert isinstance(found, typer.core.TyperGroup | typer.core.TyperCommand)
        command = found
    if isinstance(command, typer.core.TyperGroup):
        if not words:
            return None
        if not words[0].startswith("-"):
            return f"no command {words[0]}"
    try:
        command.make_context(None, words)
    except WRONG_USE as error:
        partial = ("Missing", "requires an argument")
        allowed = ("does not exist", "No such file", *(() if whole else partial))
        return None if any(one in str(error) for one in allowed) else str(error)
    return None


def test_wirewatch_accepts_every_command_line() -> None:
    examples = r"^(?: *(?:\w+: )?|.*Example: )(wirewatch (?!watches)[a-z-].*)$"
    lines = {(line, True) for text in texts().values() for line in re.findall(examples, text, re.M)}
    spans = r"(?<!`)`(wirewatch [^`]+)`"
    lines |= {(line, False) for text in texts().values() for line in re.findall(spans, text)}
    assert len(lines) > 100
    for line, whole in lines:
        assert refused(line, whole=whole) is None, line


def test_help_says_what_a_group_does_without_a_command() -> None:
    groups = [one for one in terminal().commands.values() if isinstance(one, typer.core.TyperGroup)]
    assert {one.name for one in groups if one.invoke_without_command} == {
        one.name for one in groups if "Without a command: " in (one.help or "")
    }


def test_help_names_every_argument_in_capitals() -> None:
    def arguments(command: typer.core.TyperCommand | typer.core.TyperGroup) -> Iterator[str]:
        if isinstance(command, typer.core.TyperGroup):
            for one in command.commands.values():
                assert isinstance(one, typer.core.TyperGroup | typer.core.TyperCommand)
                yield from arguments(one)
            return
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                shown = getattr(parameter, "metavar", None) or parameter.name
                yield f"{command.name} {shown}"

    found = set(arguments(terminal()))
    assert {"show ARTICLE", "digest DIGEST"} < found
    assert [one for one in found if not one.split()[-1].isupper()] == []


def test_modules_and_scripts_have_the_options_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)  # as `python -m` does in the repository's folder
    lines = {
        line
        for text in texts().values()
        for line in re.findall(r"\bpython3? (?:-m )?([\w./]+[^`\n)]*)", text.replace("\\\n", " "))
    }
    assert len(lines) > 40
    for line in lines:
        name, *words = line.split()
        if name.endswith(".py"):
            file = ROOT / name
        else:
            found = importlib.util.find_spec(name)
            assert found, line
            if found.submodule_search_locations:
                found = importlib.util.find_spec(f"{name}.__main__")
                assert found, line
            file = Path(found.origin or "")
        assert file.is_file(), line
        if not file.is_relative_to(ROOT / ".venv") and file.is_relative_to(ROOT):
            # A parser may be shared by the modules of a folder.
            source = "".join(one.read_text("utf-8") for one in file.parent.glob("*.py"))
            for option in (word.strip("[]") for word in words if word.lstrip("[").startswith("--")):
                assert f'"{option}"' in source, line


def test_targets_and_their_variables_exist() -> None:
    called = r"(?:`|^ {4})make ([a-z]+)((?: [A-Z]+=[^`\s]+)*)"
    named = {call for text in pages().values() for call in re.findall(called, text, re.MULTILINE)}
    assert ("demo", " ONCE=1") in named
    recipes = dict(re.findall(r"^([a-z]+): .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE))
    for target, values in named:
        assert target in recipes, target
        for value in values.split():
            assert f"$({value.partition('=')[0]})" in recipes[target], (target, value)


def test_files_and_folders_exist() -> None:
    named = {
        path
        for page, text in texts().items()
        if page != "docs/starter-feeds.md"  # it names files of other projects
        for path in re.findall(rf"(?<![\w/.:@-])((?:{FOLDERS})/[\w./*-]*\w)", text)
    }
    assert len(named) > 100
    # Docstrings name a decision by its number.
    missing = [one for one in named if not any(ROOT.glob(one)) and not any(ROOT.glob(f"{one}-*"))]
    assert missing == []


def test_each_field_of_the_search_language_is_named() -> None:
    named = set(re.findall(r"`(\w+)[:`]", pages()["docs/search.md"]))
    assert set(FIELDS) - named == set()


def headings(text: str) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    plain = [
        re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
        for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    ]
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in plain}


def test_links_resolve() -> None:
    links = [
        (page, link)
        for page, text in pages().items()
        for link in re.findall(r"\]\(([^)\s]+)\)", text)
        if not re.match(r"[a-z]+:", link)
    ]
    assert len(links) > 50
    for page, link in links:
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), (page, link)
        assert not anchor or anchor in headings(target.read_text("utf-8")), (page, link)
