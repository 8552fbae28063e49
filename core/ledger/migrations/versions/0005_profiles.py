"""what threading remembers of an article is a profile, no list of terms.

Revision: 0005, after 0004.

A profile cannot be made of the terms that were kept. Articles threaded before are remembered with
none: they keep their stories, and what comes after opens new ones.
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
            comment="what others are compared with, packed; none from before profiles",
        ),
    )
    op.drop_column("members", "terms")
