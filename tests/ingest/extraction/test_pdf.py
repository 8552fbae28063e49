"""Articles as PDF: read as paragraphs, or refused with a reason if there is no text."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import DocumentInformation, PageObject, PdfReader, PdfWriter
from pypdf.errors import PdfReadError

from demo.pdf import LINES, pdf
from ingest.extraction.pdf import MAX_PAGES, PdfText, Unreadable, is_pdf, paragraphs, pdf_text

MADE = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
BODY = (
    "The council of Nether Wick met on Tuesday to talk about the clock on the town hall, which"
    " has been eleven minutes late since the spring of last year.",
    "“It is not late,” said the keeper. “Everyone else is early (and always was).”",
    "A vote on whether to wind it was put off until the hands of the clock show six.",
)


def a_pdf(body=BODY, title="The late clock", author="Ida Fenn", made=MADE) -> bytes:
    return pdf(title, author, made, body)


def rewritten(change) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf())))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_read_with_its_title_author_and_date():
    assert pdf_text(a_pdf()) == PdfText("\n".join(BODY), "The late clock", ("Ida Fenn",), MADE)


def test_a_paragraph_continues_across_pages_and_page_numbers():
    long = " ".join(f"word{number}" for number in range(1_500))
    found = pdf_text(a_pdf([long, "The end."]))
    assert isinstance(found, PdfText)
    assert len(a_pdf([long])) > LINES
    assert found.text == f"{long}\nThe end."


def test_the_number_of_pages_read_is_limited():
    body = [f"Line {number} of a very long report." for number in range((MAX_PAGES + 2) * 26)]
    found = pdf_text(a_pdf(body))
    assert isinstance(found, PdfText)
    assert found.cut == 2
    assert found.text.count("Line") == MAX_PAGES * 26


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "a broken PDF"),
        (b"%PDF-1.7 and nothing more", "a broken PDF"),
        (b"<html><p>Not found", "a broken PDF"),
        (a_pdf(["Page 1"]), "a PDF without text, 1 pages of pictures"),
        (
            rewritten(lambda one: one.encrypt("secret", algorithm="RC4-128")),
            "a password-",
        ),
    ],
    ids=["empty", "cut", "a page", "a scan", "encrypted"],
)
def test_an_unreadable_pdf_has_a_reason(body, reason):
    found = pdf_text(body)
    assert isinstance(found, Unreadable)
    assert found.reason.startswith(reason)


def test_a_pdf_locked_only_against_printing_is_read():
    body = rewritten(lambda one: one.encrypt("", owner_password="x", algorithm="RC4-128"))
    found = pdf_text(body)
    assert isinstance(found, PdfText)
    assert found.text == "\n".join(BODY)


@pytest.mark.parametrize(
    ("info", "kept"),
    [
        ({"/Title": "Microsoft Word - final_v3.docx", "/Author": "admin"}, ("", ())),
        (
            {"/Title": "", "/Author": "Ida Fenn; Tom Bole and Ida Fenn"},
            ("", ("Ida Fenn", "Tom Bole")),
        ),
        ({"/Title": "Untitled-1.indd"}, ("", ("Ida Fenn",))),
        ({"/Title": "Wick\x1b[31m news"}, ("Wick [31m news", ("Ida Fenn",))),
        ({"/Title": "U\u0308ber Wick", "/Author": "Zoe\u0308"}, ("Über Wick", ("Zoë",))),
    ],
)
def test_names_set_by_programs_are_ignored(info, kept):
    found = pdf_text(rewritten(lambda one: one.add_metadata(info)))
    assert isinstance(found, PdfText)
    assert (found.title, found.authors) == kept


@pytest.mark.parametrize("value", [b"42", b"[1]", b"null", b"3 0 R", b"99 0 R"])
def test_a_title_and_an_author_that_are_no_text_are_dropped(value):
    def instead(said: re.Match[bytes]) -> bytes:
        return (b"/%s %s" % (said[1], value)).ljust(len(said[0]))

    found = pdf_text(re.sub(rb"/(Title|Author) <\w+>", instead, a_pdf()))
    assert found == PdfText("\n".join(BODY), "", (), MADE)


def test_a_title_and_an_author_that_cannot_be_read_are_dropped(monkeypatch):
    """They may stand elsewhere in the file, where a stream has no end."""

    def broken(_: DocumentInformation) -> str:
        raise PdfReadError

    monkeypatch.setattr(DocumentInformation, "title", property(broken))
    monkeypatch.setattr(DocumentInformation, "author", property(broken))
    assert pdf_text(a_pdf()) == PdfText("\n".join(BODY), "", (), MADE)


def test_letters_whose_accents_are_characters_of_their_own_are_composed(monkeypatch):
    def said(_: PageObject, visitor_text) -> None:
        line = "Die U\u0308ber\u00adwachung des Hafens hat begonnen.\n"
        visitor_text(line * 9, [1.0] * 6, [1.0] * 6, None, 9.0)

    monkeypatch.setattr(PageObject, "extract_text", said)
    found = pdf_text(a_pdf())
    assert isinstance(found, PdfText)
    assert found.text.split(".")[0] == "Die Überwachung des Hafens hat begonnen"


def test_an_invalid_date_is_dropped():
    body = rewritten(lambda one: one.add_metadata({"/CreationDate": "last Tuesday"}))
    found = pdf_text(body)
    assert isinstance(found, PdfText)
    assert found.published is None


def test_lines_are_joined_and_hyphenated_words_restored():
    lines = [
        "The ferry is late, and the har-",
        "bour master, a man of few words,",
        "does not say why.",
        "North-",
        "East winds are no reason, he says,",
        "",
        "but",
    ]
    assert paragraphs(lines) == [
        "The ferry is late, and the harbour master, a man of few words, does not say why.",
        "North- East winds are no reason, he says,",
        "but",
    ]


def test_a_pdf_is_recognised_by_its_first_bytes_or_content_type():
    assert is_pdf(a_pdf(), "text/html")
    assert is_pdf(b"\n%PDF-1.4", "")
    assert is_pdf(b"", "Application/PDF; version=1")
    assert not is_pdf(b"<html>", "text/html")


@settings(max_examples=80)
@given(st.data())
def test_a_damaged_pdf_raises_nothing(data):
    body = bytearray(a_pdf())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found = pdf_text(bytes(body))
    assert isinstance(found, Unreadable) or found.text
