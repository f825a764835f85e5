"""The log of what programme leads do to the organisation; nothing here changes or removes a row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert

from app.audit.models import AuditEntry
from app.database import db


class Action(StrEnum):
    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_MOVED = "person-moved"
    MOVE_UNDONE = "move-undone"
    MANAGER_ADDED = "manager-added"
    MANAGER_REMOVED = "manager-removed"
    LEAD_ADDED = "lead-added"
    LEAD_REMOVED = "lead-removed"
    PERSON_INVITED = "person-invited"
    ACCOUNT_CLOSED = "account-closed"
    ACCOUNT_OPENED = "account-opened"
    DEPARTMENT_ADDED = "department-added"
    DEPARTMENT_CHANGED = "department-changed"
    TEAM_ADDED = "team-added"
    TEAM_CHANGED = "team-changed"
    PEOPLE_IMPORTED = "people-imported"
    PEOPLE_EXPORTED = "people-exported"
    PEOPLE_INVITED = "people-invited"
    JOIN_LINK_OPENED = "join-link-opened"
    JOIN_LINK_CLOSED = "join-link-closed"
    WALL_OPENED = "wall-opened"
    WALL_CLOSED = "wall-closed"
    SEASON_PLANNED = "season-planned"
    SEASON_CHANGED = "season-changed"
    SEASON_STARTED = "season-started"
    SEASON_PAUSED = "season-paused"
    SEASON_ENDED = "season-ended"
    SEASON_DISCARDED = "season-discarded"
    SEASON_NEGOTIATED = "season-negotiated"
    ROUND_CLOSED = "round-closed"
    CHALLENGE_ADDED = "challenge-added"
    CHALLENGE_WORDED = "challenge-worded"
    CHALLENGE_RESTORED = "challenge-restored"
    JOB_ASKED_FOR = "job-asked-for"


@dataclass(frozen=True, slots=True)
class By:
    """Who does it and when; without an id it is a command on the server."""

    user_id: int | None
    now: datetime


def record(
    by: By,
    action: Action,
    *,
    person_id: int | None = None,
    thing: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    db.session.add(
        AuditEntry(
            happened_at=by.now,
            actor_id=by.user_id,
            by_command=by.user_id is None,
            action=action,
            person_id=person_id,
            thing=thing,
            details=dict(details or {}),
        )
    )
    db.session.flush()


def record_for_each(by: By, action: Action, person_ids: Collection[int]) -> None:
    """The same for many people."""
    if person_ids:
        row = {"happened_at": by.now, "actor_id": by.user_id, "by_command": by.user_id is None}
        db.session.execute(
            insert(AuditEntry),
            [row | {"action": action, "person_id": each} for each in person_ids],
        )
