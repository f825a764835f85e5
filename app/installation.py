"""Whose installation this is: one row, written by the setup page. Without it the settings hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime, db

NAME_LENGTH = 80
ONLY_ONE = 1
DEFAULT_LANGUAGE = "sv"


class Installation(Model):
    """`language` is that of mails to people who have not chosen one yet."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", "only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    timezone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


# To be read along in somebody else's statement.
TIME_ZONE = select(Installation.timezone).limit(1).scalar_subquery()


def find_time_zone() -> str | None:
    return db.session.scalar(select(TIME_ZONE))


def language_of_new() -> str:
    """What is written to people who have not chosen yet is written in it."""
    return db.session.scalar(select(Installation.language)) or DEFAULT_LANGUAGE


def find_organisation_name() -> str | None:
    return db.session.scalar(select(Installation.name))
