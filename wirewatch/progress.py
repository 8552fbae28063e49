"""Progress: how a stage reports how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called by the stages; `total` may grow."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """`done` of `total` items of a stage are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""
