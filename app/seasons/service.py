"""Joining, leaving and being away, and what a participant says of the season."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.database import db, has_many_writers, in_parts
from app.organisation.queries import find_team_of
from app.seasons.models import Away, Participation, Season
from app.seasons.queries import (
    CURRENT,
    SeasonRow,
    find_current_season,
    find_participation,
    get_current_season,
    get_current_season_of,
)
from challenges import model
from challenges.calendar import next_round, week_round
from challenges.errors import AlreadyJoined, NoTeam, RoundNotOpen


def hold_season(season_id: int | ColumnElement[int], *, to_close: bool = False) -> None:
    """Wait until no round is being closed, and keep it so until the transaction ends."""
    if has_many_writers():
        db.session.execute(
            select(Season.id).where(Season.id == season_id).with_for_update(read=not to_close)
        )


def hold_current_season(user_id: int) -> tuple[SeasonRow, Participation]:
    """The season and the user's participation, both kept still for a write of that user's."""
    hold_season(CURRENT)
    return get_current_season_of(user_id, to_change=True)


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
        participation.left_from = _first_round_after_leaving(season.plan, now)
    db.session.flush()
    return participation


def leave_all(user_ids: Collection[int], *, now: datetime) -> None:
    """Those of the users who take part leave the current season from the next round on."""
    hold_season(CURRENT)
    season = find_current_season()
    if season is None:
        return
    first_without = _first_round_after_leaving(season.plan, now)
    for part in in_parts(user_ids):
        db.session.execute(
            update(Participation)
            .where(
                Participation.season_id == season.id,
                Participation.user_id.in_(part),
                Participation.left_from.is_(None),
            )
            .values(left_from=first_without)
        )


def _first_round_after_leaving(season: model.Season, now: datetime) -> int:
    following = next_round(season, now)
    return following.number if following else len(season.rounds) + 1


def set_away(participation: Participation, round_id: int, *, is_away: bool) -> None:
    """Mark or unmark a round; doing either twice is harmless."""
    db.session.execute(
        delete(Away).where(Away.participation_id == participation.id, Away.round_id == round_id)
    )
    if is_away:
        db.session.add(Away(participation_id=participation.id, round_id=round_id))
    db.session.flush()


def wave_off_ceremony(user_id: int, number: int) -> None:
    """Never show the ceremony of that round, or of one before it, to the user again."""
    season, participation = hold_current_season(user_id)
    last = season.last_closed
    if last is None or number > last.number:
        raise RoundNotOpen
    participation.ceremony_seen = max(participation.ceremony_seen, number)
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
