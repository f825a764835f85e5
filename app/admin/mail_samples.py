"""Every kind of mail with plainly invented values, to be looked at and sent as a sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.accounts.tokens import Purpose
from app.notifications.kinds import WeekMail
from challenges.calendar import local_day, monday_of, round_times
from challenges.catalogue import Catalogue
from challenges.model import Level

NAME, EMAIL, TEAM, OTHER_TEAM = "Sara", "sara.lind@demo.example", "Kanelbullarna", "Semlorna"
OTHER_KINDS = (
    Purpose.INVITATION.value,
    Purpose.JOIN.value,
    Purpose.RESET.value,
    Purpose.NEW_EMAIL.value,
    "new-email-wished",
    "email-corrected",
    "password-changed",
    "already-in",
)
KINDS = (*WeekMail, *OTHER_KINDS)


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail that is made to be looked at, in that language."""

    language: str
    payload: Mapping[str, Any]
    user_id: int | None = None


def payload_of(kind: str, catalogue: Catalogue, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """As a week that began last Monday would fill it; texts are those in use."""
    this, following, *_others = catalogue.challenges
    week = round_times(monday_of(local_day(now, zone)), zone)
    told: dict[str, dict[str, Any]] = {
        WeekMail.MONDAY: {
            "round_id": 0,
            "challenge": this.slug,
            "closes_at": week.closes_at.isoformat(),
        },
        WeekMail.REMINDER: {
            "round_id": 0,
            "mission": this.missions_at(Level.QUIET)[0].slug,
            "closes_at": week.closes_at.isoformat(),
        },
        WeekMail.BADGE: {"badge": catalogue.badges[0].slug},
        WeekMail.TABLE: {
            "round_number": 3,
            "team": TEAM,
            "place": 2,
            "rise": 1,
            "score": 2_740,
            "weeks_teams": [OTHER_TEAM],
            "risers": [OTHER_TEAM],
            "risen": 4,
        },
        WeekMail.REPORT: {
            "round_number": 3,
            "share": (60, 70),
            "goal_count": 412,
            "goal_target": 1_050,
            "given_up": 2,
            "failed_jobs": [],
            "next_challenge": following.slug,
            "next_starts_at": week.starts_at.isoformat(),
        },
    }
    return told.get(kind, {"name": NAME, "email": EMAIL})
