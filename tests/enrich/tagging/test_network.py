"""Networks: eight-bit arithmetic gives the same result on every processor."""

import re
from importlib.resources import files

import numpy as np
import pytest

import enrich.tagging.network
from enrich.tagging import encoder, polyglot
from enrich.tagging.encoder import Encoder

STORY = "Phones of four reporters were infected. A laboratory found traces of the tool."

KNOWN = Encoder().encode(STORY, english=True)


@pytest.mark.parametrize(
    ("name", "products"),
    [
        (encoder.MODEL_FILE, rb"onnx::MatMul_\d+_quantized"),
        (polyglot.MODEL_FILE, rb"l\d+\.\w+\.(?:product|of most)\.weights_quantized"),
    ],
)
def test_weights_are_signed_eight_bit_integers(name: str, products: bytes) -> None:
    # Unsigned weights take twice the time where products of neither kind overflow. In an ONNX
    # file a tensor's type (2: unsigned eight bits, 3: signed) precedes its name.
    content = files("enrich.model").joinpath(name).read_bytes()
    kinds = re.findall(rb"\x10(.)\x42." + products, content, re.DOTALL)
    assert len(kinds) > 40
    assert set(kinds) == {b"\x03"}


@pytest.mark.parametrize("overflow", [True, False])
def test_the_result_does_not_depend_on_whether_products_may_overflow(
    overflow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if enrich.tagging.network.overflows() and not overflow:
        pytest.skip("this processor's products overflow")
    monkeypatch.setattr(enrich.tagging.network, "overflows", lambda: overflow)
    read = Encoder().encode(STORY, english=True)
    assert read.log_odds == KNOWN.log_odds
    assert np.allclose(read.meaning, KNOWN.meaning, atol=1e-6)
