import gzip
import json
import re

import justext
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.references import unescape
from enrich.frequencies.build import (
    MIN_ARTICLES,
    MIN_LANGUAGE_ARTICLES,
    PACKAGED,
    Counts,
    count,
    pack,
)
from enrich.stories import terms
from enrich.stories.profile import FULL, LEAD, NAMES, TITLE, hashed
from enrich.stories.terms import (
    MAX_TERMS,
    ArticleTerms,
    language_code,
    read_terms,
    split_words,
    stem,
    without_boilerplate,
    without_site,
    words_inside,
)


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


@given(st.text(st.sampled_from("aZ9é_' .\u0301\u093e\N{RIGHT SINGLE QUOTATION MARK}")))
def test_words_are_letters_digits_marks_and_apostrophes_between(text: str) -> None:
    one_by_one = rf"[^\W_](?:[^\W_]|[{terms._MARKS}]|'(?=[^\W_]))*"
    assert terms._WORD.findall(text) == re.findall(one_by_one, text)


@given(st.lists(st.sampled_from(["<", ">", "b", "/", " ", "http", "s://", "www", ".", "&lt;"])))
def test_markup_is_dropped_everywhere(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert terms._plain(text) == terms._MARKUP.sub(" ", unescape(text))


def test_stemming_follows_the_language() -> None:
    assert stem(["Cameras", "camera"], "en") == ["camera", "camera"]
    assert len(set(stem(["Kamery", "kamera", "kamerą"], "pl"))) == 1
    assert stem(["Cameras"], "ja") == ["cameras"]


@pytest.mark.parametrize(
    ("tag", "code"), [("", "en"), ("en-GB", "en"), ("pl_PL", "pl"), ("DE", "de")]
)
def test_a_language_tag_gives_its_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def weights(found: ArticleTerms, column: int = FULL) -> dict[str, float]:
    """What each word weighs, as the article spells it."""
    profile = found.profile
    return {
        found.words[int(key)]: float(weight)
        for key, weight in zip(profile.terms, profile.weights[:, column], strict=True)
        if weight
    }


def test_rare_terms_of_the_title_weigh_most() -> None:
    found = read_terms("Zubrovka taps phones", "The police said more on Monday about Zubrovka.")
    full = weights(found)
    assert max(full, key=full.__getitem__) == "Zubrovka"
    assert found.words[hashed("phone")] == "phones"
    assert not {"The", "more", "on", "about", "said"} & full.keys()
    assert full["phones"] > full["Monday"]


def test_words_of_the_title_and_the_lead_weigh_more() -> None:
    filler = "and " * terms.LEAD_WORDS
    late = read_terms("", f"zubrovka {filler} kreplach")
    titled = read_terms("kreplach", "zubrovka")
    assert weights(late)["zubrovka"] > weights(late)["kreplach"]
    assert weights(titled)["kreplach"] > weights(titled)["zubrovka"]
    assert weights(titled, TITLE).keys() == {"kreplach"}
    assert weights(titled, LEAD).keys() == weights(late, LEAD).keys() == {"zubrovka"}


def test_grammar_is_dropped_in_languages_without_frequencies() -> None:
    found = read_terms(
        "Die Polizei und der Bürgermeister", "Er hat nicht mit dem Amt gesprochen.", "de"
    )
    assert {"Polizei", "Bürgermeister"} <= weights(found).keys()
    assert not {"Die", "und", "der", "nicht", "mit", "dem", "hat"} & weights(found).keys()


def test_names_are_words_that_are_usually_capitalised() -> None:
    found = read_terms("Zubrovka Buys New Cameras In London", "Its Mayor asks why")
    assert weights(found, NAMES).keys() == {"Zubrovka", "London"}


def test_a_term_is_spelled_as_a_name_or_as_first_written() -> None:
    found = read_terms("zubrovka taps phones", "Zubrovkas Phone, Zubrovka phone")
    assert (found.words[hashed("zubrovka")], found.words[hashed("phone")]) == (
        "Zubrovkas",
        "phones",
    )


@given(st.dictionaries(st.text("ab", min_size=1), st.sampled_from([0.5, 1.0, 2.0, 3.0])))
def test_the_heaviest_terms_are_kept_with_ties_in_alphabetical_order(
    weights: dict[str, float],
) -> None:
    ranked = sorted(weights, key=lambda term: (-weights[term], term))
    with pytest.MonkeyPatch.context() as patch:
        for most in (1, 3, 80):
            patch.setattr(terms, "MAX_TERMS", most)
            assert terms._heaviest(weights) == ranked[:most]


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("The mayor of Lutz says no - CNET", "The mayor of Lutz says no"),
        ("The mayor of Lutz says no | The Lutz Courier", "The mayor of Lutz says no"),
        ("The mayor of Lutz says no - and yes", "The mayor of Lutz says no - and yes"),
        ("No - CNET", "No - CNET"),
        (
            "The mayor of Lutz says no - Here Is All She Said",
            "The mayor of Lutz says no - Here Is All She Said",
        ),
    ],
)
def test_a_headline_loses_its_sites_name(title: str, left: str) -> None:
    assert without_site(title) == left


@pytest.mark.parametrize(
    "added",
    [
        "Continue reading...",
        "Read more",
        "Comments URL: https://example.org Points: 7 # Comments: 12",
        "#Zubrovka #spies",
        "The post The mayor says no appeared first on Lutz Courier.",
    ],
)
def test_boilerplate_is_not_text(added: str) -> None:
    assert split_words(without_boilerplate(f"She said no. {added}")) == ["She", "said", "no"]


def test_words_inside_sentences_leave_out_first_words() -> None:
    assert words_inside("Spies of Zubrovka. The Mayor, Ann, listens") == [
        "of", "Zubrovka", "Mayor", "Ann", "listens",
    ]  # fmt: skip


def test_numbers_years_and_days_are_kept() -> None:
    one = read_terms("", "On 3 May 2021 some 150 phones").profile
    same = read_terms("", "May 3rd, 2021: 150 Phones").profile
    other = read_terms("", "On 4 May 2020 some 151 phones").profile
    assert set(one.marks) & set(same.marks)
    assert not set(one.marks) & set(other.marks)


def test_every_named_stop_list_exists() -> None:
    assert set(terms._LANGUAGES.values()) <= justext.get_stoplists()


@given(st.text(), st.text(), st.sampled_from(["", "en", "pl", "de", "ar", "zz"]))
def test_weights_form_bounded_unit_vectors(title: str, text: str, tag: str) -> None:
    profile, words = read_terms(title, text, tag)
    assert len(profile.terms) <= MAX_TERMS
    assert profile.terms.tolist() == sorted(set(profile.terms.tolist())) == sorted(words)
    lengths = (profile.weights[:, :-1] ** 2).sum(axis=0)
    assert all(length == 0 or length == pytest.approx(1, abs=2e-3) for length in lengths)
    assert (profile.weights >= 0).all()


def test_a_long_text_keeps_its_heaviest_terms() -> None:
    invented = " ".join(f"zub{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(200))
    found = read_terms("Zubrovka", invented)
    assert len(found.profile.terms) == MAX_TERMS
    assert "Zubrovka" in weights(found)


def entry(number: int, title: str = "Zubrovka votes", language: str = "en-GB") -> dict[str, str]:
    summary = f"Report number {number} from Lutz"
    return {"title": title, "summary": summary, "language": language}


def test_counting_a_stream_gives_frequencies_and_names() -> None:
    stream = [entry(n) for n in range(MIN_LANGUAGE_ARTICLES)]
    stream += stream[:500]  # repeated entries count once
    stream += [entry(n, "Once only", "pl") for n in range(10)]
    tables = count(stream)
    assert tables.keys() == {"en"}
    articles, frequencies, names = tables["en"]
    assert articles == MIN_LANGUAGE_ARTICLES
    assert frequencies["zubrovka"] == frequencies["vote"] == MIN_LANGUAGE_ARTICLES
    assert names == ["lutz"]  # "Report" and "Zubrovka" only start sentences
    assert "17" not in frequencies  # once: fewer than MIN_ARTICLES


def test_the_table_packs_to_the_same_bytes() -> None:
    table = {"en": Counts(9, {"a": 3, "b": 4}, ["b"])}
    assert pack(table) == pack({"en": Counts(9, {"b": 4, "a": 3}, ["b"])})
    assert json.loads(gzip.decompress(pack(table))) == {"en": [9, {"a": 3, "b": 4}, ["b"]]}


def test_the_packaged_table_keeps_to_the_limits_of_the_script() -> None:
    packed = PACKAGED.read_bytes()
    tables = json.loads(gzip.decompress(packed))
    assert len(packed) < 2_000_000
    assert {"en", "pl"} <= tables.keys()
    for articles, frequencies, names in tables.values():
        assert set(names) < frequencies.keys()
        assert all(MIN_ARTICLES <= used <= articles for used in frequencies.values())
        assert list(frequencies) == sorted(frequencies)
