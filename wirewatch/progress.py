"""Progress: how a stage reports how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called by the stages with a stage's name, how many of its items are done, and of how many; these
may grow."""


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""
