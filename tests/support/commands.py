"""Terminal commands, each forked from a process that has already imported `wirewatch`.

Run as a program, it forks a command for each line that it reads and answers with the exit
code.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from forking import ForkingProgram, fork_for_each_line


class Commands(ForkingProgram):
    """Runs `wirewatch` commands, one at a time. Use it in a `with` block."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(__file__, environment)

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder, with additions to its environment."""
        out, err = folder / ".out", folder / ".err"
        code = self._ask([list(arguments), str(folder), dict(environment), str(out), str(err)])
        done = subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())
        out.unlink()
        err.unlink()
        return done


def main() -> None:
    """Fork a command for each request."""
    # What commands load when they need it is loaded here once for all of them.
    for module in ("alembic.context", "tldextract", "wirewatch.passes.readers", "wirewatch.cli"):
        import_module(module)
    fork_for_each_line(_run)


def _run(
    arguments: Sequence[str], folder: str, environment: Mapping[str, str], out: str, err: str
) -> None:
    # Empty standard input; output goes into files.
    for number, path, how in ((0, os.devnull, "r"), (1, out, "w"), (2, err, "w")):
        with Path(path).open(how) as file:
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    os.environ.update(environment)
    sys.argv[1:] = arguments
    import_module("wirewatch.cli").main()


if __name__ == "__main__":
    main()
