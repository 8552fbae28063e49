import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.meanings import ENGLISH_WIDTH, MEANING_WIDTH
from enrich.stories import whitening
from enrich.stories.forest import Forest, ForestError
from enrich.stories.judge import shipped
from enrich.stories.pairs import FEATURES, features
from enrich.stories.profile import Profile, ProfileError, hashed
from enrich.stories.terms import read_terms

TAPPED = ("Zubrovka spies tapped mayor's phone", "The mayor of Lutz says Zubrovka agents listened.")
AGAIN = ("Mayor of Lutz: Zubrovka listened to me", "Agents tapped her phone, she says.")
CAMERAS = ("Borduria buys face cameras", "The Bordurian railway orders cameras for its stations.")


def profile(piece: tuple[str, str]) -> Profile:
    return read_terms(*piece).profile


def compared(one: Profile, *others: Profile, hours: float = 0) -> dict[str, list[float]]:
    rows = features(one, others, np.full(len(others), hours))
    return dict(zip(FEATURES, rows.T.tolist(), strict=True))


def chances(one: Profile, *others: Profile, hours: float = 0) -> list[float]:
    odds = shipped().forest.log_odds(features(one, others, np.full(len(others), hours)))
    return (1 / (1 + np.exp(-odds))).tolist()


def test_a_hash_is_the_same_in_every_process() -> None:
    assert hashed("zubrovka") == 2940837974


@given(st.text(), st.text(), st.sampled_from(["", "pl", "de", "ar"]))
def test_a_profile_survives_storing(title: str, text: str, language: str) -> None:
    made = read_terms(title, text, language).profile
    kept = Profile.unpack(made.pack())
    assert kept.pack() == made.pack()
    assert np.array_equal(kept.weights, made.weights)
    assert (kept.words, kept.title_names) == (made.words, made.title_names)


def test_a_profile_stored_with_half_a_meaning_loses_it() -> None:
    plain = profile(TAPPED)
    half = np.ones(ENGLISH_WIDTH, dtype=np.int8).tobytes()
    read = Profile.unpack(b"\x02" + plain.pack()[1:] + half)
    assert read.meaning is None
    assert read.pack() == plain.pack()


def test_a_meaning_stored_unwhitened_is_whitened_when_read() -> None:
    """Articles threaded before whitening was introduced remain comparable within their window."""
    plain = profile(TAPPED)
    meaning = np.resize(np.arange(-64, 64, dtype=np.int8), MEANING_WIDTH)
    read = Profile.unpack(b"\x03" + plain.pack()[1:] + meaning.tobytes())
    made = plain.with_meaning(whitening.shipped().of(meaning))
    assert read.pack() == made.pack()
    assert Profile.unpack(read.pack()).pack() == read.pack()


def test_a_profile_keeps_its_meaning() -> None:
    meaning = np.resize(np.arange(-128, 128, dtype=np.int8), MEANING_WIDTH)
    made = profile(TAPPED).with_meaning(meaning)
    kept = Profile.unpack(made.pack())
    assert kept.meaning is not None
    assert kept.meaning.tolist() == meaning.tolist()
    assert kept.pack()[1:] == made.pack()[1:] == profile(TAPPED).pack()[1:] + meaning.tobytes()
    with pytest.raises(ProfileError):
        Profile.unpack(made.pack()[:-1])


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x07" + b"\x00" * 10, None])
def test_an_invalid_profile_is_refused(damage: bytes | None) -> None:
    packed = profile(TAPPED).pack() + b"more" if damage is None else damage
    with pytest.raises(ProfileError):
        Profile.unpack(packed)


def test_features_measure_what_two_articles_share() -> None:
    found = compared(profile(TAPPED), profile(AGAIN), profile(CAMERAS), profile(TAPPED), hours=9)
    assert found["full"][0] > 0.4 > found["full"][1] == 0
    assert [found["full"][2], found["names"][2]] == pytest.approx([1, 1], abs=1e-2)
    assert found["names_shared"][0] > 0 == found["names_shared"][1]
    assert found["title_names_missing_most"][2] == pytest.approx(0, abs=1e-6)
    assert found["hours"] == pytest.approx([np.log(10)] * 3)


def test_other_articles_in_a_batch_make_no_difference() -> None:
    pieces = (AGAIN, ("", ""), CAMERAS, ("May 3, 2021", "17 of 1999"), TAPPED)
    one, others = profile(("Zubrovka, May 3", "2021: 17 cameras")), [profile(p) for p in pieces]
    hours = np.arange(5.0)
    rows = [features(one, [other], hours[n : n + 1])[0] for n, other in enumerate(others)]
    assert features(one, others, hours).tolist() == [row.tolist() for row in rows]


@given(st.sampled_from([TAPPED, AGAIN, CAMERAS]), st.sampled_from([TAPPED, AGAIN, CAMERAS]))
def test_which_article_came_first_makes_no_difference(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    there = features(profile(one), [profile(other)], np.zeros(1))
    back = features(profile(other), [profile(one)], np.zeros(1))
    assert there == pytest.approx(back, abs=1e-9)


def test_articles_without_words_can_be_compared() -> None:
    empty = profile(("", ""))
    assert compared(empty, empty, profile(TAPPED))["full"] == [0, 0]
    assert compared(profile(TAPPED), empty)["full"] == [0]


def test_the_shipped_trees_score_related_articles_higher() -> None:
    """Scores of the packaged file, so that a damaged or half-changed one is noticed."""
    assert shipped().forest.names == tuple(FEATURES)
    same, other, copy = chances(profile(TAPPED), profile(AGAIN), profile(CAMERAS), profile(TAPPED))
    assert other < 0.1 < 0.5 < same < copy
    late = chances(profile(TAPPED), profile(AGAIN), hours=600)[0]
    assert late < same


def small() -> Forest:
    """One tree: left of 1 at the first column is -1; else left of 5 at the second 2, else 3."""
    feature, threshold = np.zeros((1, 7), dtype=np.intp), np.full((1, 7), np.inf)
    reachable, leaves = np.full((1, 7), 255, dtype=np.uint8), np.zeros((1, 8))
    feature[0, 1], threshold[0, :2] = 1, (1, 5)
    reachable[0, :2] = 0b11111110, 0b11111101
    leaves[0, :3] = -1, 2, 3
    return Forest(("a", "b"), feature, threshold, reachable, leaves)


def test_a_row_falls_to_its_leaf() -> None:
    rows = np.array([[1.0, 9.0], [2.0, 5.0], [2.0, 6.0]])
    assert small().log_odds(rows).tolist() == [-1, 2, 3]
    kept = Forest.parse(small().dump())
    assert kept.log_odds(rows).tolist() == [-1, 2, 3]
    assert kept.dump() == small().dump()


def test_every_row_falls_to_the_leaves_of_the_shipped_trees() -> None:
    forest = shipped().forest
    rows = np.random.default_rng(0).choice(forest.threshold.ravel(), (9, len(FEATURES)))
    rows += np.linspace(-0.1, 0.1, 9)[:, None]
    for row, odds in zip(rows, forest.log_odds(rows), strict=True):
        left = np.where(row[forest.feature] > forest.threshold, forest.reachable, 255)
        bits = [int(np.bitwise_and.reduce(tree)) for tree in left]
        places = [(code & -code).bit_length() - 1 for code in bits]
        assert odds == pytest.approx(sum(map(np.take, forest.leaves, places)))


def test_an_invalid_forest_is_refused() -> None:
    with pytest.raises(ForestError):
        Forest.parse(b"no trees")
