"""keep what sites ask for between processes; shared hosts are many sites.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc
from core.sites import is_shared, site_of, slot_of

revision = "0003"
down_revision = "0002"

_INDEXES = (
    ("ix_polls_found", "found", "found > 0"),
    ("ix_polls_quiet", "polled_at", "found = 0"),
)


def upgrade() -> None:
    op.create_table(
        "robots",
        sa.Column("address", sa.Text(), nullable=False, comment="of a robots.txt"),
        sa.Column(
            "verdict",
            sa.String(length=16),
            nullable=False,
            comment="verdict on all addresses, or READ",
        ),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="its text if it is READ, deflated",
        ),
        sa.Column("until", Utc(timezone=True), nullable=False, comment="fetched again after this"),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_robots")),
    )
    op.create_index("ix_robots_until", "robots", ["until"])
    op.create_table(
        "sites",
        sa.Column("name", sa.Text(), nullable=False, comment="registrable domain"),
        sa.Column(
            "asked_at",
            Utc(timezone=True),
            nullable=True,
            comment="end of the last request, if the pause is a long one",
        ),
        sa.Column(
            "pause",
            sa.Float(),
            nullable=True,
            comment="its Crawl-delay in seconds, where longer than our own pause",
        ),
        sa.Column(
            "held_until",
            Utc(timezone=True),
            nullable=True,
            comment="no requests before this, as it asked",
        ),
        sa.Column(
            "until",
            Utc(timezone=True),
            nullable=False,
            comment="the row means nothing after this",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sites")),
    )
    op.create_index("ix_sites_until", "sites", ["until"])
    for name, column, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, "polls", [column], sqlite_where=where, postgresql_where=where)
    # PostgreSQL keeps comments: 0002 changed the meaning of the column, and left its old comment.
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.alter_column(
            "moves",
            existing_type=sa.Integer(),
            existing_nullable=False,
            comment="permanent redirects to moved_to in a row",
        )
    _part_shared_hosts()


def _part_shared_hosts() -> None:
    """Give each row at a host of many sites its own site and slot."""
    tx = op.get_bind()
    for name in ("feeds", "entries"):
        table = sa.table(name, *map(sa.column, ("id", "url", "site", "slot")))
        sites = tx.execute(sa.select(table.c.site).distinct()).scalars().all()
        for shared in filter(is_shared, sites):
            rows = tx.execute(sa.select(table.c.id, table.c.url).where(table.c.site == shared))
            for row in rows.all():
                own = site_of(row.url)
                there = sa.update(table).where(table.c.id == row.id)
                tx.execute(there.values(site=own, slot=slot_of(own)))
