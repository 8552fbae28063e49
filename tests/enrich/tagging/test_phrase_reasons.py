"""Phrases as reasons, and where a phrase is none."""

from dataclasses import replace

import as_shipped
import pytest

from enrich.senses import Match
from enrich.tagging.features import read
from enrich.tagging.phrase_reasons import is_no_reason, sense_reasons
from enrich.words import Words


def _senses_shown(text: str, *, english: bool) -> list[str]:
    """The phrases shown in a text in which at least one was found."""
    featuriser = as_shipped.tagger().featuriser
    reading = read(featuriser.senses, "", text, english=english)
    assert reading.text_senses
    found = sense_reasons(reading, featuriser, lambda _: 1.0)
    return [text[one.start : one.end] for one in found]


def test_that_a_source_is_not_named_is_no_evidence() -> None:
    featuriser = as_shipped.tagger().featuriser
    text = "An official, speaking on condition of anonymity, praised the canteen."
    reading = read(featuriser.senses, "", text)
    assert any(match.sense == "privacy in general" for match in reading.text_senses)
    assert sense_reasons(reading, featuriser, lambda _: 1.0) == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Die Regierung wollte sich zu nachrichtendienstlichen Fragen nicht äußern.", False),
        ("Zu nachrichtendienstlichen Fragen spreche man nur in den zuständigen Gremien.", False),
    ],
)
def test_what_somebody_would_not_comment_on_is_no_evidence(text: str, *, english: bool) -> None:
    assert _senses_shown(text, english=english) == []


def test_a_ministry_is_no_place_of_work_and_a_phrase_ends_with_its_sentence() -> None:
    text = "The Home Office was being watched. They lost by 41 to 6. The law stands."
    words = Words(text)
    watched = Match("workplace monitoring", 20, 33, ((4, 15),))
    vote = Match("oversight", text.index("lost"), text.index(" stands"))
    assert is_no_reason(words, watched)
    assert not is_no_reason(words, replace(watched, sense="border"))
    assert is_no_reason(words, replace(watched, start=4, beside=()))  # "Home Office was being ..."
    assert is_no_reason(words, vote)
    assert not is_no_reason(words, replace(vote, end=text.index("6.") + 1))


def test_an_objector_is_not_evidence_if_there_is_other_evidence() -> None:
    title = "Iris scans taken from all residents of the valley"
    text = (
        "Human Rights Watch said that officials had gathered from everyone over twelve biometrics."
    )
    featuriser = as_shipped.tagger().featuriser
    reading = read(featuriser.senses, title, text)
    found = sense_reasons(reading, featuriser, lambda _: 1.0)
    shown = [(title if one.field == "title" else text)[one.start : one.end] for one in found]
    assert any("biometrics" in phrase for phrase in shown)
    assert "Human Rights Watch" not in shown
