"""Pages are parsed once for everything that reads them."""

from __future__ import annotations

import pytest

from ingest.extraction.document import parse


@pytest.mark.parametrize("body", [b"", b"  ", b"\x00", b"<!-- -->", b"<html></html>"])
def test_an_empty_body_is_an_empty_document(body):
    document = parse(body, "https://example.com/1")
    assert document.tree.text_content().strip() == ""
    assert document.linked_data == ()


def test_windows_1252_references_give_the_intended_characters():
    body = "<html><body><p>caf&eacute; &#150; &#147;so&#148; &#233;</p></body></html>"
    tree = parse(body, "https://example.com/1").tree
    assert tree.find(".//p").text == "café \u2013 \u201cso\u201d é"
