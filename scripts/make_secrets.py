"""Write `.env` from `.env.example`, with a random value for every variable that has none.

An existing `.env` is left alone: the volumes of a running newsroom depend on its passwords.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
    lines = []
    for line in example.splitlines():
        name, equals, value = line.partition("=")
        empty = equals and not value.strip() and not name.startswith("#")
        lines.append(f"{name}={secret(name)}" if empty else line)
    return "\n".join(lines) + "\n"


def main(root: Path = ROOT) -> int:
    """Write the file, readable by its owner only. Returns 0, or 1 if it is there already."""
    target = root / ".env"
    content = filled((root / ".env.example").read_text("utf-8"))
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{target} already exists and was left as it is.\n")
        return 1
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    sys.stdout.write(f"{target} written. Set WIREWATCH_CONTACT in it to your own address.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
