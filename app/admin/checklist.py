"""From an empty installation to a season that runs: what a lead has done, and what comes next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from app.accounts.models import AccountToken
from app.accounts.tokens import Purpose
from app.database import db
from app.notifications.models import OutboxMail
from app.organisation.models import Membership
from app.seasons.queries import SeasonRow

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Checklist:
    has_people: bool
    has_season: bool
    has_seen_mail: bool
    is_negotiated: bool
    has_started: bool

    @property
    def is_done(self) -> bool:
        return all(
            (
                self.has_people,
                self.has_season,
                self.has_seen_mail,
                self.is_negotiated,
                self.has_started,
            )
        )


def read_checklist(season: SeasonRow | None, now: datetime) -> Checklist:
    has_people, has_seen_mail = db.session.execute(
        select(
            exists(select(Membership.user_id)),
            or_(
                exists(select(OutboxMail.id).where(OutboxMail.kind == SAMPLE)),
                exists(
                    select(AccountToken.id).where(AccountToken.purpose == Purpose.INVITATION.value)
                ),
            ),
        )
    ).one()
    return Checklist(
        has_people=bool(has_people),
        has_season=season is not None,
        has_seen_mail=bool(has_seen_mail),
        is_negotiated=season is not None and season.negotiated_on is not None,
        has_started=season is not None and season.plan.rounds[0].starts_at <= now,
    )
