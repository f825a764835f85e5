"""What every feature that stores something of a person offers in its own `personal_data` module:
`export(user_id)`, `erase(user_id)`, and `forget(now=…)` where something is kept for a time."""

from typing import Any

from sqlalchemy import Executable, Table, select
from sqlalchemy.sql import ColumnElement

from app.database import Model, db

# Rows as they are stored, by table.
Export = dict[str, list[dict[str, Any]]]

# A key to somebody's account is no news to her and would be one to whoever finds the file.
SECRET_SUFFIX = "_hash"  # noqa: S105 - the end of a column's name
WITHHELD = "***"


def rows_of(model: type[Model], *where: ColumnElement[bool]) -> Export:
    """Every column of the rows, in the order of their keys; secrets are withheld."""
    table = table_of(model)
    rows = db.session.execute(select(table).where(*where).order_by(*table.primary_key.columns))
    return {
        table.name: [
            {name: WITHHELD if _is_secret(name, value) else value for name, value in row.items()}
            for row in rows.mappings()
        ]
    }


def table_of(model: type[Model]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is one table
    return table


def carry_out(*statements: Executable) -> None:
    """In bulk and in this order, whatever the session has read before."""
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()


def _is_secret(name: str, value: object) -> bool:
    return value is not None and name.endswith(SECRET_SUFFIX)
