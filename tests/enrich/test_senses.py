"""The senses: their own examples, and the phrase language they are written in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrasebook import SenseError
from enrich.senses import Senses
from enrich.words import tokens

SENSES = Senses.load()


def _names(senses: Senses, text: str) -> set[str]:
    return {match.sense for match in senses.find(text)}


def _one(*phrases: str, lists: str = "") -> Senses:
    quoted = ", ".join(f"'{phrase}'" for phrase in phrases)
    return Senses.parse(
        f"[lists]\n{lists}\n[[sense]]\nname = 's'\nkind = 'positive'\ndefinition = 'd'\n"
        f"phrases = [{quoted}]\nin = []\nout = []\n"
    )


@pytest.mark.parametrize(
    ("name", "text"), [(sense.name, text) for sense in SENSES.senses for text in sense.inside]
)
def test_examples_in_are_found(name: str, text: str) -> None:
    assert name in _names(SENSES, text)


@pytest.mark.parametrize(
    ("name", "text"), [(sense.name, text) for sense in SENSES.senses for text in sense.outside]
)
def test_examples_out_are_not(name: str, text: str) -> None:
    assert name not in _names(SENSES, text)


def test_every_sense_is_explained_and_exemplified() -> None:
    for sense in SENSES.senses:
        assert sense.definition.endswith(".")
        assert sense.phrases
        assert sense.inside
        assert sense.outside


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("spy", "A SPY came", ["SPY"]),
        ("spy", "spying", []),
        ("spy*", "Spying eyes", ["Spying"]),
        ("*wach*", "die Überwachung", ["Überwachung"]),
        ("Ring", "the ring", []),
        ("Ring", "Ring's cameras", ["Ring's"]),
        ("face recognition", "face-recognition", ["face-recognition"]),
        ("(tap|bug) the? phone", "they tap phone lines", ["tap phone"]),
        ("(tap|bug) the? phone", "they bug the phone", ["bug the phone"]),
        ("(spy on|watch) people", "spy on people", ["spy on people"]),
        ("police ~ data", "police asked the firm for data", ["police asked the firm for data"]),
        ("police ~ data", "police a b c d e f g data", []),
        ("police ~ data", "The police left. Data came.", []),
        ("police & data", "data for police", ["data for police"]),
        ("police & data", "data of a b c d e f g police", ["data", "police"]),
        ("police & data", "The police left. Data came.", []),
        ("appels", "plus d\u2019appels", ["d\u2019appels"]),
        ("agence", "L'Agence", ["L'Agence"]),
        ("ente", "dell'ente", ["dell'ente"]),
        ("clock", "five o'clock", []),
        ("<who> spies", "the secret service spies", ["secret service spies"]),
    ],
)
def test_phrase_language(phrase: str, text: str, found: list[str]) -> None:
    senses = _one(phrase, lists="who = ['police', 'secret service']")
    assert [text[match.start : match.end] for match in senses.find(text)] == found


@pytest.mark.parametrize(
    "phrase", ["", "a-b", "(a|b", "a)", "(a|)", "~ a", "a ~", "a? b", "<nobody> a", "a & ", "?"]
)
def test_unreadable_phrases_are_refused(phrase: str) -> None:
    with pytest.raises(SenseError, match="'s'"):
        _one(phrase)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SenseError, match="kind"):
        Senses.parse(
            "[lists]\n[[sense]]\nname = 's'\nkind = 'maybe'\ndefinition = ''\n"
            "phrases = ['a']\nin = []\nout = []\n"
        )


def test_parts_far_apart_are_beside_one_another() -> None:
    text = "Police said, as a b c d e f g, that they bought data"
    data, police = sorted(_one("police & data").find(text), key=lambda match: -match.start)
    assert police.beside == ((data.start, data.end),)
    assert data.beside == ((police.start, police.end),)


def test_overlapping_phrases_of_a_sense_count_once() -> None:
    senses = _one("mass surveillance", "surveillance", "surveillance law")
    assert len(senses.find("a mass surveillance law")) == 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three", [0, 1, 2]),
        ("The U.S. Senate", [0, 0, 0, 0]),
        ("Mr. Smith", [0, 0]),
        ("He said: no", [0, 0, 0]),
        ("Line\nline", [0, 1]),
        ("version 2.0 came", [0, 0, 0, 0]),
    ],
)
def test_sentences(text: str, sentences: list[int]) -> None:
    assert [token.sentence for token in tokens(text)] == sentences


@given(st.text())
def test_offsets_are_true_in_any_text(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end] == token.word
    for match in SENSES.find(text):
        assert 0 <= match.start < match.end <= len(text)


def test_a_long_text_without_a_full_stop_takes_no_more_time_than_its_length() -> None:
    senses = _one("spied ~ reporters & spyware", "spyware & berlin", "reporters")
    began = time.perf_counter()
    found = senses.find("the agency spied on reporters in Berlin with spyware " * 8_000)
    assert time.perf_counter() - began < 8  # minutes, if each part were tried with each other one
    assert len(found) == 8_000
