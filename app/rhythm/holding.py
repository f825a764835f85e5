"""Which mails may leave: those of the week wait for working hours, for the end of a rest week, and
for whoever is away to be back.

Judged when a mail is to leave, so that one rule covers its second try, a sweep that takes until the
evening, and somebody who is away only since it was written.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, or_, true

from app.notifications.kinds import WeekMail
from app.notifications.models import OutboxMail
from app.notifications.queries import MayLeave
from app.seasons.models import Away, Participation
from app.seasons.queries import find_current_season
from challenges.calendar import is_mail_time, is_rest_week, week_round
from challenges.model import Round


def may_leave(zone: ZoneInfo) -> MayLeave:
    """By the plan as it is now, for a sweep that begins now."""
    season = find_current_season()
    is_asked_for = OutboxMail.kind.not_in(list(WeekMail))

    def judge(now: datetime) -> ColumnElement[bool]:
        is_resting = season is not None and is_rest_week(season.plan, now)
        if is_resting or not is_mail_time(now, zone):
            return is_asked_for
        this = week_round(season.plan, now) if season else None
        return or_(is_asked_for, ~_is_away(this)) if this else true()

    return judge


def _is_away(this: Round) -> ColumnElement[bool]:
    return exists().where(
        Away.round_id == this.id,
        Away.participation_id == Participation.id,
        Participation.user_id == OutboxMail.user_id,
    )
