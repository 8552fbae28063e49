"""Writes docs/webhook.schema.json from the records. A test fails if they differ."""

import json
from pathlib import Path

from alert.webhook import schema

FILE = Path(__file__).parent.parent / "docs" / "webhook.schema.json"

FILE.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")
