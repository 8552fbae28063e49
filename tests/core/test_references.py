from __future__ import annotations

import pytest

from core.references import unescape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q&amp;A &#39;&#x27;&apos; &eacute &nosuch;", "Q&A ''' é &nosuch;"),
        ("&#0000000065;", "A"),
        (f"a&#{'9' * 5000};b", "a\ufffdb"),
        (f"a&#{'9' * 5000}", "a\ufffd"),
        (f"a&#x{'f' * 5000};b", "a\ufffdb"),
    ],
)
def test_references_of_any_length_are_read(text: str, expected: str) -> None:
    assert unescape(text) == expected
