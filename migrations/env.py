"""Runs the migrations in the site's own database; generated ones are compared with its models."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

migrate = current_app.extensions["migrate"]
db = migrate.db


def _render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """Migrations never import the site: its own column types are written as what they store."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _run(connection: Connection) -> None:
    """In one transaction, so that an interrupted migration leaves nothing behind.

    SQLite alters a table by dropping the old one, and with foreign keys on that would delete the
    rows that point to it. They are off meanwhile, and checked before anything is kept.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        _switch_foreign_keys(connection, "OFF")
    try:
        # Begun here, since Alembic by itself keeps each of several migrations on SQLite.
        with connection.begin():
            _migrate(connection)
            if is_sqlite:
                _check_foreign_keys(connection)
    finally:
        if is_sqlite:
            _switch_foreign_keys(connection, "ON")


def _check_foreign_keys(connection: Connection) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise RuntimeError(f"a row of {orphan[0]} would point to a missing row of {orphan[2]}")


def _switch_foreign_keys(connection: Connection, to: str) -> None:
    # On the driver's connection: within a transaction the switch has no effect.
    connection.connection.cursor().execute(f"PRAGMA foreign_keys = {to}")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=_render_item,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine.connect().execution_options(is_write=True) as connection:
    _run(connection)
