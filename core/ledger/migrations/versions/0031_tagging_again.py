"""tagging again.

Revision: 0031, after 0030.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

BEFORE = "how often it came into another story"
AFTER = "how often it came into another story or was tagged again"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column("entries", "moves", comment=AFTER, existing_comment=BEFORE)
