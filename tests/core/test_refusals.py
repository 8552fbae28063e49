"""Why a value was refused: our own words for each kind of error that a person can cause."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from core.records import FeedItem, UtcTime
from core.refusals import reason


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def words(kind: Any, value: object) -> str:
    """Why a value of a type was refused."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return reason(caught.value.errors()[0])


def port(value: str) -> str:
    raise ValueError(f"No such port: {value}")


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (
            Annotated[str, Field(max_length=3)],
            "four",
            "it has 4 characters, and may have 3 at most",
        ),
        (
            Annotated[str, AfterValidator(str), Field(max_length=1_000)],
            "x" * 1_001,
            "it has 1,001 characters, and may have 1,000 at most",
        ),
        (
            Annotated[list[int], Field(max_length=1)],
            [1, 2],
            "it has 2 items, and may have 1 at most",
        ),
        (Annotated[str, Field(min_length=1)], "", "it is empty"),
        (Annotated[str, AfterValidator(str), Field(min_length=1)], "", "it is empty"),
        (Annotated[int, Field(ge=1)], 0, "expected 1 or more"),
        (Annotated[float, Field(gt=0)], 0, "expected more than 0"),
        (Annotated[float, Field(le=31_536_000.0)], 1e9, "expected 31,536,000 or less"),
        (Annotated[float, Field(lt=0.5)], 1, "expected less than 0.5"),
        (int, "x", "expected a whole number"),
        (int, 1.5, "expected a whole number"),
        (float, "x", "expected a number"),
        (bool, "x", "expected true or false"),
        (str, 1, "expected text"),
        (list[str], 1, "expected a list"),
        (tuple[str, ...], 1, "expected a list"),
        (dict[str, str], 1, "expected a table"),
        (Literal["a", "b"], "c", "expected 'a' or 'b'"),
        (Colour, "green", "expected 'red' or 'blue'"),
        (Annotated[str, Field(pattern="^a")], "b", "it has the wrong form"),
        (UtcTime, "soon", "expected a time such as 2026-03-01T08:00:00Z"),
        (date, "soon", "expected a day such as 2026-03-01"),
        (Annotated[str, AfterValidator(port)], "x", "no such port: x"),
        (FeedItem, {}, "it is missing"),
        (FeedItem, {"url": "x", "colour": "red"}, "it means nothing here"),
    ],
)
def test_reason_says_what_was_expected_or_what_is_wrong(
    kind: Any, value: object, said: str
) -> None:
    assert words(kind, value) == said
