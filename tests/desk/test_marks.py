"""A text's pieces add up to the text, and each piece has its marks."""

from __future__ import annotations

from factories import a_mention, a_statement, an_article
from growth import grows_evenly
from hypothesis import given
from hypothesis import strategies as st

from core.records import Evidence, Tag
from desk.marks import Mark, emphasised, marks_of, paragraphs, pieces


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(alphabet="ab \n", max_size=40))
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(place, place).map(sorted), max_size=5))
    return text, [Mark(a, b, "mention", str(n)) for n, (a, b) in enumerate(spans)]


@given(marked())
def test_pieces_keep_every_character_with_its_marks(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    cut = pieces(text, marks)
    assert "".join(piece.text for piece in cut) == text
    place = 0
    for piece in cut:
        for at in range(place, place + len(piece.text)):
            assert set(piece.marks) == {m for m in marks if m.start <= at < m.end}
        place += len(piece.text)


@given(marked())
def test_paragraphs_hold_the_same_pieces(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    lines = ["".join(piece.text for piece in line) for line in paragraphs(text, marks)]
    assert lines == [line for line in text.split("\n") if line.strip()]
    said = {mark for piece in pieces(text, marks) if piece.text.strip() for mark in piece.marks}
    kept = {mark for line in paragraphs(text, marks) for piece in line for mark in piece.marks}
    assert said <= kept


def test_overlapping_marks_are_all_named() -> None:
    marks = [Mark(0, 4, "statement", "denial: VSD"), Mark(2, 6, "evidence", "sense: spying")]
    cut = pieces("abcdefgh", marks)
    assert [(piece.text, piece.kinds, piece.says) for piece in cut] == [
        ("ab", "statement", "denial: VSD"),
        ("cd", "statement evidence", "denial: VSD; sense: spying"),
        ("ef", "evidence", "sense: spying"),
        ("gh", "", ""),
    ]
    part = pieces("cde", marks, start=2)
    assert [(piece.text, piece.kinds) for piece in part] == [
        ("cd", "statement evidence"),
        ("e", "evidence"),
    ]


def test_title_and_text_have_each_their_own_marks() -> None:
    evidence = (
        Evidence(field="title", start=0, end=3, phrase="Spy", why="a sense"),
        Evidence(field="text", start=4, end=9, phrase="spied", why="a phrase"),
    )
    article = an_article(
        tags=(Tag(topic="espionage", score=0.9, evidence=evidence),),
        mentions=(a_mention("agency", "NSA"), a_mention("vendor", "Acme", field="text")),
        statements=(
            a_statement("denial", "It denies", field="title"),
            a_statement("court", "It rules", speaker="the court"),
        ),
    )
    assert marks_of(article, "title") == [
        Mark(0, 3, "evidence", "espionage: a sense"),
        Mark(0, 3, "mention", "agency: NSA"),
        Mark(0, 9, "statement", "denial: speaker not named"),
    ]
    assert marks_of(article, "text") == [
        Mark(4, 9, "evidence", "espionage: a phrase"),
        Mark(0, 4, "mention", "vendor: Acme"),
        Mark(0, 8, "statement", "court: the court"),
    ]


def test_list_of_thousands_of_names_is_marked_quickly() -> None:
    def kinds(size: int) -> list[str]:
        marks = [Mark(4 * number, 4 * number + 3, "mention", "NSA") for number in range(size)]
        return [piece.kinds for line in paragraphs("NSA\n" * size, marks) for piece in line]

    assert kinds(6_000) == ["mention"] * 6_000
    assert grows_evenly(kinds, 750)


def test_words_by_which_evidence_was_found_stand_out_in_it_and_in_the_article() -> None:
    title, text = "News", "So it is. Police read faces in the hall."
    start = text.index("Police")
    found = (text.index("faces"), text.index("faces") + 5)
    shown = Evidence(
        field="text", start=start, end=len(text), phrase=text[start:], why="a sense", found=(found,)
    )
    assert [(one.text, one.kinds) for one in emphasised(shown)] == [
        ("Police read ", ""),
        ("faces", "found"),
        (" in the hall.", ""),
    ]
    tag = Tag(topic="biometrics", score=1.0, evidence=(shown,))
    article = an_article(title=title, text=text, tags=(tag,))
    assert [(one.text, one.kinds, one.says) for one in pieces(text, marks_of(article, "text"))] == [
        ("So it is. ", "", ""),
        ("Police read ", "evidence", "biometrics: a sense"),
        ("faces", "evidence found", "biometrics: a sense"),
        (" in the hall.", "evidence", "biometrics: a sense"),
    ]
