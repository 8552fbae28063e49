"""Write `.env` from `.env.example`, with a random value for every variable that has none.

In an existing `.env`, values stay: the volumes of a running newsroom depend on its passwords. What
it lacks, as after an upgrade, is added.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

EMPTY = re.compile(r"^(\w+)=[ \t]*$", re.MULTILINE)
"""A variable without a value."""

GIVEN = re.compile(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[=:][ \t]*\S", re.MULTILINE)
"""A variable with a value, in any way that Compose reads."""


def secret(name: str) -> str:
    """A random value for a variable.

    64 hexadecimal digits: safe in a URL, long enough for Kibana's keys (32 characters) and for
    Airflow's token secret (64 bytes). A Fernet key must be 32 bytes in URL-safe Base64.
    """
    if name.endswith("_FERNET_KEY"):
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
    return secrets.token_hex(32)


def filled(example: str) -> str:
    """The text of `.env.example` with a secret after every `NAME=` that has no value."""
    return EMPTY.sub(lambda found: f"{found[1]}={secret(found[1])}", example)


def lacking(text: str, example: str) -> list[str]:
    """The variables without a value in `.env.example` that have none in the text of a `.env`."""
    given = set(GIVEN.findall(text))
    return [name for name in EMPTY.findall(example) if name not in given]


def main(root: Path = ROOT) -> int:
    """Write the file, readable by its owner only, or what it lacks. Returns 0, or 1 if it lacks
    nothing."""
    target = root / ".env"
    example = (root / ".env.example").read_text("utf-8")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _complete(target, example)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(filled(example))
    sys.stdout.write(f"{target} written. Set WIREWATCH_CONTACT in it to your own address.\n")
    return 0


def _complete(target: Path, example: str) -> int:
    text = target.read_text("utf-8")
    names = lacking(text, example)
    if not names:
        sys.stderr.write(f"{target} already exists and was left as it is.\n")
        return 1
    with target.open("a", encoding="utf-8") as file:
        if not text.endswith("\n"):
            file.write("\n")
        file.writelines(f"{name}={secret(name)}\n" for name in names)
    sys.stdout.write(f"{target} had no value for these, and now has: {', '.join(names)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
