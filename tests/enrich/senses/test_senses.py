"""The senses: their own examples, their files, and the phrase language they are written in."""

import re
import tomllib
from itertools import permutations
from pathlib import Path

import pytest
from growth import grows_evenly
from hypothesis import given
from hypothesis import strategies as st

from enrich.senses import Sense, Senses
from enrich.senses.phrasebook import SenseError
from enrich.words import Words

SENSES = Senses.load()
FOLDER = Path(__file__).parents[3] / "enrich" / "senses"
FILES = sorted(FOLDER.glob("*/*.toml"))


def _names(senses: Senses, text: str) -> set[str]:
    return {match.sense for match in senses.find(text)}


def _one(*phrases: str, **lists: list[str]) -> Senses:
    return Senses([Sense("s", phrases)], lists)


def _file(name: str = "s", phrases: str = "en = ['a']", more: str = "") -> str:
    return f"name = '{name}'\ndefinition = 'd'\nin = []\nout = []\n{more}\n[phrases]\n{phrases}\n"


def _read(folder: Path, files: dict[str, str], lists: str = "") -> Senses:
    """The senses out of a folder with some files."""
    for kind in ("positive", "lookalike"):
        (folder / kind).mkdir()
    for path, text in files.items():
        (folder / path).write_text(text, "utf-8")
    (folder / "lists.toml").write_text(lists, "utf-8")
    return Senses.read(folder)


@pytest.mark.parametrize(
    ("name", "text"), [(sense.name, text) for sense in SENSES.senses for text in sense.inside]
)
def test_examples_that_belong_are_found(name: str, text: str) -> None:
    assert name in _names(SENSES, text)


@pytest.mark.parametrize(
    ("name", "text"), [(sense.name, text) for sense in SENSES.senses for text in sense.outside]
)
def test_examples_that_do_not_belong_are_not_found(name: str, text: str) -> None:
    assert name not in _names(SENSES, text)


def test_every_sense_has_an_explanation_and_examples() -> None:
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
def test_phrases_match_as_their_syntax_says(phrase: str, text: str, found: list[str]) -> None:
    senses = _one(phrase, who=["police", "secret service"])
    assert [text[match.start : match.end] for match in senses.find(text)] == found


@pytest.mark.parametrize(
    "phrase", ["", "a-b", "(a|b", "a)", "(a|)", "~ a", "a ~", "a? b", "<nobody> a", "a & ", "?"]
)
def test_unreadable_phrases_are_refused(phrase: str) -> None:
    with pytest.raises(SenseError, match="'s'"):
        _one(phrase)


def test_senses_are_ordered_by_kind_then_file(tmp_path: Path) -> None:
    files = {
        "lookalike/a.toml": _file("first", "en = ['a b']"),
        "positive/z.toml": _file("by name"),
        "positive/b.toml": _file("a file", 'any = [\'x\']\nde = [\'y\', """z \\\n  & w"""]'),
        "positive/notes.md": "not a sense",
    }
    senses = _read(tmp_path, files)
    assert [sense.name for sense in senses.senses] == ["a file", "by name", "first"]
    assert [sense.kind for sense in senses.senses] == ["positive", "positive", "lookalike"]
    assert senses.senses[0].phrases == ("x", "y", "z & w")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name =", ["Invalid value"]),
        ("name = 's'", ["sense 's'", "definition, in, out, phrases missing"]),
        (_file(more="weight = 2"), ["sense 's'", "unknown weight"]),
        (_file(more="kind = 'positive'"), ["sense 's'", "unknown kind"]),
        (_file(name=" "), ["name is ' '"]),
        (_file(phrases=""), ["sense 's'", "expected phrases by language"]),
        (
            _file(phrases="sv = ['a']"),
            ["sense 's'", "unknown sv", "en, de, fr, es, it, pt, nl, any"],
        ),
        (_file(phrases="en = 'spy'"), ["sense 's'", "en is 'spy'"]),
        (_file(phrases="de = ['a', ' ']"), ["sense 's'", "de: ' ', number 2"]),
        (_file(phrases="en = ['a']\nde = ['a']"), ["sense 's'", "'a' stands under en and de"]),
        (_file(phrases="en = ['(a|b']"), ["sense 's'", "'(a|b'"]),
        (_file(phrases="en = ['<nobody> a']"), ["sense 's'", "'<nobody> a'", "unknown list"]),
        (_file().replace("in = []", "in = [1]"), ["sense 's'", "in: 1, number 1"]),
    ],
)
def test_an_error_names_the_file_the_sense_and_the_phrase(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    with pytest.raises(SenseError) as error:
        _read(
            tmp_path,
            {"lookalike/broken.toml": text, "positive/good.toml": _file("good", "en = ['x']")},
        )
    assert str(error.value).startswith("lookalike/broken.toml: ")
    for part in expected:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("who = 'me'", "list 'who' is 'me'"),
        ("who = ['(a']", "list 'who': cannot read '(a' (a bracket is not closed)"),
        ("who = ['<later> a']\nlater = ['b']", "unknown list <later>"),
        ("who =", "Invalid value"),
    ],
)
def test_an_error_in_the_lists_names_their_file(tmp_path: Path, lists: str, expected: str) -> None:
    with pytest.raises(SenseError, match=r"^lists\.toml: ") as error:
        _read(tmp_path, {"positive/good.toml": _file()}, lists)
    assert expected in str(error.value)


def test_two_senses_with_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SenseError, match=r"lookalike/b\.toml: sense 's' .* positive/a\.toml"):
        _read(tmp_path, {"positive/a.toml": _file(), "lookalike/b.toml": _file()})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_named_after_its_sense(file: Path) -> None:
    name = tomllib.loads(file.read_text("utf-8"))["name"]
    assert file.stem == re.sub(r"\W+", "_", name.lower().replace("'", ""))


@pytest.mark.parametrize("file", [*FILES, FOLDER / "lists.toml"], ids=lambda file: file.stem)
def test_no_line_is_too_long_to_read(file: Path) -> None:
    assert max(map(len, file.read_text("utf-8").splitlines())) <= 110


def test_every_list_is_used() -> None:
    written = "".join(file.read_text("utf-8") for file in FOLDER.rglob("*.toml"))
    written += (FOLDER.parent / "tagging" / "topics.toml").read_text("utf-8")
    lists = tomllib.loads((FOLDER / "lists.toml").read_text("utf-8"))
    assert [name for name in lists if f"<{name}>" not in written] == []


def test_parts_far_apart_refer_to_each_other() -> None:
    text = "Police said, as a b c d e f g, that they bought data"
    data, police = sorted(_one("police & data").find(text), key=lambda match: -match.start)
    assert police.beside == ((data.start, data.end),)
    assert data.beside == ((police.start, police.end),)


@pytest.mark.parametrize(
    ("phrases", "beside"),
    [
        (("data", "police & data"), []),
        (("agents & police & data", "agents & data"), ["agents"]),
        (("police & data", "agents & data"), ["agents"]),
    ],
)
def test_of_several_phrases_the_one_that_needs_least_counts_whatever_their_order(
    phrases: tuple[str, ...], beside: list[str]
) -> None:
    text = "Police said, as a b c d e f g, agents say, h i j k l m n, that they bought data"
    for ordered in permutations(phrases):
        data = max(_one(*ordered).find(text), key=lambda match: match.start)
        assert [text[start:end] for start, end in data.beside] == beside


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
def test_words_are_numbered_by_sentence(text: str, sentences: list[int]) -> None:
    words = Words(text)
    assert list(map(words.sentence, range(len(words)))) == sentences


@given(st.text())
def test_offsets_are_correct_in_any_text(text: str) -> None:
    for match in SENSES.find(text):
        assert 0 <= match.start < match.end <= len(text)


def test_where_nothing_is_found_no_offsets_are_computed() -> None:
    words = Words("Children sang.")
    assert _one("spyware").find(words) == []
    assert words.words == ["Children", "sang"]
    assert "starts" not in vars(words)


def test_a_long_text_without_full_stops_is_searched_in_linear_time() -> None:
    senses = _one("spied ~ reporters & spyware", "spyware & berlin", "reporters")

    def matches(size: int) -> int:
        return len(senses.find("the agency spied on reporters in Berlin with spyware " * size))

    assert matches(4_000) == 4_000
    assert grows_evenly(matches, 500)
