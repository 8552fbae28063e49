"""Where a search matched, with the words around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Evidence
from desk.snippets import AROUND, MAX_PLACES, snippets, unseen


def matched(text: str, start: int, end: int) -> Evidence:
    return Evidence(field="text", start=start, end=end, phrase=text[start:end], why="")


@given(st.text(alphabet="ab \n", max_size=400), st.lists(st.integers(0, 399), max_size=4))
def test_snippet_is_part_of_the_text_with_its_hits_marked(text: str, places: list[int]) -> None:
    found = [matched(text, at, at + 1) for at in places if at < len(text)]
    shown = snippets(text, found, [])
    assert len(shown) <= MAX_PLACES
    assert bool(shown) == bool(found)
    for place in shown:
        words = "".join(piece.text for piece in place)
        assert words in text
        assert any(piece.marks for piece in place)


def test_snippet_cuts_no_word_and_crosses_no_paragraph() -> None:
    text = "Before.\n" + "long words " * 20 + "HERE " + "some words " * 20 + "\nBehind."
    start = text.index("HERE")
    ((before, hit, behind),) = snippets(text, [matched(text, start, start + 4)], [])
    assert hit.text == "HERE"
    assert hit.kinds == "hit"
    assert before.text.startswith(("long ", "words "))
    assert behind.text.endswith((" some", " words"))
    assert len(before.text) <= AROUND >= len(behind.text)


def test_snippet_of_a_script_without_spaces_has_the_usual_length() -> None:
    text = "市民団体は増設に反対。" * 20 + " 監視カメラ " + "計画は撤回されていない。" * 20
    start = text.index("監視")
    ((before, hit, behind),) = snippets(text, [matched(text, start, start + 5)], [])
    assert (len(before.text), hit.text, len(behind.text)) == (AROUND, "監視カメラ", AROUND)


def run_of(length: int, *breaks: int, by: str = " ") -> str:
    """Letters of this number, some of them replaced: those at these places, from 1."""
    return "".join(by if place in breaks else "x" for place in range(1, length + 1))


HALF = AROUND // 2


@pytest.mark.parametrize(
    ("behind", "length"),
    [
        (run_of(200), AROUND),
        (run_of(200, AROUND + 1), AROUND),
        (run_of(200, AROUND), AROUND - 1),
        (run_of(200, HALF + 5, HALF + 9), HALF + 8),
        (run_of(200, HALF + 1), HALF),
        (run_of(200, HALF), AROUND),
        (run_of(AROUND, HALF + 5), AROUND),
        (run_of(AROUND + 1, HALF + 5), HALF + 4),
        (run_of(200, AROUND + 1, by="\n"), AROUND),
        (run_of(200, 1, by="\n"), 0),
        ("", 0),
    ],
)
def test_a_snippet_reaches_as_far_as_words_and_paragraph_allow(behind: str, length: int) -> None:
    for before, after in [("", behind), (behind[::-1], "")]:
        text = f"{before}HERE{after}"
        hit = matched(text, len(before), len(before) + 4)
        ((*around,),) = snippets(text, [hit], [])
        shown = "".join(piece.text for piece in around)
        assert len(shown) == 4 + length
        assert shown in text


def test_only_the_first_places_are_shown() -> None:
    text = "\n".join(f"place {number} {'x' * 200}" for number in range(MAX_PLACES + 2))
    hits = [matched(text, at, at + 7) for at in range(len(text)) if text.startswith("place", at)]
    shown = snippets(text, hits, [])
    assert [place[0].text for place in shown] == [f"place {n}" for n in range(MAX_PLACES)]


def test_places_that_meet_are_joined_and_others_are_not() -> None:
    for between, number in [(2 * AROUND, 1), (2 * AROUND + 1, 2)]:
        text = f"HERE{'x' * between}HERE"
        hits = [matched(text, 0, 4), matched(text, len(text) - 4, len(text))]
        assert len(snippets(text, hits, [])) == number


def test_a_hit_within_another_shortens_no_snippet() -> None:
    text = f"{'Spies watched phones. ' * 20}{'x' * 200}"
    (alone,) = snippets(text, [matched(text, 0, 400)], [])
    (both,) = snippets(text, [matched(text, 0, 400), matched(text, 6, 13)], [])
    assert "".join(one.text for one in both) == "".join(one.text for one in alone)
    assert both[1].text == "watched"


def test_a_hit_says_how_it_was_found() -> None:
    hit = Evidence(field="text", start=0, end=3, phrase="Spy", why="a word with the stem “spi”")
    assert snippets("Spy", [hit], [])[0][0].says == hit.why


def test_hits_close_together_share_a_snippet() -> None:
    line = f"a spy {'and ' * 30}another spy came"
    text = f"Before.\n{line}\nBehind."
    first, second = text.index("spy"), text.rindex("spy")
    in_title = Evidence(field="title", start=0, end=3, phrase="Spy", why="")
    hits = [in_title, *(matched(text, at, at + 3) for at in (second, first))]
    (shown,) = snippets(text, hits, [])
    assert "".join(piece.text for piece in shown) == line
    assert [piece.text for piece in shown if piece.marks] == ["spy", "spy"]


def test_hits_far_apart_have_a_snippet_each_in_order() -> None:
    text = f"a spy {'and ' * 90}a mole"
    shown = snippets(text, [matched(text, len(text) - 4, len(text)), matched(text, 2, 5)], [])
    hits = [[piece.text for piece in place if piece.marks] for place in shown]
    assert hits == [["spy"], ["mole"]]


def test_evidence_is_marked_where_it_is_shown_and_listed_where_it_is_not() -> None:
    text = f"Officers searched the phones. {'And ' * 90}they took a laptop."
    phones, laptop = text.index("phones"), text.index("they")
    near = matched(text, 0, phones + 6)
    far = matched(text, laptop, len(text) - 1)
    shown = snippets(text, [matched(text, phones, phones + 6)], [near, far])
    assert [(one.text, one.kinds) for one in shown[0] if one.marks] == [
        ("Officers searched the ", "evidence"),
        ("phones", "hit evidence"),
    ]
    assert unseen([near, far], shown) == [far]
    assert unseen([near, far], []) == [near, far]


def test_evidence_of_which_a_part_is_shown_is_shown_whole() -> None:
    text = f"Before. Officers searched {'every one of the ' * 8}phones. {'And ' * 40}so on."
    phones, officers = text.index("phones"), text.index("Officers")
    long = matched(text, officers, phones + 6)
    shown = snippets(text, [matched(text, phones, phones + 6)], [long])
    assert "".join(one.text for one in shown[0]).startswith("Officers searched every")
    assert unseen([long], shown) == []


def test_evidence_that_only_touches_what_is_shown_is_not() -> None:
    text = f"{'x' * 200}HERE{'x' * 200}"
    start, end = 200 - AROUND, 204 + AROUND
    for first, last, shown in [
        (start - 50, start + 1, (start - 50, end)),
        (start - 50, start, (start, end)),
        (end - 1, end + 50, (start, end + 50)),
        (end, end + 50, (start, end)),
        (0, 20, (start, end)),
        (100, 300, (100, 300)),
    ]:
        evidence = matched(text, first, last)
        (place,) = snippets(text, [matched(text, 200, 204)], [evidence])
        before, behind = "".join(piece.text for piece in place).split("HERE")
        assert (200 - len(before), 204 + len(behind)) == shown
