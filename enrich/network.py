"""Networks of the package (ONNX), ready to run, the same on every processor."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

OVERFLOW_FILE = "overflow.onnx"

SLOWER_FUSED = ["SkipLayerNormFusion"]
"""What ONNX Runtime would make of an addition and a normalisation takes several times as long as
the two: with 1.32 an eighth of a reading."""


def session_of(name: str) -> Any:
    """A model file of the package, ready to run."""
    return _session(name, exact=overflows())


@cache
def overflows() -> bool:
    """Whether this processor adds up products of eight bits in sixteen, which overflow: x86 without
    VNNI (most laptops before 2020, AMD's before Zen 4). There all texts would be told the same."""
    session = _session(OVERFLOW_FILE, exact=False)
    (read,) = session.get_inputs()
    largest = np.full(read.shape, 255, np.uint8)
    (products,) = session.run(None, {read.name: largest})
    return bool(products.max() != 255 * 127 * largest.size)


def _session(name: str, *, exact: bool) -> Any:
    """A session; an `exact` one multiplies numbers without a sign, in twice the time."""
    # Loading takes as long as reading a hundred items: only who needs it pays for it.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Articles are spread over processes: threads in each would only be in each other's way.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    # By its path: given bytes it would hold them twice.
    with as_file(files("enrich.model").joinpath(name)) as path:
        return onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSED
        )
