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
    connection.commit()
