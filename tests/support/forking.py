"""Programs that have loaded everything and fork for each line they are sent.

Each fork is a separate process, as it is for a person, but without the seconds that loading
takes. Such a program forks instead of the tests, which have threads and locks.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self


class ForkingProgram:
    """Controls one such program from the tests. Use it in a `with` block."""

    def __init__(self, program: str, environment: Mapping[str, str] | None = None) -> None:
        self._program = program
        self._environment = environment
        self._unanswered = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        assert self._line() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, arguments: Sequence[Any]) -> int:
        """The exit code of the work on some arguments."""
        while self._unanswered:  # of a test that ran out of time: no answer to this one
            self._line()
            self._unanswered -= 1
        self._say(json.dumps(arguments))
        self._unanswered += 1
        code = int(self._line())
        self._unanswered -= 1
        return code

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def fork_for_each_line(work: Callable[..., None]) -> None:
    """The main loop of such a program: do some work in a fork for each line, the list of its
    arguments as JSON, and answer with the exit code."""
    # Keep what is loaded from the forks' garbage collection, which would copy its memory pages.
    gc.collect()
    gc.freeze()
    # These processes end without the networks' exit handlers, which wait for threads that no fork
    # has.
    fork = multiprocessing.get_context("fork")
    print("ready", flush=True)
    for line in sys.stdin:
        process = fork.Process(target=_apart, args=(work, json.loads(line)))
        process.start()
        process.join()
        print(process.exitcode, flush=True)


def _apart(work: Callable[..., None], arguments: Sequence[Any]) -> None:
    os.dup2(2, 1)  # keep its output apart from the answers
    work(*arguments)
