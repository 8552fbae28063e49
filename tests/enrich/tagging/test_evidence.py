"""Evidence as it is shown."""

from enrich.tagging.evidence import evidence
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason
from enrich.words import Words


def _reading(text: str) -> Reading:
    return Reading(Words(""), Words(text), [], [])


def test_a_reason_names_the_other_part_of_its_phrase() -> None:
    text = "The agency, its lawyers said, taps calls"
    reason = Reason("text", 4, 10, 1.0, "sense: interception (+1.0)", ((30, 40),))
    (piece,) = evidence(_reading(text), [reason], "", text, english=True)
    assert (piece.phrase, piece.why) == ("agency", 'sense: interception (+1.0), with "taps calls"')


def test_a_leaning_preposition_is_not_part_of_the_phrase() -> None:
    text = "Un rapport d'Amnesty International"
    reason = Reason("text", 11, len(text), 1.0, "a")
    (piece,) = evidence(_reading(text), [reason], "", text, english=False)
    assert (piece.phrase, piece.start) == ("Amnesty International", 13)


def test_pieces_do_not_grow_into_each_other() -> None:
    text = "A corte de Vik afirma que o aparelho lia as mensagens"
    cut = text.index("o aparelho")
    pieces = [
        Reason("text", cut, len(text), 1.0, "a", is_cut=True),
        Reason("text", 0, cut - 1, 2.0, "b", is_cut=True),
    ]
    shown = evidence(_reading(text), pieces, "", text, english=False)
    assert [one.phrase for one in shown] == ["A corte de Vik afirma", "o aparelho lia as mensagens"]
