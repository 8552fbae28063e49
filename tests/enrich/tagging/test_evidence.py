"""Evidence as it is shown."""

from hypothesis import given
from hypothesis import strategies as st

from enrich.tagging.evidence import evidence
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason
from enrich.words import Words


def _reading(text: str, title: str = "", *, english: bool = True) -> Reading:
    return Reading(Words(title, english=english), Words(text, english=english), [], [])


LONG = (
    "in all of the counties of the land and in each of its many towns and villages by the sea and"
    " in the hills and on the small islands of the lakes"
)


def test_a_reason_names_the_other_part_of_its_phrase() -> None:
    text = f"The agency {LONG}, which has its own men, has, as its lawyers said, to tap calls"
    beside = text.index("tap calls"), len(text)
    reason = Reason("text", 4, 10, 1.0, "sense: interception", (beside,))
    (piece,) = evidence(_reading(text), [reason], "", text)
    why = 'sense: interception (+1.0), with "tap calls"'
    assert (piece.phrase, piece.why) == (f"The agency {LONG}", why)


def test_a_reason_names_what_was_found_if_much_else_is_shown() -> None:
    text = "Council ran live face recognition in the market hall. Face recognition is old"
    first, second = text.index("face"), text.index("Face")
    reasons = [
        Reason("text", one, one + 16, 1.0, "sense: faces", core=(one, one + 16))
        for one in (first, second)
    ]
    shown = evidence(_reading(text), reasons, "", text)
    assert [(one.phrase, one.why) for one in shown] == [
        (
            "Council ran live face recognition in the market hall",
            'sense: faces (+1.0), by "face recognition"',
        ),
        ("Face recognition is old", "sense: faces (+1.0)"),
    ]


def test_a_leaning_preposition_is_not_part_of_the_phrase() -> None:
    text = (
        "Un rapport remis lundi aux députés et aux sénateurs de la commission dit que les hommes"
        " d'Amnesty International ont été suivis dans la rue et dans le train pendant deux ans et"
        " au moins trois mois par les hommes du service"
    )
    start = text.index("d'Amnesty")
    reason = Reason("text", start, text.index(" ont"), 1.0, "a")
    (piece,) = evidence(_reading(text, english=False), [reason], "", text)
    assert piece.phrase.startswith("Amnesty International ont été suivis")
    assert piece.start == start + 2


def test_pieces_that_meet_are_one() -> None:
    text = "The police gave videos to agents without consent of the user"
    pieces = [
        Reason("text", text.index("without"), len(text), 1.0, "a"),
        Reason("text", text.index("videos"), text.index(" to"), 2.0, "b"),
        Reason("text", text.index("agents"), text.index(" without"), 0.5, "a"),
    ]
    (shown,) = evidence(_reading(text), pieces, "", text)
    assert (shown.phrase, shown.why) == (text, "b (+2.0); a (+1.0)")


def test_a_piece_that_goes_on_where_another_ends_is_shown_with_it() -> None:
    text = f"The men had orders to follow the clerks to see whom they met {LONG} of Vik"
    pieces = [
        Reason("text", text.index("see whom"), text.index(" in all"), 1.0, "a"),
        Reason("text", text.index("follow"), text.index(" to see"), 2.0, "b"),
    ]
    (shown,) = evidence(_reading(text), pieces, "", text)
    assert shown.phrase == "The men had orders to follow the clerks to see whom they met"


def test_a_quotation_that_ends_in_another_piece_is_shown_with_it() -> None:
    text = '"The office tapped the phones of our men. Clerks lied," he said.'
    pieces = [
        Reason("text", 0, text.index(". Clerks"), 1.0, "a"),
        Reason("text", text.index("Clerks"), text.index(',"'), 1.0, "b"),
    ]
    (shown,) = evidence(_reading(text), pieces, "", text)
    assert (shown.start, shown.why) == (0, "a (+1.0); b (+1.0)")


def test_who_says_so_is_not_shown_beside_what_is_said() -> None:
    title = "The office has read letters"
    text = f"It read those of men {LONG}, according to a report of the Bar Council of Vik"
    reading = _reading(text, title)
    name = Reason("text", text.index("report"), len(text), 1.0, "a")
    said = Reason("title", 0, len(title), 1.0, "b")
    pieces = evidence(reading, [name, said], title, text)
    assert [one.phrase for one in pieces] == [title]
    assert evidence(reading, [name], title, text)  # one is shown in any case


def test_a_german_noun_is_shown_beside_other_pieces() -> None:
    title, text = "Gesichter im Stadion gelesen", f"Neue Kameras am Vikner Bahnhof {LONG} gelesen"
    reading = _reading(text, title, english=False)
    pieces = [Reason("title", 0, len(title), 1.0, "a"), Reason("text", 0, 12, 1.0, "b")]
    shown = evidence(reading, pieces, title, text)
    assert [one.phrase for one in shown] == [title, "Neue Kameras"]


PIECES = ["spies", "read", "of", "and", "that", "who", "said", "The", "U.S.", "d'Amnesty", "qu'un"]
PIECES += ["« ", " »", "“", "”", '"', "»", "«", "(NSA)", ", ", ". ", ": ", "\n", "9/11", "de la"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=60),
    st.sampled_from(["", " "]),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 6)), min_size=1, max_size=5),
)
def test_no_word_is_shown_twice(
    pieces: list[str], gap: str, english: bool, spans: list[tuple[int, int]]
) -> None:
    text = f"spies {gap.join(pieces)}"
    reading = _reading(text, english=english)
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
