"""Faults: what one thing meets is a value; what all of several sites meet is raised."""

from __future__ import annotations

import pytest

from core.faults import SITES, Fault, raise_if_common, tried


def test_a_fault_is_a_value_with_a_reason_in_one_line() -> None:
    def work() -> None:
        raise ValueError("odd\n\0 words")

    fault = tried("extraction", "a page", work)
    assert isinstance(fault, Fault)
    assert fault.reason == r"extraction failed, please report it: ValueError: odd\n\x00 words"


def test_what_all_of_several_sites_meet_is_raised() -> None:
    fault = Fault("extraction", KeyError("odd"))
    all_of = [(f"site{number}.example", fault) for number in range(SITES)]
    raise_if_common([])
    raise_if_common([*all_of, ("well.example", None)])
    raise_if_common(all_of[1:] * 10)
    with pytest.raises(KeyError):
        raise_if_common(all_of)
