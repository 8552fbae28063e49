"""A newsroom's own settings do not reach what is made up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOOK = """
import os
import conftest
print(sorted(name for name in os.environ if name.startswith("WIREWATCH_")))
"""


def test_tests_leave_a_newsrooms_ledger_alone() -> None:
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        capture_output=True,
        text=True,
        cwd=tests.parent,
        env=os.environ
        | {"PYTHONPATH": f"{tests}:{tests / 'support'}:{tests.parent}"}
        | {"WIREWATCH_LEDGER_URL": "sqlite:////newsroom.db", "WIREWATCH_TEST_POSTGRES": "kept"},
    )
    assert done.stdout == "['WIREWATCH_TEST_POSTGRES']\n", done.stderr
