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


def test_forgotten_meanings_are_no_longer_found() -> None:
    meanings = Meanings()
    for hour in range(200):
        meanings.add((float(hour), str(hour)), direction(1, hour % 100))
    meanings.forget(150)
    assert len(meanings) == 50
    assert meanings.nearest(direction(1, 0), 0, 999, 1) == [(150.0, "150")]
    meanings.add((500.0, "new"), direction(1, 0))
    assert meanings.nearest(direction(1, 0), 400, 999, 1) == [(500.0, "new")]
