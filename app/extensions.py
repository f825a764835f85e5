"""The extensions that belong to no single feature."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import Migrate

from app.database import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

# SQLite alters a table by copying it, which Alembic calls batch mode.
migrate = Migrate(directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)

__all__ = ["db", "migrate", "migrations"]


def migrations() -> ScriptDirectory:
    """The migrations that this release has."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)
