"""Why pydantic refused a value, in our own words, for those who wrote it."""

from __future__ import annotations

from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "it means nothing here",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "enum": "expected {expected}",
    "literal_error": "expected {expected}",
    "string_pattern_mismatch": "it has the wrong form",
}
"""What is said of a kind of error, with values from its context."""

_EXPECTED = {
    "bool": "true or false",
    "date": "a day such as 2026-03-01",
    "datetime": "a time such as 2026-03-01T08:00:00Z",
    "dict": "a table",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "string": "text",
    "tuple": "a list",
}
"""What was expected, by the first word of a kind of error."""


def reason(problem: ErrorDetails) -> str:
    """Why a value was refused: what was expected, or what is wrong with it.

    It begins with a small letter, has no full stop, and does not say which value it is.
    """
    kind, given = problem["type"], problem["input"]
    context = {name: _shown(value) for name, value in problem.get("ctx", {}).items()}
    if kind in ("string_too_long", "too_long"):
        things = "characters" if isinstance(given, str) else "items"
        return f"it has {len(given):,} {things}, and may have {context['max_length']} at most"
    if kind in ("string_too_short", "too_short") and not given:
        return "it is empty"
    if kind in _WORDS:
        return _WORDS[kind].format_map(context)
    if expected := _EXPECTED.get(kind.partition("_")[0]):
        return f"expected {expected}"
    said = problem["msg"].removeprefix("Value error, ")
    return f"{said[:1].lower()}{said[1:]}"


def _shown(value: object) -> object:
    """A number as people write it: 1,000 for 1000.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int) else value
