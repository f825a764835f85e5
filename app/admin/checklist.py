"""From an empty installation to a season that runs: what a lead has done, and what comes next."""

from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from app.accounts.models import AccountToken
from app.accounts.tokens import Purpose
from app.database import db
from app.notifications.kinds import SAMPLE
from app.notifications.models import OutboxMail
from app.organisation.models import Membership
from app.seasons.queries import SeasonRow

INVITATION = Purpose.INVITATION.value


@dataclass(frozen=True, slots=True)
class Checklist:
    has_people: bool
    has_season: bool
    has_seen_mail: bool
    is_negotiated: bool
    is_inviting: bool
    is_open: bool

    @property
    def is_done(self) -> bool:
        return all(astuple(self))

    @property
    def is_start_next(self) -> bool:
        return self.has_people and self.has_seen_mail and self.is_negotiated


def read_checklist(season: SeasonRow | None, now: datetime) -> Checklist | None:
    """None once the season runs: then there is nothing left to prepare."""
    if season is not None and season.plan.rounds[0].starts_at <= now:
        return None
    has_people, has_sample, is_inviting = db.session.execute(
        select(
            exists(select(Membership.user_id)),
            exists(select(OutboxMail.id).where(OutboxMail.kind == SAMPLE)),
            or_(
                exists(select(AccountToken.id).where(AccountToken.purpose == INVITATION)),
                # A link that has been used is gone; what was sent is remembered for a month.
                exists(select(OutboxMail.id).where(OutboxMail.kind == INVITATION)),
            ),
        )
    ).one()
    return Checklist(
        has_people=bool(has_people),
        has_season=season is not None,
        has_seen_mail=bool(has_sample or is_inviting),
        is_negotiated=season is not None and season.negotiated_on is not None,
        is_inviting=bool(is_inviting),
        is_open=season is not None and season.opened_at is not None,
    )
