"""Decision trees as arrays, evaluated for many rows at once.

Each inner node of a tree says which leaves become unreachable when its test fails; the leaf reached
is the first one left after all tests. (QuickScorer: Lucchese et al., SIGIR 2015.) No branch is
walked, so numpy evaluates all rows, trees and nodes together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from enrich import arrays
from enrich.arrays import Floats

MAX_LEAVES = 8
"""Maximum leaves of a tree: one bit each of a byte."""

_LOWEST_BIT = np.array(
    [0, *((code & -code).bit_length() - 1 for code in range(1, 256))], dtype=np.intp
)


class ForestError(ValueError):
    """The bytes are not a forest."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees whose sum is the log-odds.

    Attributes:
        names: the columns that it reads.
        feature: (trees, nodes) the column that each node tests.
        threshold: (trees, nodes) a row goes left if its value is at most this.
        reachable: (trees, nodes) bit mask of the leaves left if it goes right.
        leaves: (trees, leaves) what each leaf adds.
    """

    names: tuple[str, ...]
    feature: npt.NDArray[np.intp]
    threshold: Floats
    reachable: npt.NDArray[np.uint8]
    leaves: Floats

    def log_odds(self, rows: Floats) -> Floats:
        """The sum of the trees for each row."""
        # Shape (node, tree, row), since numpy is fastest when reducing the first axis.
        right = rows.T.take(self.feature.T, axis=0) > self.threshold.T[..., None]
        # A product, since `np.where` takes ten times as long.
        lost = np.bitwise_or.reduce(right * ~self.reachable.T[..., None], axis=0)
        leaf = _LOWEST_BIT.take(~lost)
        first = np.arange(0, self.leaves.size, self.leaves.shape[1])
        added: Floats = self.leaves.take(leaf + first[:, None]).sum(axis=0)
        return added

    def dump(self) -> bytes:
        """The forest as an `.npz` file; the same forest gives the same bytes."""
        return arrays.dump(
            {
                "names": np.array(self.names),
                "feature": self.feature.astype(np.uint8),
                "threshold": self.threshold,
                "reachable": self.reachable,
                "leaves": self.leaves,
            }
        )

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a forest from a file's bytes.

        Raises:
            ForestError: the bytes are not a forest.
        """
        try:
            names, feature, *others = arrays.parse(
                content, "names", "feature", "threshold", "reachable", "leaves"
            )
            return cls(tuple(map(str, names)), feature.astype(np.intp), *others)
        except (ValueError, TypeError) as error:
            raise ForestError(f"the trees of threading cannot be read: {error}") from error
