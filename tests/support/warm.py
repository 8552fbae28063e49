"""A process that has imported `wirewatch` and forks for each command that it is given.

A command is a process of its own, as it is for a person, but for the second that imports take.
Forked from here and not from the tests, which have threads and locks. Reads requests from its
standard input, a line of JSON each, and answers each with the exit code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self


class Warm:
    """The process, seen from the tests. A context manager, since it has to end with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Without more to read it ends.
        self._process.communicate()

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `wirewatch` in a folder, with more in its environment."""
        out, err = folder / ".out", folder / ".err"
        request = [list(arguments), str(folder), dict(environment), str(out), str(err)]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        done = subprocess.CompletedProcess(request[0], code, out.read_text(), err.read_text())
        out.unlink()
        err.unlink()
        return done


def serve() -> None:
    """Fork for each request."""
    # What commands import when they need it, but for what starts threads, which a fork would lose.
    import alembic.context  # noqa: F401
    import tldextract  # noqa: F401

    import wirewatch.cli

    for line in sys.stdin:
        arguments, folder, environment, out, err = json.loads(line)
        child = os.fork()
        if not child:
            # Nothing to read, and what it prints into files.
            for number, path, how in ((0, os.devnull, "r"), (1, out, "w"), (2, err, "w")):
                with Path(path).open(how) as file:
                    os.dup2(file.fileno(), number)
            os.chdir(folder)
            os.environ.update(environment)
            sys.argv[1:] = arguments
            wirewatch.cli.main()
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
