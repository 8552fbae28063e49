"""Networks: eight bits say the same on every processor."""

import re
from importlib.resources import files

import numpy as np
import pytest

import enrich.network
from enrich import encoder, polyglot
from enrich.encoder import Encoder

STORY = "Phones of four reporters were infected. A laboratory found traces of the tool."

KNOWN = Encoder().encode([STORY])[0]


@pytest.mark.parametrize(
    ("name", "products"),
    [
        (encoder.MODEL_FILE, rb"onnx::MatMul_\d+_quantized"),
        (polyglot.MODEL_FILE, rb"l\d+\.\w+\.(?:product|of most)\.weights_quantized"),
    ],
)
def test_what_is_multiplied_has_a_sign(name: str, products: bytes) -> None:
    # Those without one take twice the time where products of both kinds do not overflow. In an
    # ONNX file a tensor's type (2: eight bits without a sign, 3: with) is before its name.
    content = files("enrich.model").joinpath(name).read_bytes()
    kinds = re.findall(rb"\x10(.)\x42." + products, content, re.DOTALL)
    assert len(kinds) > 40
    assert set(kinds) == {b"\x03"}


@pytest.mark.parametrize("overflow", [True, False])
def test_the_answer_is_the_same_whether_products_may_overflow_or_not(
    overflow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if enrich.network.overflows() and not overflow:
        pytest.skip("this processor's products overflow")
    monkeypatch.setattr(enrich.network, "overflows", lambda: overflow)
    (read,) = Encoder().encode([STORY])
    assert read.log_odds == KNOWN.log_odds
    assert np.allclose(read.meaning, KNOWN.meaning, atol=1e-6)
