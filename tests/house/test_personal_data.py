"""Whatever the tables come to hold of a person, she can read all of it and take all of it away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts import personal_data as accounts
from app.accounts.models import User
from app.accounts.service import create_user
from app.database import db, writing
from app.history.models import ERASED, PointEntry
from app.me.own_data import FEATURES, export
from app.personal_data import SECRET_SUFFIX, WITHHELD
from tests.conftest import NOW
from tests.house.conftest import House

CANARY = "finch"
ADVICE = "its feature's personal_data.py must export and erase it"
# What the log tells of teams and departments stays, without who did it or to whom.
OF_NOBODY = {("audit_entry", "action"), ("audit_entry", "thing")}

Row = dict[str, Any]


@dataclass
class Nest:
    """A user with a row in every table that leads to a user, each text in it a canary."""

    user_id: int
    rows: dict[str, Row] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self) -> None:
        for table in personal_tables():
            self.row_of(table)

    def row_of(self, table: sa.Table) -> Row:
        """The user's row of the table, or where it is not about people the first one there is."""
        if table.name not in self.rows:
            found = None if table in personal_tables() else _first(table)
            self.rows[table.name] = found or self._new_row(table)
        return self.rows[table.name]

    def _new_row(self, table: sa.Table) -> Row:
        values = {
            column.name: self._value(column)
            for column in table.columns
            if not (column.primary_key and column.autoincrement is True)
            and not (column.name == "id" and column.primary_key)
        }
        if table.name == "user":
            db.session.execute(sa.update(table).where(table.c.id == self.user_id).values(**values))
            return _first(table, table.c.id == self.user_id) or {}
        inserted = db.session.execute(sa.insert(table).values(**values).returning(*table.c))
        return dict(inserted.mappings().one())

    def _value(self, column: sa.Column) -> Any:
        for key in column.foreign_keys:
            return self.row_of(key.column.table)[key.column.name]
        if isinstance(column.type, sa.String):
            return f"{CANARY}{next(self.numbers)}"[: column.type.length]
        if isinstance(column.type, sa.JSON):
            return {}
        kinds = {bool: False, int: 1, bytes: b"", datetime: NOW, date: NOW.date()}
        kinds[time] = NOW.time()
        return kinds[getattr(column.type, "impl", column.type).python_type]


def _first(table: sa.Table, *where: sa.ColumnElement[bool]) -> Row | None:
    row = db.session.execute(sa.select(table).where(*where).limit(1)).mappings().first()
    return dict(row) if row else None


def personal_tables() -> list[sa.Table]:
    """Every table with a key that leads to a user, however far."""
    found = {"user"}
    while True:
        more = {
            table.name
            for table in db.metadata.sorted_tables
            if any(key.column.table.name in found for key in table.foreign_keys)
        } - found
        if not more:
            return [table for table in db.metadata.sorted_tables if table.name in found]
        found |= more


@pytest.fixture
def nest(house: House) -> Iterator[Nest]:
    """Invented rows break the rules of the game, so that none may be left at the end."""
    with writing():
        made = Nest(create_user("k@demo.example", "K", now=NOW).id)
        made.fill()
    yield made
    with writing():
        is_invented = sa.or_(PointEntry.user_id == made.user_id, PointEntry.kind == ERASED)
        db.session.execute(sa.delete(PointEntry).where(is_invented))
        db.session.execute(sa.delete(User).where(User.id == made.user_id))


def key_of(table: str, row: Row) -> tuple:
    return tuple(row[column.name] for column in db.metadata.tables[table].primary_key.columns)


def canaries(row: Row) -> set[str]:
    """The texts of a row, but for keys to the account, which nobody is told."""
    return {
        value
        for name, value in row.items()
        if isinstance(value, str) and value.startswith(CANARY) and not name.endswith(SECRET_SUFFIX)
    }


def test_everything_about_a_person_is_in_her_export_and_nothing_else(nest: Nest):
    """Compared with all rows of all tables, whoever's they are."""
    found = export(nest.user_id)
    missing, strange = {}, {}
    for table in db.metadata.sorted_tables:
        exported = {key_of(table.name, row): row for row in found.get(table.name, [])}
        for row in db.session.execute(sa.select(table)).mappings():
            key = key_of(table.name, dict(row))
            is_hers = table in personal_tables() and key == key_of(
                table.name, nest.rows[table.name]
            )
            if is_hers and not (key in exported and canaries(dict(row)) <= canaries(exported[key])):
                missing[table.name] = key
            if not is_hers and key in exported:
                strange[table.name] = key
    assert missing == {}, ADVICE
    assert strange == {}, "somebody else's rows are no business of hers"


def test_secrets_are_not_handed_out(nest: Nest):
    secrets = {
        value
        for rows in export(nest.user_id).values()
        for row in rows
        for name, value in row.items()
        if name.endswith(SECRET_SUFFIX)
    }
    assert secrets == {WITHHELD}


def test_every_feature_erases_its_own_without_the_help_of_cascades(nest: Nest):
    with writing():
        for feature in reversed([each for each in FEATURES if each is not accounts]):
            feature.erase(nest.user_id)
    assert left_of(nest) <= {"user", "login_session", "account_token"}, ADVICE
    with writing():
        accounts.erase(nest.user_id)
    assert left_of(nest) == set()


def left_of(nest: Nest) -> set[str]:
    """The tables in which a canary or a key to the user is found."""
    return {
        table.name
        for table in db.metadata.sorted_tables
        for row in db.session.execute(sa.select(table)).mappings()
        if any(
            str(value).startswith(CANARY)
            for name, value in row.items()
            if (table.name, name) not in OF_NOBODY
        )
        or any(
            row[column.name] == nest.user_id
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name == "user"
        )
    }


def test_the_ledger_keeps_the_sum_and_no_name(nest: Nest):
    with writing():
        for feature in reversed(FEATURES):
            feature.erase(nest.user_id)
    kept = db.session.execute(
        sa.text("SELECT user_id, points, thing FROM point_entry WHERE kind = :kind"),
        {"kind": ERASED},
    ).all()
    assert [(row.user_id, row.points) for row in kept] == [(None, 1)]
    assert kept[0].thing.startswith("erased:")
