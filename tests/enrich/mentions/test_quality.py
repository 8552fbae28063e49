"""How well mentions are found in the marked paragraphs; no change may make it worse."""

from __future__ import annotations

from pathlib import Path

import as_shipped
import pytest
from marked import Scores, read_marked

from core.records import MentionKind

PARAGRAPHS = Path(__file__).parent / "paragraphs.jsonl"
MIN_PARAGRAPHS = 150

# A little below the figures in docs/mentions.md, so a change in one mark does not fail the build.
PRECISION, RECALL, EXACT = 0.975, 0.92, 0.96
RECALL_OF_KIND = {
    MentionKind.AGENCY: 0.93,
    MentionKind.VENDOR: 0.93,
    MentionKind.PROGRAMME: 0.85,
    MentionKind.TECHNOLOGY: 0.86,
    MentionKind.LAW: 0.86,
    MentionKind.COURT: 0.90,
    MentionKind.PERSON: 0.86,
    MentionKind.PLACE: 0.92,
}
PRECISION_OF_KIND = 0.94


@pytest.fixture(scope="module")
def scores() -> Scores:
    finder = as_shipped.finder()
    scores = Scores()
    for paragraph in read_marked(PARAGRAPHS):
        scores.add(paragraph, finder.find("", paragraph.text))
    return scores


def test_there_are_enough_paragraphs_in_seven_languages(scores: Scores) -> None:
    paragraphs = list(read_marked(PARAGRAPHS))
    assert len(paragraphs) >= MIN_PARAGRAPHS
    assert {one.language for one in paragraphs} == {"en", "de", "fr", "es", "it", "pt", "nl"}


def test_precision_and_recall_stay_above_their_floors(scores: Scores) -> None:
    assert scores.whole.precision >= PRECISION, "\n".join(scores.faults)
    assert scores.whole.recall >= RECALL, "\n".join(scores.faults)
    assert scores.whole.exact / scores.whole.right >= EXACT


@pytest.mark.parametrize("kind", MentionKind)
def test_each_kind_stays_above_its_floor(scores: Scores, kind: MentionKind) -> None:
    score = scores.kinds[kind]
    assert score.precision >= PRECISION_OF_KIND, [one for one in scores.faults if kind in one]
    assert score.recall >= RECALL_OF_KIND[kind], [one for one in scores.faults if kind in one]
