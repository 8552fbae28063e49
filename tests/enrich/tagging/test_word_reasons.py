"""What single words add."""

import math
from functools import reduce
from operator import add

import as_shipped
import numpy as np

from enrich.tagging.features import Block, Featuriser, Reading
from enrich.tagging.weights import Weights
from enrich.tagging.word_reasons import learnt_reasons
from enrich.words import Words


def test_what_a_word_adds_is_summed_in_the_order_of_the_text() -> None:
    """In the order of a set, it differed in its last bits from run to run."""
    gains = [math.sin(number) for number in range(400)]
    columns = {f"{number} word": number for number in range(len(gains))}
    nothing = Block({}, np.zeros(0), 0.0, 0)
    block = Block(columns, np.ones(len(columns)), 0.0, 0)
    featuriser = Featuriser(as_shipped.tagger().featuriser.senses, (block, nothing), 1.0)
    weights = Weights(np.array(gains), 0.0, 1.0, 0.0)
    reading = Reading(Words(""), Words(", ".join(columns)), [], [])
    found = learnt_reasons(reading, dict.fromkeys(columns.values(), 1.0), featuriser, weights)
    in_order = reduce(add, [gain / 2 for gain in gains])
    assert [one.gain for one in found] == [in_order]
