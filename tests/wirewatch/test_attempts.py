"""Attempts: what one of several things meets costs no other, and an error is raised in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from core.errors import WirewatchError
from core.faults import SITES, Fault
from wirewatch.attempts import each_tried, tried_apart

AWAY = OperationalError("SELECT 1", None, OSError("the ledger is away"))


def test_what_is_tried_together_is_tried_apart_after_a_fault() -> None:
    tried: list[list[str]] = []

    def work(several: Sequence[str]) -> str:
        tried.append(list(several))
        if "odd" in several:
            raise ValueError("odd")
        return "".join(several)

    def apart(*items: str) -> list[tuple[Sequence[str], str | Fault]]:
        return tried_apart("counting", items, work, name=str, site=str)

    assert apart("a", "b") == [(("a", "b"), "ab")]
    assert tried == [["a", "b"]]
    first, (odd, fault), last = apart("a", "odd", "b")
    assert (first, odd, last) == ((["a"], "a"), ["odd"], (["b"], "b"))
    assert isinstance(fault, Fault)
    assert fault.reason == "counting failed, please report it: ValueError: odd"
    assert tried[1:] == [["a", "odd", "b"], ["a"], ["odd"], ["b"]]
    sites = iter(range(SITES))
    with pytest.raises(ValueError, match="odd"):
        tried_apart(
            "counting",
            ["odd"] * SITES,
            work,
            name=str,
            site=lambda _: str(next(sites)),
        )


def test_one_thing_is_tried_once() -> None:
    tried: list[list[str]] = []

    def work(several: Sequence[str]) -> None:
        tried.append(list(several))
        raise ValueError("odd")

    ((several, fault),) = tried_apart("counting", ["a"], work, name=str, site=str)
    assert several == ["a"]
    assert isinstance(fault, Fault)
    assert tried == [["a"]]


def test_all_is_done_before_the_first_error_is_raised(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def work(name: str, error: Exception | None = None) -> str:
        if error:
            raise error
        done.append(name)
        return name

    assert each_tried([partial(work, "a"), partial(work, "b")]) == ["a", "b"]
    errors = KeyError("odd"), KeyError("odd"), TypeError("other")
    failing = (partial(work, "", error) for error in errors)
    with pytest.raises(KeyError, match="odd"):
        each_tried([*failing, partial(work, "c")])
    assert done == ["a", "b", "c"]
    (logged,) = caplog.records
    assert logged.exc_info is not None
    assert logged.exc_info[1] is errors[2]
    caplog.clear()
    with pytest.raises(KeyError):
        each_tried([partial(work, "", one) for one in (errors[0], WirewatchError("fix it"))])
    (foreseen,) = caplog.records
    assert (foreseen.exc_info, "fix it" in foreseen.getMessage()) == (None, True)
    with pytest.raises(OperationalError, match="away"):
        each_tried([partial(work, "", AWAY), partial(work, "d")])
    assert done == ["a", "b", "c"]


def test_what_failed_before_an_error_that_is_raised_at_once_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(error: Exception) -> None:
        raise error

    def looked_up() -> Iterator[Callable[[], None]]:
        yield partial(fail, WirewatchError("the archive is away"))
        raise AWAY

    ends = partial(fail, AWAY)
    several: list[Iterable[Callable[[], None]]] = [[next(looked_up()), ends], looked_up()]
    for work in several:
        caplog.clear()
        with pytest.raises(OperationalError, match="the ledger is away"):
            each_tried(work)
        assert "the archive is away" in caplog.text
