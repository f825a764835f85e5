"""Awards follow the history: an undo withdraws them, a redo restores them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from app.badges.announcing import announce, withdraw
from app.badges.models import BadgeAward, TeamBadgeAward
from app.database import db, insert_new


@dataclass(frozen=True, slots=True)
class Occasion:
    """Whose badges change and in which round and team what is won now counts."""

    user_id: int
    participation_id: int
    round_id: int
    team_id: int
    now: datetime


_HELD = select(BadgeAward.badge, BadgeAward.participation_id).where(
    BadgeAward.user_id == bindparam("user_id")
)


def follow_history(occasion: Occasion, earned: Set[str]) -> None:
    """Make the participation's awards the earned ones, and announce those that are new.

    What the user holds from an earlier season stays where it was won.
    """
    held = dict(db.session.execute(_HELD, {"user_id": occasion.user_id}).all())
    withdrawn = {
        badge for badge, won_in in held.items() if won_in == occasion.participation_id
    } - earned
    if withdrawn:
        db.session.execute(
            delete(BadgeAward).where(
                BadgeAward.participation_id == occasion.participation_id,
                BadgeAward.badge.in_(withdrawn),
            )
        )
        withdraw(occasion.user_id, withdrawn)
    new = sorted(earned - held.keys())
    insert_new(BadgeAward, [_award(occasion, badge) for badge in new])
    announce([(occasion.user_id, badge) for badge in new], now=occasion.now)


def _award(occasion: Occasion, badge: str) -> dict[str, object]:
    return {
        "user_id": occasion.user_id,
        "participation_id": occasion.participation_id,
        "badge": badge,
        "round_id": occasion.round_id,
        "team_id": occasion.team_id,
        "awarded_at": occasion.now,
    }


def award_teams(season_id: int, round_id: int, earned: Mapping[int, Set[str]]) -> None:
    """Give every team what it has newly earned; a team badge is never withdrawn."""
    held = {
        (team_id, badge)
        for team_id, badge in db.session.execute(
            select(TeamBadgeAward.team_id, TeamBadgeAward.badge).where(
                TeamBadgeAward.season_id == season_id
            )
        )
    }
    rows = [
        {"team_id": team_id, "season_id": season_id, "badge": badge, "round_id": round_id}
        for team_id, badges in earned.items()
        for badge in sorted(badges)
        if (team_id, badge) not in held
    ]
    if rows:
        db.session.execute(insert(TeamBadgeAward), rows)
