from collections.abc import Sequence, Set
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.organisation.queries import find_team_of
from app.seasons.models import Away, Participation, Round, Season
from app.seasons.queries import (
    CURRENT,
    SeasonRow,
    find_participation,
    get_current_season,
    get_participation,
)
from challenges import model
from challenges.calendar import next_round, plan_rounds, week_round
from challenges.errors import AlreadyJoined, NoTeam, RoundNotOpen


def plan_season(
    name: str,
    start: date,
    challenges: Sequence[str],
    rest_weeks: Set[date],
    zone: ZoneInfo,
) -> Season:
    """Store a season with one round per challenge from the Monday `start` on."""
    planned = plan_rounds(start, challenges, rest_weeks, zone)
    season = Season(name=name, starts_at=planned[0].times.starts_at)
    db.session.add(season)
    db.session.flush()
    db.session.add_all(
        Round(
            season_id=season.id,
            number=each.number,
            challenge=each.challenge,
            starts_at=each.times.starts_at,
            ends_at=each.times.ends_at,
            closes_at=each.times.closes_at,
        )
        for each in planned
    )
    db.session.flush()
    return season


def hold_season(season_id: int | ColumnElement[int], *, to_close: bool = False) -> None:
    """Wait until no round is being closed, and keep it so until the transaction ends.

    PostgreSQL needs the row lock; on SQLite the write transaction itself is the lock.
    """
    db.session.execute(
        select(Season.id).where(Season.id == season_id).with_for_update(read=not to_close)
    )


def hold_current_season(user_id: int) -> tuple[SeasonRow, Participation]:
    """The season and the user's participation, both kept still for a write of that user's."""
    hold_season(CURRENT)
    season = get_current_season()
    return season, get_participation(user_id, season.id, to_change=True)


def join(user_id: int, *, now: datetime) -> Participation:
    """Join the current season for one's team, or come back to it after having left."""
    hold_season(CURRENT)
    season = get_current_season()
    first = find_first_round(season.plan, now)
    if first is None:
        raise RoundNotOpen
    participation = find_participation(user_id, season.id)
    if participation is None:
        return _new_participation(user_id, season.id, first, now)
    if participation.left_from is None:
        raise AlreadyJoined
    _return_after_leaving(participation, season.plan, first)
    return participation


def leave(user_id: int, *, now: datetime) -> Participation:
    """Leave from the next round on; what was booked stays."""
    season, participation = hold_current_season(user_id)
    if participation.left_from is None:
        following = next_round(season.plan, now)
        participation.left_from = following.number if following else len(season.plan.rounds) + 1
    db.session.flush()
    return participation


def set_away(participation: Participation, round_id: int, *, is_away: bool) -> None:
    """Mark or unmark a round; doing either twice is harmless."""
    db.session.execute(
        delete(Away).where(Away.participation_id == participation.id, Away.round_id == round_id)
    )
    if is_away:
        db.session.add(Away(participation_id=participation.id, round_id=round_id))
    db.session.flush()


def find_first_round(season: model.Season, now: datetime) -> model.Round | None:
    """The round that counts first for somebody who joins now; None when none is left."""
    first = week_round(season, now)
    return next_round(season, now) if first is None or first.closed else first


def _new_participation(
    user_id: int, season_id: int, first: model.Round, now: datetime
) -> Participation:
    team = find_team_of(user_id, before=first.ends_at)
    if team is None:
        raise NoTeam
    participation = Participation(
        user_id=user_id,
        season_id=season_id,
        team_id=team.id,
        joined_at=now,
        first_round=first.number,
    )
    try:
        with db.session.begin_nested():
            db.session.add(participation)
    except IntegrityError:
        raise AlreadyJoined from None
    return participation


def _return_after_leaving(
    participation: Participation, season: model.Season, first: model.Round
) -> None:
    left_from = participation.left_from or first.number
    for missed in season.rounds[left_from - 1 : first.number - 1]:
        set_away(participation, missed.id, is_away=True)
    participation.left_from = None
    db.session.flush()
