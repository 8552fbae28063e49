"""threading remembers a profile of an article, not a list of terms.

Revision: 0005, after 0004.

A profile cannot be made from the terms that were kept. Articles threaded before have none: they
keep their stories, and later articles open new ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "members",
        sa.Column(
            "profile",
            sa.LargeBinary(),
            comment="what others are compared with, packed; none in older rows",
        ),
    )
    op.drop_column("members", "terms")
