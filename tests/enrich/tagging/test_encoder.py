"""The encoder: what its answers are, and that no text breaks it."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.meanings import ENGLISH_WIDTH, MEANING_WIDTH
from enrich.own_words import items
from enrich.tagging.encoder import (
    LEAD_CHARACTERS,
    MAX_TOKENS,
    PIECES_FILE,
    CachingEncoder,
    Encoder,
    encoder_input,
)
from enrich.train.rows import EXACT_FILE

ENCODER = Encoder()

STORY = "Phones of four reporters were infected. A laboratory found traces of the tool."
OTHER = "Pool opens."


def test_encoding_an_item_gives_log_odds_and_a_meaning() -> None:
    one = ENCODER.encode(STORY, english=True)
    assert isinstance(one.log_odds, float)
    assert one.meaning.shape == (MEANING_WIDTH,)
    assert np.linalg.norm(one.meaning) == pytest.approx(1, abs=1e-5)


def test_in_another_language_only_the_common_half_is_set() -> None:
    english, foreign = (ENCODER.encode(STORY, english=english) for english in (True, False))
    assert foreign.log_odds == 0
    assert not foreign.meaning[:ENGLISH_WIDTH].any()
    assert (foreign.meaning[ENGLISH_WIDTH:] == english.meaning[ENGLISH_WIDTH:]).all()


def test_paraphrases_have_nearly_the_same_meaning() -> None:
    original, again, other = (
        ENCODER.encode(one, english=True).meaning
        for one in (
            "Mayor's phone tapped for months, court hears",
            "The telephone of the town's leader was bugged, judges were told",
            "Mayor opens the new swimming pool",
        )
    )
    assert original @ again > original @ other + 0.1


def test_stories_score_higher_than_other_items() -> None:
    story, other = (ENCODER.encode(one, english=True) for one in (STORY, OTHER))
    assert story.log_odds > other.log_odds + 2


def test_the_quantised_network_agrees_with_the_exact_one() -> None:
    # Before outliers were kept apart (`enrich.train.outliers`) the error was 1.1, half of it in one
    # direction.
    exact = json.loads(files("enrich.train").joinpath(EXACT_FILE).read_text("utf-8"))
    checks = items("checks", "en")
    some = range(0, len(checks), 10)
    inputs = [encoder_input(checks[place].title, checks[place].text) for place in some]
    read = np.array([ENCODER.encode(one, english=True).log_odds for one in inputs])
    wrong = read - np.array(exact)[list(some)]
    assert len(exact) == len(checks)
    assert np.sqrt(np.mean(wrong**2)) < 0.25
    assert abs(wrong.mean()) < 0.1


@pytest.mark.parametrize(
    "text", [STORY, "Don't: the U.S._spied (again) on «Zoë» & 北京的 naïve €5-a-day 'users'…\u200b"]
)
def test_a_glance_is_the_mean_over_the_pieces(text: str) -> None:
    with files("enrich.model").joinpath(PIECES_FILE).open("rb") as file:
        by_piece = np.load(file).astype(float)
    pieces = ENCODER._tokenizer.encode(text, add_special_tokens=False).ids
    assert ENCODER.glance(text) == pytest.approx(by_piece[pieces].mean())


def test_a_glance_reads_only_as_far_as_the_encoder() -> None:
    word = "reporters "
    assert ENCODER.glance(word * MAX_TOKENS + "swim") == ENCODER.glance(word * MAX_TOKENS)


def test_a_glance_scores_a_possible_story_higher() -> None:
    assert ENCODER.glance(STORY) > ENCODER.glance(OTHER) + 1
    assert ENCODER.glance("") == 0


def test_cached_results_equal_fresh_ones() -> None:
    remembering = CachingEncoder()
    read = [remembering.encode(STORY, english=english) for english in (True, False)]
    for english, first in zip((True, False), read, strict=True):
        fresh = ENCODER.encode(STORY, english=english)
        assert remembering.encode(STORY, english=english) is first
        assert first.log_odds == fresh.log_odds
        assert (first.meaning == fresh.meaning).all()


def test_only_title_and_lead_are_read() -> None:
    lead = "word " * 1_000
    assert encoder_input(" A  title ", "") == "A title"
    assert len(encoder_input("A title", lead)) <= len("A title. ") + LEAD_CHARACTERS
    assert encoder_input("A title", lead) == encoder_input("A title", lead + "more")


@settings(max_examples=25)
@given(title=st.text(max_size=60), text=st.text(max_size=200))
def test_no_text_breaks_it(title: str, text: str) -> None:
    one = ENCODER.encode(encoder_input(f"\ud800{title}", text), english=True)
    assert np.isfinite(one.log_odds)
    assert np.isfinite(ENCODER.glance(encoder_input(f"\ud800{title}", text)))
