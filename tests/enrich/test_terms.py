import gzip
import json
import math

import justext
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import terms
from enrich.frequencies.build import LEAST_ARTICLES, LEAST_OF_LANGUAGE, PACKAGED, count, pack
from enrich.terms import MOST_TERMS, language_code, split_words, stem, weigh


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The mayor's phone", ["The", "mayor", "phone"]),
        ("the mayor\N{RIGHT SINGLE QUOTATION MARK}s phone", ["the", "mayor", "phone"]),
        ("O'Brien won't say", ["O'Brien", "won't", "say"]),
        ("<p>One <a href='x'>two</a> three <img src=", ["One", "two", "three"]),
        ("fewer than 5 < 6 stay", ["fewer", "than", "5", "6", "stay"]),
        ("see https://example.org/a-b?c=d now", ["see", "now"]),
        ("black &amp; white", ["black", "white"]),
        ("snake_case AI-made", ["snake", "case", "AI", "made"]),
        ("हिन्दी की", ["हिन्दी", "की"]),
        ("", []),
    ],
)
def test_words_are_split_as_people_read_them(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_stemming_follows_the_language() -> None:
    assert stem(["Cameras", "camera"], "en") == ["camera", "camera"]
    assert len(set(stem(["Kamery", "kamera", "kamerą"], "pl"))) == 1
    assert stem(["Cameras"], "ja") == ["cameras"]


@pytest.mark.parametrize(
    ("tag", "code"), [("", "en"), ("en-GB", "en"), ("pl_PL", "pl"), ("DE", "de")]
)
def test_a_language_tag_gives_its_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_rare_terms_of_the_title_weigh_most() -> None:
    found = weigh("Zubrovka taps phones", "The police said more on Monday about Zubrovka.")
    assert next(iter(found.weights)) == "zubrovka"
    assert found.words["phone"] == "phones"
    assert not {"the", "more", "on", "about", "said"} & found.weights.keys()
    assert found.weights["phone"] > found.weights["monday"]


def test_the_title_and_the_lead_count_more() -> None:
    filler = "and " * terms.LEAD_WORDS
    late = weigh("", f"zubrovka {filler} kreplach").weights
    titled = weigh("kreplach", "zubrovka").weights
    assert late["zubrovka"] > late["kreplach"]
    assert titled["kreplach"] > titled["zubrovka"]


def test_grammar_is_dropped_in_languages_without_frequencies() -> None:
    found = weigh("Die Polizei und der Bürgermeister", "Er hat nicht mit dem Amt gesprochen.", "de")
    assert {"polizei", "burgermeist"} <= found.weights.keys()
    assert not {"die", "und", "der", "nicht", "mit", "dem", "hat"} & found.weights.keys()


def test_every_named_stop_list_exists() -> None:
    assert set(terms._LANGUAGES.values()) <= justext.get_stoplists()


@given(st.text(), st.text(), st.sampled_from(["", "en", "pl", "de", "ar", "zz"]))
def test_weights_are_a_bounded_ordered_unit_vector(title: str, text: str, tag: str) -> None:
    weights, words = weigh(title, text, tag)
    assert len(weights) <= MOST_TERMS
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert words.keys() == weights.keys()
    if weights:
        assert math.sqrt(sum(w * w for w in weights.values())) == pytest.approx(1, abs=1e-3)
        assert min(weights.values()) > 0


def test_a_long_text_keeps_its_heaviest_terms() -> None:
    invented = " ".join(f"zub{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(200))
    found = weigh("Zubrovka", invented)
    assert len(found.weights) == MOST_TERMS
    assert next(iter(found.weights)) == "zubrovka"


def entry(number: int, title: str = "Zubrovka votes", language: str = "en-GB") -> dict[str, str]:
    return {"title": title, "summary": f"Report number {number}", "language": language}


def test_counting_a_stream() -> None:
    stream = [entry(n) for n in range(LEAST_OF_LANGUAGE)]
    stream += stream[:500]  # the same again counts once
    stream += [entry(n, "Once only", "pl") for n in range(10)]
    tables = count(stream)
    assert tables.keys() == {"en"}
    articles, frequencies = tables["en"]
    assert articles == LEAST_OF_LANGUAGE
    assert frequencies["zubrovka"] == frequencies["vote"] == LEAST_OF_LANGUAGE
    assert "17" not in frequencies  # once: fewer than LEAST_ARTICLES


def test_the_table_packs_to_the_same_bytes() -> None:
    table = {"en": (9, {"a": 3, "b": 4})}
    assert pack(table) == pack({"en": (9, {"b": 4, "a": 3})})
    assert json.loads(gzip.decompress(pack(table))) == {"en": [9, {"a": 3, "b": 4}]}


def test_the_packaged_table_keeps_to_the_limits_of_the_script() -> None:
    packed = PACKAGED.read_bytes()
    tables = json.loads(gzip.decompress(packed))
    assert len(packed) < 2_000_000
    assert {"en", "pl"} <= tables.keys()
    for articles, frequencies in tables.values():
        assert all(LEAST_ARTICLES <= used <= articles for used in frequencies.values())
        assert list(frequencies) == sorted(frequencies)
