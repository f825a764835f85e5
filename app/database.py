"""The database: its base class, its column for instants, and one transaction per write."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Row,
    Select,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.write_queue import NestedWrite, turn_to_write

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_SECONDS = 10
LOG_PATIENCE_MS = 500
MOST_KEYS_AT_ONCE = 1_000


Key = TypeVar("Key")
Entity = TypeVar("Entity", bound="Base")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


# hide_parameters: an SQL error must never print what somebody wrote in a note.
db = SQLAlchemy(
    model_class=Base,
    # pool_pre_ping: after a restart of the database the first requests find fresh connections.
    engine_options={"hide_parameters": True, "pool_pre_ping": True},
    session_options={"expire_on_commit": False},
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC without offset so that both databases sort it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def read(statement: Select, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
    """The rows of a statement that selects columns and no entities.

    Half of the time of `session.execute` goes into preparing for entities, which these do not have.
    """
    db.session.flush()
    return db.session.connection().execute(statement, parameters).all()


@contextmanager
def writing() -> Iterator[None]:
    """One transaction for one write request: committed once, or rolled back on any error.

    On SQLite it takes the write lock before it reads (BEGIN IMMEDIATE), because a transaction that
    reads first and then writes fails at once when another one has written in between; and it waits
    for its turn before that, holding no connection.
    """
    if db.session.info.get("is_writing"):
        raise NestedWrite
    # The reads before it belong to a transaction of their own.
    db.session.rollback()
    with turn_to_write(db.engine.url, BUSY_TIMEOUT_SECONDS):
        db.session.info["is_writing"] = True
        try:
            db.session.connection(execution_options={"is_write": True})
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.info.pop("is_writing", None)


def empty_log() -> bool:
    """On SQLite: everything into the one file, so that the log beside it holds no erased rows.

    It holds up writers, so it waits for readers only a moment; False when it has to be tried again.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {LOG_PATIENCE_MS}")
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    return not busy


def in_parts(keys: Collection[Key]) -> Iterator[list[Key]]:
    """Few enough of them for one statement each."""
    listed = list(keys)
    for start in range(0, len(listed), MOST_KEYS_AT_ONCE):
        yield listed[start : start + MOST_KEYS_AT_ONCE]


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    # The driver's own transaction control would begin deferred transactions behind our back.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten, not only let go of.
    connection.execute("PRAGMA secure_delete = ON")
    # Its own knows the capitals of English only.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def insert_new(model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows that no unique constraint refuses; the others are there already."""
    if rows:
        db.session.execute(_insert_new(model, has_many_writers()), rows)


def insert_if_new(model: type[Entity], **values: object) -> Entity | None:
    """Insert one row and return it; None if a unique constraint refuses it, which harms nothing.

    Columns that are left out get the database's defaults, not those of the model.
    """
    statement = _insert_new(model, has_many_writers()).returning(model)
    return db.session.scalars(statement, [values]).first()


def store(model: type[Base], values: Mapping[str, object]) -> None:
    """Insert a whole row, or put it in the place of the one with the same primary key."""
    db.session.execute(_store(model, has_many_writers()), [values])


# Putting a statement together takes longer than running it.
@lru_cache
def _insert_new(model: type[Base], is_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if is_postgresql else sqlite.insert
    return insert(model).on_conflict_do_nothing()


@lru_cache
def _store(model: type[Base], is_postgresql: bool) -> postgresql.Insert | sqlite.Insert:
    insert = (postgresql.insert if is_postgresql else sqlite.insert)(model)
    mapper = inspect(model)
    key = [column.name for column in mapper.primary_key]
    return insert.on_conflict_do_update(
        index_elements=key,
        set_={
            each.name: insert.excluded[each.name] for each in mapper.columns if not each.primary_key
        },
    )


def has_many_writers() -> bool:
    """On SQLite a write transaction is alone; on PostgreSQL it locks what it must keep still."""
    return db.session.get_bind().dialect.name == "postgresql"


def one_at_a_time(lock: int) -> None:
    """Until the transaction ends, whoever wants the same lock waits: many could look otherwise
    before any of them has written."""
    if has_many_writers():
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def many_at_a_time(lock: int) -> None:
    """Until the transaction ends, whoever wants to be the only one with the lock waits, and so do
    these for that one; each other they let pass."""
    if has_many_writers():
        db.session.execute(select(func.pg_advisory_xact_lock_shared(lock)))
