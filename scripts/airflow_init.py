"""One-shot before Airflow starts: migrate its database, and set the password of its web UI.

Airflow's simple auth manager reads passwords from a JSON file and makes up any that are missing.
This writes the file first, so that the password is the one in `.env`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

USERS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"
FILE = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
PASSWORD = "NEWSROOM_PASSWORD"  # noqa: S105 - the name of a variable


def write_passwords(environment: Mapping[str, str]) -> None:
    """Write the passwords file: every user of the web UI gets the newsroom's password."""
    users = [user.partition(":")[0] for user in environment[USERS].split(",")]
    file = Path(environment[FILE])
    file.touch(0o600)
    file.write_text(json.dumps(dict.fromkeys(users, environment[PASSWORD])) + "\n", "utf-8")


def main() -> int:
    """Do both; returns the exit code of `airflow db migrate`."""
    write_passwords(os.environ)
    return subprocess.run(["airflow", "db", "migrate"], check=False).returncode  # noqa: S607


if __name__ == "__main__":
    sys.exit(main())
