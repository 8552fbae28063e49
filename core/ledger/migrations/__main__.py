"""Writes the next migration from the difference between tables and migrations.

python -m core.ledger.migrations "what changes"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine


def write_migration(message: str) -> None:
    """Bring an empty database to the newest migration, then write what the tables add to it."""
    here = Path(__file__).parent
    number = len(list((here / "versions").glob("0*.py"))) + 1
    config = Config()
    config.set_main_option("script_location", "core.ledger:migrations")
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    write_migration(sys.argv[1])
