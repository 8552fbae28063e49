import numpy as np

from enrich.meanings import MEANING_WIDTH, Meaning
from enrich.stories.neighbours import Meanings


def direction(*parts: int) -> Meaning:
    meaning = np.zeros(MEANING_WIDTH, dtype=np.int8)
    meaning[: len(parts)] = parts
    return meaning


def test_the_nearest_come_first_and_equals_in_order_of_time() -> None:
    meanings = Meanings()
    known = {"d": (3, 1), "c": (1, 0), "b": (1, 0), "a": (0, 1), "far": (1, 0)}
    for hour, (name, parts) in enumerate(known.items()):
        meanings.add((100.0 if name == "far" else float(hour), name), direction(*parts))
    near = meanings.nearest(direction(1, 0), 0, 50, 3)
    assert [name for _, name in near] == ["c", "b", "d"]
    assert len(meanings.nearest(direction(1, 0), 0, 50, 9)) == meanings.within(0, 50) == 4
    assert meanings.nearest(direction(1, 0), 200, 300, 3) == []
