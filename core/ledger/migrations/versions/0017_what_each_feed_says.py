"""record what each feed says of an entry, to tell its edits from another feed's words.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


COLUMNS = {
    "item_hash": "hash of the item's words as this feed last had them; none in older rows",
    "title_hash": "hash of its title there",
}


def upgrade() -> None:
    # In place: as a batch, Alembic would copy SQLite's table.
    for name, comment in COLUMNS.items():
        column = sa.Column(name, sa.String(length=64), nullable=True, comment=comment)
        op.add_column("entry_feeds", column)
