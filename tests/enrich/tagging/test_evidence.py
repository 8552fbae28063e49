"""Evidence as it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.tagging.evidence import evidence
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason
from enrich.words import Words


def _reading(text: str, title: str = "") -> Reading:
    return Reading(Words(title), Words(text), [], [])


LONG = (
    "in all of the counties of the land and in each of its many towns and villages by the sea and"
    " in the hills and on the small islands of the lakes"
)


def test_a_reason_is_shown_in_its_sentence() -> None:
    title, text = "Files from Vik", "The town knew. Lords defeat a plan to read letters, he says."
    start = text.index("read")
    reason = Reason("text", start, start + len("read letters"), 1.0, "a")
    (piece,) = evidence(_reading(text, title), [reason], title, text)
    assert (piece.field, piece.phrase) == ("text", "Lords defeat a plan to read letters, he says")
    assert piece.why == 'a (+1.0), by "read letters"'


def test_a_reason_names_a_part_of_its_phrase_that_is_not_shown() -> None:
    text = f"The agency {LONG}, which has its own men, {LONG}, has, its lawyers said, to tap calls"
    beside = text.index("tap calls"), len(text)
    reason = Reason("text", 4, 10, 1.0, "sense: interception", (beside,))
    (piece,) = evidence(_reading(text), [reason], "", text)
    why = 'sense: interception (+1.0), by "agency", "tap calls"'
    assert (piece.phrase, piece.why) == (f"The agency {LONG}, which has its own men", why)
    assert piece.found == ((4, 10),)


def test_a_reason_names_what_was_found_if_much_else_is_shown() -> None:
    text = "Council ran live face recognition in the market hall. Face recognition is old"
    first, second = text.index("face"), text.index("Face")
    reasons = [Reason("text", one, one + 16, 1.0, "sense: faces") for one in (first, second)]
    shown = evidence(_reading(text), reasons, "", text)
    assert [(one.phrase, one.why) for one in shown] == [
        (
            "Council ran live face recognition in the market hall",
            'sense: faces (+1.0), by "face recognition"',
        ),
        ("Face recognition is old", "sense: faces (+1.0)"),
    ]
    # It also says where these words are, so that they can be marked.
    assert [one.found for one in shown] == [((first, first + 16),), ()]


def test_reasons_in_one_sentence_are_one_piece() -> None:
    text = "The police gave videos to agents without consent of the user"
    parts = (text.index("videos"), text.index(" to")), (text.index("agents"), text.index(" with"))
    reasons = [
        Reason("text", *parts[1], 0.5, "a", (parts[0],)),
        Reason("text", text.index("consent"), len(text), 2.0, "b"),
        Reason("text", *parts[0], 1.0, "a", (parts[1],)),
    ]
    (shown,) = evidence(_reading(text), reasons, "", text)
    why = 'b (+2.0), by "consent of the user"; a (+1.0), by "videos", "agents"'
    assert (shown.phrase, shown.why) == (text, why)


@pytest.mark.parametrize(("gain", "why"), [(0.3, "a (+0.3)"), (0.04, "a"), (0, "a"), (-1.3, "a")])
def test_a_reason_without_which_nothing_is_missed_has_no_number(gain: float, why: str) -> None:
    (shown,) = evidence(
        _reading("They spied"), [Reason("text", 0, 10, gain, "a")], "", "They spied"
    )
    assert shown.why == why


def test_a_quotation_that_ends_in_another_sentence_is_shown_with_it() -> None:
    text = '"The office tapped the phones of our men. Clerks lied," he said.'
    pieces = [
        Reason("text", 0, text.index(". Clerks"), 1.0, "a"),
        Reason("text", text.index("Clerks"), text.index(',"'), 1.0, "b"),
    ]
    (shown,) = evidence(_reading(text), pieces, "", text)
    assert (shown.start, shown.why) == (0, 'a (+1.0); b (+1.0), by "Clerks lied"')


PIECES = ["spies", "read", "of", "and", "that", "who", "said", "The", "U.S.", "d'Amnesty", "qu'un"]
PIECES += ["« ", " »", "“", "”", '"', "»", "«", "(NSA)", ", ", ". ", ": ", "\n", "9/11", "de la"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=120),
    st.sampled_from(["", " "]),
    st.lists(st.tuples(st.integers(0, 119), st.integers(0, 6)), min_size=1, max_size=5),
)
def test_no_word_is_shown_twice(pieces: list[str], gap: str, spans: list[tuple[int, int]]) -> None:
    text = f"spies {gap.join(pieces)}"
    reading = _reading(text)
    words, last = reading.fields["text"], len(reading.fields["text"]) - 1
    reasons = [
        Reason("text", words.starts[first % (last + 1)], words.ends[stop], 1.0, "a")
        for first, more in spans
        for stop in [min(first % (last + 1) + more, last)]
    ]
    end = 0
    for piece in evidence(reading, reasons, "", text):
        assert piece.phrase == text[piece.start : piece.end]
        assert end <= piece.start < piece.end
        end = piece.end
