from contextlib import suppress
from datetime import time

from wtforms import StringField, ValidationError
from wtforms.validators import AnyOf

from app.feed.queries import Reminder
from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l

NEVER = ""
WEEKDAYS = ("0", "1", "2", "3", "4")
PROPOSED_TIME = "09:00"


class ReminderForm(LocalForm):
    """A working day, counted from Monday, or none. A time is only asked for together with a day."""

    weekday = StringField(validators=[AnyOf((NEVER, *WEEKDAYS), _l("Välj en av dagarna."))])
    at = StringField()

    @classmethod
    def of(cls, reminder: Reminder | None) -> "ReminderForm":
        """As it is set, whatever was sent; without one it proposes a time."""
        weekday = str(reminder.weekday) if reminder else NEVER
        at = f"{reminder.at:%H:%M}" if reminder else PROPOSED_TIME
        return cls(formdata=None, weekday=weekday, at=at)

    def validate_at(self, field: StringField) -> None:
        if self.weekday.data and _time_in(field.data or "") is None:
            raise ValidationError(_l("Skriv ett klockslag, till exempel 09:00."))

    @property
    def reminder(self) -> Reminder | None:
        at = _time_in(self.at.data or "")
        return Reminder(int(self.weekday.data), at) if self.weekday.data and at else None


def _time_in(text: str) -> time | None:
    """To the minute; "9.30" where the browser has no field for times of day."""
    hours_and_minutes = text.strip().replace(".", ":").zfill(len("09:30"))
    with suppress(ValueError):
        return time.fromisoformat(hours_and_minutes).replace(second=0, microsecond=0, tzinfo=None)
    return None
