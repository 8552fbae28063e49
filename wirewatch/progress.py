"""Progress: how a stage tells whoever watches how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by the stages how far they are; `total` may grow."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` items of a stage are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
