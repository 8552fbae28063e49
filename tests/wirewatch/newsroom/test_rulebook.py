"""rules.toml is read again when it changes, and is changed as a whole or not at all."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alert.checks import RulesError
from alert.editing import with_rule
from alert.rules import rules_text
from wirewatch.newsroom.rulebook import Rulebook

RULE = '[[rule]]\nname = "a"\nquery = "x"\n'


def named(book: Rulebook) -> list[str]:
    return [rule.name for rule in book.rules().rules]


def test_rulebook_follows_its_file(tmp_path: Path) -> None:
    book = Rulebook(tmp_path / "rules.toml")
    assert named(book) == []
    book.path.write_text(RULE)
    assert named(book) == ["a"]
    assert book.rules() is book.rules()
    book.path.write_text("[[rule]\n")
    with pytest.raises(RulesError, match="not valid TOML"):
        book.rules()
    (mistake,) = book.rules_if_any().mistakes
    assert (mistake.kind, book.rules_if_any().rules) == ("file", ())
    book.path.unlink()
    assert named(book) == []


def test_simultaneous_changes_are_all_kept(tmp_path: Path) -> None:
    book = Rulebook(tmp_path / "rules.toml")

    def add(number: int) -> None:
        rule = {"name": f"rule {number}", "query": "x"}
        book.change(lambda text: with_rule(text, rule, "rules.toml"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert sorted(named(book)) == sorted(f"rule {number}" for number in range(12))


def test_refused_change_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    book = Rulebook(tmp_path / "rules.toml")
    book.path.write_text(RULE)
    with pytest.raises(RulesError):
        book.change(lambda text: with_rule(text, {"name": "b", "query": "("}, "rules.toml"))
    assert book.path.read_text() == RULE
    assert list(tmp_path.iterdir()) == [book.path]


def test_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    book = Rulebook(tmp_path / "rules.toml")
    book.path.write_text("\ufeff" + RULE, "utf-8")
    assert rules_text(book.path) == RULE
    assert [rule.name for rule in book.rules().rules] == ["a"]
    book.change(lambda text: with_rule(text, {"name": "b", "query": "y"}, "rules.toml"))
    assert [rule.name for rule in book.rules().rules] == ["a", "b"]


def test_change_keeps_permissions_and_symbolic_link(tmp_path: Path) -> None:
    real = tmp_path / "kept" / "rules.toml"
    real.parent.mkdir()
    real.write_text(RULE)
    real.chmod(0o640)
    link = tmp_path / "rules.toml"
    link.symlink_to(real)
    Rulebook(link).change(lambda text: text + "# more\n")
    assert link.is_symlink()
    assert real.read_text() == RULE + "# more\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_unreadable_file_is_reported(tmp_path: Path) -> None:
    book = Rulebook(tmp_path / "rules.toml")
    book.path.write_bytes(b"# caf\xe9\n")
    for use in (book.rules, lambda: rules_text(book.path), lambda: book.change(str)):
        with pytest.raises(RulesError, match="not UTF-8"):
            use()
    book.path.unlink()
    book.path.mkdir()
    for use in (book.rules, lambda: rules_text(book.path), lambda: book.change(str)):
        with pytest.raises(RulesError, match="cannot be"):
            use()
