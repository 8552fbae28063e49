"""Explanations: the parts add up to the score, and evidence against it is named."""

import math

import as_shipped
import pytest

from enrich.own_words import items
from enrich.tagging.explain import explain

TAGGER = as_shipped.tagger()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Police put spyware on reporters' phones", "A court had not been asked."),
        ("Surveillance video shows robbery", "Police released footage of the suspect."),
        ("Geheimdienst hörte Telefonate ab", "Das Parlament verlangt Aufklärung."),
        ("Pool opens", ""),
    ],
)
def test_the_parts_add_up_to_the_score(title: str, text: str) -> None:
    found = explain(TAGGER, title, text)
    total = sum(part.log_odds for part in found.parts)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(found.verdict.score, abs=1e-4)


@pytest.mark.parametrize("code", ["en", "pt"])
def test_a_left_out_rest_is_not_part_of_the_starting_point(code: str) -> None:
    left_out, starts = [], set()
    for item in items("articles", code)[:4]:  # an explanation takes most of a second
        if TAGGER.is_tagged(item.title, item.text):
            found = explain(TAGGER, item.title, item.text)
            parts = dict(found.parts)
            starts.add(parts["starting point"])
            left_out.append(parts.get("the rest of the text, left out", 0.0))
            total = sum(parts.values())
            assert 1 / (1 + math.exp(-total)) == pytest.approx(found.verdict.score, abs=1e-4)
    assert len(starts) == 1
    assert min(left_out) == 0 < max(left_out)


def test_a_lookalike_is_named_with_its_phrase() -> None:
    title = "Surveillance video shows man stealing cake from bakery"
    found = explain(TAGGER, title, "Police released footage of the suspect.")
    assert found.against[0].log_odds < 0
    assert "urveillance" in title[found.against[0].start : found.against[0].end]


def test_the_nearest_lookalike_is_near_in_meaning() -> None:
    title, text = "Spy novel sells a million copies", "The thriller has an agent."
    nearest = explain(TAGGER, title, text).nearest
    assert nearest is not None
    assert nearest.why == "film"


def test_a_lookalike_that_is_not_near_is_not_named() -> None:
    assert explain(TAGGER, "Only a title about phones", "").nearest is None


def test_an_untagged_language_has_no_parts() -> None:
    found = explain(TAGGER, "Policja podsłuchiwała dziennikarzy przez lata, podała gazeta", "")
    assert (found.verdict.language, found.parts) == ("pl", ())
