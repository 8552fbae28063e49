"""Lists of names: what they may hold, and what errors say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.records import MentionKind
from enrich.mentions.names import (
    LISTS,
    Name,
    NamesError,
    parse_names,
    read_list,
    read_names,
)

LISTED = Path(__file__).parents[3] / "enrich" / "mentions" / "lists"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("names = [", "valid TOML"),
        ("names = 1", "expected a list"),
        ('names = [{ name = "X" }]', "name 1: kind: it is missing"),
        (
            'kind = "agency"\nnames = [{ name = "X" }, { nam = "Y" }]',
            "name 2: name: it is missing",
        ),
        (
            'kind = "agency"\nnames = [{ name = "X", needs = "rain" }]',
            "X: no context 'rain'; one of",
        ),
        ('kind = "agency"\nnames = ["X"]', "expected a table"),
        ('name = [{ name = "X", kind = "agency" }]', "'name' means nothing here; expected: names"),
        (
            'kind = "agency"\nnames = [{ name = "X", country = "de" }]',
            'name 1: country: expected two capitals, such as "GB"',
        ),
        (
            'kind = "agency"\nnames = [{ name = "X", country = "UK" }]',
            "X: no country 'UK'; its code is that of ISO 3166-1, such as \"GB\"",
        ),
        ('kind = "agency"\nnames = [{ name = "X", also = "Y" }]', "also: expected a list"),
        ('kind = "firm"\nnames = [{ name = "X" }]', "kind: expected 'agency', 'vendor'"),
    ],
)
def test_errors_name_the_place_and_the_fault(text: str, message: str) -> None:
    with pytest.raises(NamesError, match=f"^my file.*{re.escape(message)}"):
        list(parse_names(text, "my file"))


def test_links_are_expanded() -> None:
    def link(uri: str) -> str:
        return Name(name="Unit 8200", kind=MentionKind.AGENCY, uri=uri).link

    assert link("wikidata:Q121194") == "http://www.wikidata.org/entity/Q121194"
    assert link("wikipedia:Unit_8200") == "https://en.wikipedia.org/wiki/Unit_8200"
    assert link("https://example.org/") == "https://example.org/"
    assert link("") == "tag:wirewatch.example,2026:agency/unit-8200"


def test_every_list_is_valid_and_states_its_source_and_licence() -> None:
    assert len(read_names()) > 2_000
    for file in (*LISTED.glob("*.toml"), *LISTED.glob("*.tsv"), *LISTED.glob("*.txt")):
        head = file.read_text("utf-8")[:600]
        assert "Source" in head, file
        assert re.search(r"Licence|CC BY|MIT|frequencies/README", head), file


def test_every_list_is_loaded() -> None:
    named = {file.name for file in LISTED.glob("*.toml") if "\nkind = " in file.read_text("utf-8")}
    assert named == set(LISTS)


def test_every_listed_name_has_a_link_that_leads_somewhere_or_is_our_own() -> None:
    links = {name.link for name in read_names()}
    assert [link for link in links if not link.startswith(("https://", "http://", "tag:"))] == []


def test_no_list_has_a_name_twice_for_one_context() -> None:
    for file in LISTS:
        names = list(parse_names((LISTED / file).read_text("utf-8"), file))
        keys = [(name.name, name.kind, name.needs, name.country) for name in names]
        assert sorted(keys, key=str) == sorted(set(keys), key=str), file


def test_an_own_file_may_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text('\ufeffkind = "agency"\nnames = [{ name = "Office X" }]\n', "utf-8")
    assert [one.name for one in read_list(path)] == ["Office X"]


def test_names_whose_accents_are_characters_of_their_own_are_composed() -> None:
    (name,) = parse_names('names = [{ name = "Zu\u0308rcher Amt", kind = "agency" }]', "x")
    assert name.name == "Zürcher Amt"


def test_a_missing_own_file_adds_no_names(tmp_path: Path) -> None:
    assert read_names(tmp_path / "names.toml") == read_names()
