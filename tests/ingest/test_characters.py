"""Characters that do not belong in texts."""

from ingest.characters import one_line, printable, readable


def test_a_text_on_one_line_has_no_character_that_is_no_text() -> None:
    assert one_line(" a\tb\r\nc\x1b[2J\x85d\ud800e\uffff ") == "a b c [2J d e"


def test_a_readable_text_has_a_letter_and_its_accent_as_one_character() -> None:
    assert (
        readable("de\u0301men\u00adti, U\u0308berwachung\u200b") == "d\u00e9menti, \u00dcberwachung"
    )


def test_what_is_printed_shows_where_a_control_character_was() -> None:
    assert printable("a\x1b[2J\n") == "a\ufffd[2J\ufffd"
