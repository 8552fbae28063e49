"""Run the package's ONNX networks, with the same results on every processor."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

OVERFLOW_FILE = "overflow.onnx"

SLOWER_FUSED = ["SkipLayerNormFusion"]
"""ONNX Runtime's fusion of an addition and a normalisation takes several times as long as the two:
with 1.32 an eighth of a reading."""


def session_of(name: str) -> Any:
    """A session for a model file of the package."""
    return _session(name, exact=overflows())


@cache
def overflows() -> bool:
    """Whether this processor adds up eight-bit products in sixteen bits, which overflow: x86
    without VNNI (most laptops before 2020, AMD's before Zen 4). There all texts would score the
    same."""
    session = _session(OVERFLOW_FILE, exact=False)
    (read,) = session.get_inputs()
    largest = np.full(read.shape, 255, np.uint8)
    (products,) = session.run(None, {read.name: largest})
    return bool(products.max() != 255 * 127 * largest.size)


def _session(name: str, *, exact: bool) -> Any:
    """A session; an `exact` one multiplies unsigned numbers, in twice the time."""
    # Loading takes as long as reading a hundred items: pay for it only when needed.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Articles are spread over processes: threads in each would only compete.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    # By path: from bytes it would keep two copies.
    with as_file(files("enrich.model").joinpath(name)) as path:
        return onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSED
        )
