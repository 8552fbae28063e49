"""Write docs/webhook.schema.json from the records; a test fails if they differ.

python scripts/webhook_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from alert.webhook import schema

FILE = Path(__file__).parent.parent / "docs" / "webhook.schema.json"

if __name__ == "__main__":
    FILE.write_text(json.dumps(schema(), indent=2) + "\n", "utf-8")
