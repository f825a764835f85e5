from sqlalchemy import or_, update

from app.audit.models import AuditEntry
from app.personal_data import Export, carry_out, rows_of


def export(user_id: int) -> Export:
    is_about_her = or_(AuditEntry.actor_id == user_id, AuditEntry.person_id == user_id)
    return rows_of(AuditEntry, is_about_her)


def erase(user_id: int) -> None:
    """What was done stays in the log, without who did it or to whom."""
    for column in (AuditEntry.actor_id, AuditEntry.person_id):
        carry_out(update(AuditEntry).where(column == user_id).values({column: None}))
