"""The mails of the week: nobody has asked for them, so they keep to working hours and can be
refused, one kind at a time."""

from enum import StrEnum

# A mail that is only shown to somebody; its payload says of which kind.
SAMPLE = "sample"
# The header whose address stops a kind; the reader's mail program makes a button of it (RFC 8058).
UNSUBSCRIBE = "List-Unsubscribe"


class WeekMail(StrEnum):
    MONDAY = "monday"
    REMINDER = "reminder"
    BADGE = "badge"
    TABLE = "table"
    REPORT = "report"


def kinds_for(*, is_lead: bool) -> tuple[WeekMail, ...]:
    return tuple(kind for kind in WeekMail if is_lead or kind is not WeekMail.REPORT)
