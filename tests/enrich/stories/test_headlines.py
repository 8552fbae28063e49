"""The headline of a story is the one of its headlines most like the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.stories.headlines import Headline, most_central
from enrich.stories.terms import rarities, split_words

WORDS = ["spies", "mayor", "phone", "court", "cameras", "Lutz", "denies", "Zubrovka", "..."]
titles = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
headlines = st.lists(titles.map(Headline), min_size=1, max_size=12)


def test_the_headline_sharing_most_with_the_others_is_chosen() -> None:
    story = [
        Headline("What a week it was"),
        Headline("Agents of Zubrovka tapped the phone of a mayor"),
        Headline("Mayor's phone tapped by Zubrovka"),
        Headline("Zubrovka taps mayor's phone"),
        Headline("Zubrovka denies it"),
    ]
    assert most_central(story) in (2, 3)


def test_rare_words_make_a_headline_the_storys_not_common_ones() -> None:
    story = [
        Headline("Ministry told Lantern to unlock encrypted backups again, sources say"),
        Headline("Ministry wants the encrypted backups of Lantern's users"),
        Headline("Envoy says ministry promised to leave Lantern alone"),
        Headline("Challenge to be heard in January, tribunal says to Lantern"),
    ]
    assert most_central(story) == 1


def test_inflections_of_a_word_count_as_one() -> None:
    story = [
        Headline("Nichts Neues", "de"),
        Headline("Kamera der Polizei", "de"),
        Headline("Kameras bei Polizeien", "de"),
    ]
    assert most_central(story) == 1


def test_of_two_headlines_the_first_is_chosen() -> None:
    assert most_central([Headline("Mayor's phone tapped"), Headline("Mayor's phone")]) == 0


def test_a_headline_without_words_is_chosen_only_if_alone() -> None:
    assert most_central([Headline("..."), Headline("Mayor resigns")]) == 1
    assert most_central([Headline("")]) == 0


def test_a_story_without_headlines_is_an_error() -> None:
    with pytest.raises(ValueError, match="without headlines"):
        most_central([])


@given(headlines)
def test_of_equal_headlines_the_first_is_chosen(story: list[Headline]) -> None:
    place = most_central(story)
    assert story.index(story[place]) == place


@given(headlines, st.randoms(use_true_random=False))
def test_order_matters_only_among_equally_central_headlines(
    story: list[Headline], chance: object
) -> None:
    def weigh(words: set[str]) -> float:
        return sum(rarities([word], "en")[word] ** 2 for word in words)

    def centrality(headline: Headline) -> float:
        own, *others = (set(rarities(split_words(one.title), "en")) for one in (headline, *story))
        return sum(
            weigh(own & other) / (weigh(own) * weigh(other)) ** 0.5
            for other in others
            if own and other
        )

    mixed = list(story)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis's own random
    first, second = story[most_central(story)], mixed[most_central(mixed)]
    assert centrality(first) == pytest.approx(centrality(second), abs=1e-6)


@given(titles.map(Headline), st.integers(1, 6), headlines)
def test_a_majority_headline_is_chosen_over_unrelated_ones(
    said: Headline, extra: int, strangers: list[Headline]
) -> None:
    alone = [Headline(f"stranger{number}") for number in range(len(strangers))]
    if said.title.replace(".", "").strip():
        assert most_central([*alone, *[said] * (extra + 1)]) == len(alone)
