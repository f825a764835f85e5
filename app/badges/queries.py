from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.badges.models import BadgeAward, TeamBadgeAward
from app.database import db
from app.seasons.models import Round


@dataclass(frozen=True, slots=True)
class AwardRow:
    badge: str
    round_number: int
    challenge: str
    awarded_at: datetime


def awards_of(user_id: int) -> dict[str, AwardRow]:
    """The user's badges by slug."""
    return _awards(BadgeAward.user_id == user_id)


def awards_in(participation_id: int) -> dict[str, AwardRow]:
    """The badges that the participant won in that season, by slug."""
    return _awards(BadgeAward.participation_id == participation_id)


def _awards(whose: ColumnElement[bool]) -> dict[str, AwardRow]:
    rows = db.session.execute(
        select(BadgeAward.badge, Round.number, Round.challenge, BadgeAward.awarded_at)
        .join(Round, Round.id == BadgeAward.round_id)
        .where(whose)
    )
    return {row.badge: AwardRow(*row) for row in rows}


def badges_of_participation(participation_id: int) -> frozenset[str]:
    return frozenset(
        db.session.scalars(
            select(BadgeAward.badge).where(BadgeAward.participation_id == participation_id)
        )
    )


def badges_by_participation(season_id: int) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    for participation_id, badge in db.session.execute(
        select(BadgeAward.participation_id, BadgeAward.badge)
        .join(Round, Round.id == BadgeAward.round_id)
        .where(Round.season_id == season_id)
    ):
        held[participation_id].add(badge)
    return held


def personal_shelves(season_id: int, up_to_round: int) -> dict[int, dict[str, int]]:
    """How many of each badge the members of each team hold, from rounds up to that number."""
    shelves: dict[int, dict[str, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(BadgeAward.team_id, BadgeAward.badge, func.count())
        .join(Round, Round.id == BadgeAward.round_id)
        .where(Round.season_id == season_id, Round.number <= up_to_round)
        .group_by(BadgeAward.team_id, BadgeAward.badge)
    )
    for team_id, badge, count in rows:
        shelves[team_id][badge] = count
    return shelves


def team_badges(season_id: int) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    for team_id, badge in db.session.execute(
        select(TeamBadgeAward.team_id, TeamBadgeAward.badge).where(
            TeamBadgeAward.season_id == season_id
        )
    ):
        held[team_id].add(badge)
    return held


def team_badge_rounds(team_id: int | ColumnElement[int], season_id: int) -> dict[str, int]:
    """The team's own badges of a season, each with the number of the round that earned it."""
    rows = db.session.execute(
        select(TeamBadgeAward.badge, Round.number)
        .join(Round, Round.id == TeamBadgeAward.round_id)
        .where(TeamBadgeAward.team_id == team_id, TeamBadgeAward.season_id == season_id)
    )
    return {badge: number for badge, number in rows}
