"""Corrections: they apply to the item and to what resembles it, and hardly to anything else."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.tagging.corrections import (
    MARGIN,
    Correction,
    CorrectionError,
    Corrections,
    learn,
    newest,
    read_corrections,
)
from enrich.tagging.features import Reading
from enrich.words import Words

WANTED = Correction(
    "Turnstile project stays", "The turnstile project counts who comes and goes.", True
)
UNWANTED = Correction("Birdwatch board game", "A new game.", False)
ANCHORS = [("Pool opens in June", "Families swam."), ("Bread prize", "A bakery won it.")]


def _read(title: str, text: str = "") -> Reading:
    return Reading(Words(title), Words(text), [], [])


def test_a_correction_moves_its_item_and_similar_ones() -> None:
    learnt = learn([(WANTED, -2.0), (UNWANTED, 1.5)], ANCHORS)
    itself = learnt.log_odds(_read(WANTED.title, WANTED.text))
    assert itself > 0.7 * (MARGIN + 2.0)
    assert learnt.log_odds(_read("Turnstile project grows")) > 0.5
    assert learnt.log_odds(_read(UNWANTED.title, UNWANTED.text)) < -1.5
    assert abs(learnt.log_odds(_read(*ANCHORS[0]))) < 0.3


def test_a_correction_that_is_already_met_moves_nothing() -> None:
    assert learn([(WANTED, 4.0), (UNWANTED, -4.0)], ANCHORS).moves == {}


def test_the_word_that_moved_is_shown_as_a_reason() -> None:
    learnt = learn([(WANTED, -6.0)], ANCHORS)
    reasons = learnt.reasons(_read("Turnstile project"))
    assert {reason.start for reason in reasons} <= {0, 10}
    assert all("newsroom's correction" in reason.why for reason in reasons)
    assert reasons


_WORD = st.sampled_from(["camera", "gate", "bread", "pool", "list", "phone", "school"])
_TITLE = st.lists(_WORD, min_size=1, max_size=5).map(" ".join)


@settings(max_examples=50)
@given(st.lists(st.tuples(_TITLE, st.booleans(), st.floats(-5, 5)), min_size=1, max_size=8))
def test_the_same_corrections_give_the_same_words(rows: list[tuple[str, bool, float]]) -> None:
    wanted = [(Correction(title, "", positive), odds) for title, positive, odds in rows]
    first = learn(wanted, ANCHORS)
    assert first == learn(wanted, ANCHORS)
    assert Corrections(json.loads(first.dump())["moves"]) == first


def test_the_newest_file_counts(tmp_path: Path) -> None:
    assert newest(tmp_path) is None
    folder = tmp_path / "corrections"
    folder.mkdir()
    for name in ("0001.json", "0002.json", "0003.taken-back", "0004.json.1f0c2a3b.tmp"):
        (folder / name).write_text(Corrections({"a": 1.0}).dump(), "utf-8")
    assert newest(tmp_path) == folder / "0002.json"
    assert Corrections.load(folder / "0002.json").moves == {"a": 1.0}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1 is not JSON: Expecting"),
        ('{"title": "a", "label": "maybe"}', "label is 'maybe'; expected positive"),
        ('{"label": "positive"}', "line 1 lacks title$"),
        ("[]", "line 1 lacks title, label$"),
        ("[" * 100_000, "line 1 is not JSON"),
        ('{"title": ["a"], "label": "positive"}', "line 1: title is not text$"),
        ('{"title": " ", "text": null, "label": "positive"}', "line 1 has neither title nor text$"),
        ('{"title": "a", "label": "borderline"}', "no correction labelled positive or negative"),
        ("", "no correction labelled positive or negative"),
    ],
)
def test_a_fault_in_the_file_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(CorrectionError, match=message):
        read_corrections(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    for content in ("[]", "{", '{"version": 1}', '{"version": 2, "moves": {}}'):
        path.write_text(content, "utf-8")
        with pytest.raises(CorrectionError, match=r"0001\.json"):
            Corrections.load(path)


def test_a_text_may_contain_unicode_line_separators(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    text = "one\N{LINE SEPARATOR}two\N{NEXT LINE}three"
    row = json.dumps({"title": None, "text": text, "label": "positive"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"{row}\r\n{row}\n".encode())
    assert read_corrections(path) == [Correction("", text, True)] * 2


def test_an_encoding_other_than_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_bytes('{"title": "Überwachung", "label": "positive"}'.encode("latin-1"))
    with pytest.raises(CorrectionError, match="not UTF-8"):
        read_corrections(path)
