"""JSON-LD as templates really write it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from growth import grows_evenly
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from ingest.extraction.linked_data import (
    is_article,
    linked_data,
    names_of,
    read,
    resolve,
    types,
)


def objects(*scripts: str, kind: str = "application/ld+json") -> tuple[dict[str, Any], ...]:
    tags = "".join(f'<script type="{kind}">{script}</script>' for script in scripts)
    return linked_data(html.document_fromstring(f"<html><head>{tags}</head><body>x</body></html>"))


def test_nested_objects_come_in_the_order_of_the_page() -> None:
    found = objects('{"n": 1, "inner": [{"n": 2}]}', '[{"n": 3}, {"@graph": [{"n": 4}]}]')
    assert [thing["n"] for thing in found if "n" in thing] == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", ["application/ld+json", "application/LD+JSON; charset=utf-8"])
def test_the_content_type_may_have_parameters(kind: str) -> None:
    assert objects('{"n": 1}', kind=kind) == ({"n": 1},)


def test_other_scripts_are_not_read() -> None:
    assert objects('{"n": 1}', kind="application/json") == ()


@pytest.mark.parametrize(
    "broken",
    [
        '{"a": [1, 2,], }',
        '{"a": [1,, 2]}',
        '<!-- {"a": [1, 2]} -->',
        '//<![CDATA[\n{"a": [1, 2]}\n//]]>',
        '/*<![CDATA[*/{"a": [1, 2]}/*]]>*/',
        '{"a": [1, 2]};',
        '\ufeff{"a": [1, 2]}\x00',
        "{&quot;a&quot;: [1, 2]}",
        '{"a": [1, 2], // as the editor said\n}',
        '// for machines\n{"a": [1, 2]}',
        '{\n/* two\nnumbers */\n"a": [1, 2]}',
        '{\n/* two */ "a": [1,\n/* and */\n2]}',
    ],
)
def test_json_broken_by_templates_is_mended(broken: str) -> None:
    assert read(broken) == [{"a": [1, 2]}]


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ('{"a": "one\ntwo"}', "one\ntwo"),
        (r'{"a": "it\'s", }', "it's"),
        ('{\n"a": "she said "no" twice",\n"b": 1}', 'she said "no" twice'),
        ('{\n"a": \'single\',\n"b": 1}', "single"),
        ('{"a": "keeps ,} and // and <!-- inside",}', "keeps ,} and // and <!-- inside"),
    ],
)
def test_texts_survive_the_mending(broken: str, meant: str) -> None:
    assert read(broken)[0]["a"] == meant


@pytest.mark.parametrize(
    ("escaped", "meant"),
    [
        (r"Jane \ud83d", "Jane  "),
        (r"\uDE00 Jane", "  Jane"),
        (r"Jane\u0000 \u001b[31m\u009b2J", "Jane   [31m 2J"),
        (r"Jane \ud83d\uDE00", "Jane 😀"),
        (r"Jane\u00e9 \u000aDoe\t", "Janeé \nDoe\t"),
        (r"C:\\ud83d\\u0000", r"C:\ud83d\u0000"),
    ],
)
def test_escapes_of_non_characters_are_left_out(escaped: str, meant: str) -> None:
    assert objects(f'{{"name": "{escaped}"}}') == ({"name": meant},)


def test_consecutive_values_are_all_read() -> None:
    assert read('{"n": 1}\n{"n": 2}') == [{"n": 1}, {"n": 2}]


def test_values_before_a_fault_are_kept() -> None:
    assert read('{"n": 1} } "rest": 2 }') == [{"n": 1}]


def test_a_surplus_comma_behind_a_stray_quote_is_removed() -> None:
    text = '{\n"size": "a 5" screen",\n"name": "Ana",\n}'
    assert read(text) == [{"size": 'a 5" screen', "name": "Ana"}]


@pytest.mark.parametrize("hopeless", ["", "   ", "var x = 1;", "{{template}}", "[" * 50_000])
def test_content_that_is_not_json_gives_nothing(hopeless: str) -> None:
    assert read(hopeless) == []


@pytest.mark.parametrize("line", ["/* unclosed\n", "/* inside */ x\n", " \n", " "])
def test_a_hostile_text_takes_no_longer(line: str) -> None:
    assert grows_evenly(lambda size: read(f'{{"a": ]]>{line * size} "b"}}'), 500)


def test_a_text_of_strings_without_an_end_takes_no_longer() -> None:
    assert grows_evenly(lambda size: read('{"a": ' + '"\\' * size + "}"), 500)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    assert isinstance(read(text), list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, (list, dict)))
)
def test_valid_json_is_read_unchanged(value: Any) -> None:
    assert read(json.dumps(value)) == [value]


def test_a_reference_is_resolved_to_its_object() -> None:
    person = {"@id": "#jane", "@type": "Person", "name": "Jane Doe"}
    article = {"@type": "NewsArticle", "author": {"@id": "#jane"}}
    assert resolve(article["author"], [article, person]) == [person]


def test_an_unresolvable_reference_stays() -> None:
    assert resolve([{"@id": "#x"}, "Jane"], []) == [{"@id": "#x"}, "Jane"]
    assert resolve(None, []) == []


def test_circular_references_end() -> None:
    one, two = {"@id": "#1", "about": {"@id": "#2"}}, {"@id": "#2", "about": {"@id": "#1"}}
    assert resolve({"@id": "#1"}, [one, two]) == [one]


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("NewsArticle", ("NewsArticle",)),
        (["Thing", "schema:Article"], ("Thing", "Article")),
        ("https://schema.org/BlogPosting", ("BlogPosting",)),
        (None, ()),
        (7, ()),
    ],
)
def test_types_are_names_without_their_vocabulary(named: object, meant: tuple[str, ...]) -> None:
    assert types({"@type": named}) == meant


def test_every_kind_of_article_is_recognised() -> None:
    kinds = ["NewsArticle", "LiveBlogPosting", "Report", "OpinionNewsArticle"]
    things = [{"@type": kind} for kind in [*kinds, "WebPage", "Person"]]
    assert [thing["@type"] for thing in filter(is_article, things)] == kinds


@pytest.mark.parametrize(
    ("thing", "names"),
    [
        ("Jane", ["Jane"]),
        ({"name": "Jane"}, ["Jane"]),
        ({"name": ["Jane", 3, "John"]}, ["Jane", "John"]),
        ({"url": "https://news.example"}, []),
        (3, []),
    ],
)
def test_names_of_a_thing_are_read(thing: object, names: list[str]) -> None:
    assert names_of(thing) == names
