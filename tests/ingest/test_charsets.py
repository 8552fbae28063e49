"""Bodies are decoded in the charset that they really are in."""

from __future__ import annotations

import pytest

from ingest.charsets import decode


def page(text: str, declared: str = "") -> str:
    return f"<html><head>{declared}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Größe, Maß und Übermaß für „alle“ Bürger: 5 €.", "cp1252"),
        (
            "Les données ont été conservées à tort, a jugé la cour d\u2019appel.",
            "cp1252",
        ),
        ("La policía compró cámaras; el año pasado pidió más señales.", "latin-1"),
        ("Полиция следила за журналистами при помощи шпионской программы.", "cp1251"),
        ("市民団体は監視カメラの増設に反対した。警察は説明を拒んだ。", "shift_jis"),
        ("Größe \u2013 und Maß, 監視カメラ, слежка.", "utf-8"),
        ("Plain words.", "ascii"),
    ],
)
def test_an_undeclared_or_wrong_charset_is_detected(text, charset):
    markup = page(text)
    assert decode(markup.encode(charset), "text/html") == markup
    # Mislabelled: the bytes are plainly something else.
    assert decode(markup.encode(charset), "text/html; charset=utf-8") == markup


@pytest.mark.parametrize(
    ("declared", "content_type"),
    [
        ("", "text/html; charset=iso-8859-2"),
        ('<meta charset="iso-8859-2">', "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">', ""),
    ],
)
def test_a_declared_charset_is_used(declared, content_type):
    markup = page("śledziła dziennikarzy przez rok, żądając łączności", declared)
    assert decode(markup.encode("iso-8859-2"), content_type) == markup


def test_a_byte_order_mark_overrides_any_declared_charset():
    markup = page("śledziła żądając")
    assert decode(b"\xef\xbb\xbf" + markup.encode(), "text/html; charset=latin-1") == markup
    assert decode(markup.encode("utf-16"), "text/html; charset=latin-1") == markup


def test_a_few_broken_bytes_do_not_change_the_charset():
    body = page("Größe und Maß und Übermaß").encode() + b"\xff"
    assert "Größe und Maß und Übermaß" in decode(body, "text/html; charset=utf-8")


@pytest.mark.parametrize("content_type", ["text/html; charset=nonsense", "charset=", "\x00;=", ""])
def test_an_invalid_charset_is_ignored(content_type):
    assert "Größe" in decode(page("Größe").encode(), content_type)


@pytest.mark.parametrize(
    "name",
    [
        *("hex", "base64", "rot13", "idna", "punycode", "undefined", "unicode_escape", "utf-16"),
        *("iso-8859-1", "windows-1251"),  # UTF-8 fits, and nothing looks like it by chance
    ],
)
def test_a_charset_impossible_for_a_page_is_ignored(name):
    markup = page("Größe", f'<meta charset="{name}">')
    assert decode(markup.encode(), "text/html") == markup
    assert decode(markup.encode(), f"text/html; charset={name}") == markup


@pytest.mark.parametrize(
    "text", ["It\u2019s over.", "Tutti i dati andarono al Comune di Forlì: verità."]
)
def test_a_few_letters_that_are_not_utf_8_are_read_as_windows_1252(text):
    """They are too few for a guess."""
    for label in ("", "text/html; charset=utf-8"):
        assert decode(page(text).encode("cp1252"), label) == page(text)


@pytest.mark.parametrize("cut", [b"\xe2\x80", b"\xc3", b"\xe9"])
def test_a_letter_that_was_cut_does_not_change_the_charset_of_a_few_others(cut):
    """Descriptions are often cut after so many bytes."""
    for label in ("", "text/html; charset=utf-8"):
        text = page("It\u2019s over. They\u2019re gone.")
        assert decode(text.encode() + cut, label) == text + "\ufffd"
