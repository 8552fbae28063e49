"""Whether work grows with its input, or with the input's square: a ratio, not seconds.

A bound in seconds fails on a machine that is slow or busy, and passes bad code on a fast one.
"""

import gc
from collections.abc import Callable
from time import thread_time

#: How many times as large the larger input is: linear work takes as many times as long.
TIMES = 8

#: About halfway, by factors, between linear work (8) and work that grows with the square (64).
LIMIT = 24.0


def grows_evenly(work: Callable[[int], object], size: int) -> bool:
    """Whether `work` on eight times `size` takes clearly less than 64 times as long.

    Each is timed up to five times in turn and its fastest counts, without the garbage collector,
    which takes as long as the whole process is large.
    """
    work(size)  # what is imported or compiled on first use is no growth
    fastest = {size: float("inf"), TIMES * size: float("inf")}
    for _ in range(5):
        for each in fastest:
            fastest[each] = min(fastest[each], _seconds(work, each))
        if fastest[TIMES * size] < LIMIT * fastest[size]:
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    collecting = gc.isenabled()
    gc.disable()
    try:
        began = thread_time()
        work(size)
        return thread_time() - began
    finally:
        if collecting:
            gc.enable()
