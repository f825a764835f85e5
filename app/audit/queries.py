from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.database import db

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`actor` and `person` are names of today, None where there is nobody, or nobody any more."""

    happened_at: datetime
    by_command: bool
    actor: str | None
    action: str
    person_id: int | None
    person: str | None
    thing: str
    details: dict[str, Any]


_ACTOR, _PERSON = aliased(User), aliased(User)
_ENTRIES = (
    select(
        AuditEntry.happened_at,
        AuditEntry.by_command,
        _ACTOR.name,
        AuditEntry.action,
        AuditEntry.person_id,
        _PERSON.name,
        AuditEntry.thing,
        AuditEntry.details,
    )
    .outerjoin(_ACTOR, _ACTOR.id == AuditEntry.actor_id)
    .outerjoin(_PERSON, _PERSON.id == AuditEntry.person_id)
    .order_by(AuditEntry.id.desc())
)


def count_entries() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def entries(limit: int, offset: int) -> list[LogEntry]:
    """The newest first."""
    rows = db.session.execute(_ENTRIES.limit(limit).offset(offset))
    return [LogEntry(*row) for row in rows]


def all_entries() -> Iterator[LogEntry]:
    """The newest first, a part at a time."""
    rows = db.session.execute(_ENTRIES.execution_options(yield_per=_AT_ONCE))
    for row in rows:
        yield LogEntry(*row)
