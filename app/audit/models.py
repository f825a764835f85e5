from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

THING_LENGTH = 120


class AuditEntry(Model):
    """Something a programme lead did to the organisation; rows are only ever added.

    Of people it holds ids alone, which an erasure takes away, never a name, an address or what
    stood there before. `actor_id` is null where a command did it. `thing` is the name of a team, a
    department or a season, or a challenge's title; `details` the names of changed fields, how many
    of what, or which week or round.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    by_command: Mapped[bool]
    action: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    thing: Mapped[str] = mapped_column(String(THING_LENGTH), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
