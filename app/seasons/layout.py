"""Rounds and rest weeks as rows: laid out, moved and taken away."""

from collections.abc import Sequence, Set
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from app.database import db
from app.seasons.models import Away, ChallengeVote, Participation, RestWeek, Round, Season
from challenges.calendar import LAST_CATCH_UP, local_day, round_times
from challenges.errors import SeasonsOverlap
from challenges.planning import PlannedRound


def refuse_overlap(planned: Sequence[PlannedRound], season_id: int | None = None) -> None:
    """A season lasts until it is settled: until then its people still catch up in it."""
    starts_at = planned[0].times.starts_at
    until = planned[-1].times.closes_at + LAST_CATCH_UP
    others = db.session.execute(
        select(Season.name, func.min(Round.starts_at), func.max(Round.closes_at))
        .join(Round, Round.season_id == Season.id)
        .where(Season.id != (season_id or 0))
        .group_by(Season.id, Season.name)
        .order_by(func.min(Round.starts_at))
    )
    for name, first, last in others:
        if starts_at < last + LAST_CATCH_UP and first < until:
            raise SeasonsOverlap(name, first, last + LAST_CATCH_UP)


def lay_out(
    season_id: int, planned: Sequence[PlannedRound], rest_weeks: Set[date], zone: ZoneInfo
) -> None:
    """Give these rounds, and all rest weeks from the first of them on, their weeks."""
    first = planned[0]
    there = {
        each.number: each
        for each in db.session.scalars(
            select(Round)
            .where(Round.season_id == season_id, Round.number >= first.number)
            .execution_options(populate_existing=True)
        )
    }
    moved = [(there[each.number], each) for each in planned if each.number in there]
    # No two rounds may ever begin together: whoever goes later leaves first, from the last one on.
    later = [pair for pair in moved if pair[0].starts_at < pair[1].times.starts_at]
    for row, each in (*reversed(later), *(pair for pair in moved if pair not in later)):
        _place(row, each)
        db.session.flush()
    for each in planned[len(moved) :]:
        row = Round(season_id=season_id, number=each.number)
        _place(row, each)
        db.session.add(row)
    if first.number == 1:
        db.session.execute(
            update(Season).where(Season.id == season_id).values(starts_at=first.times.starts_at)
        )
    _rest(season_id, {each for each in rest_weeks if each < planned[-1].monday}, first, zone)


def put_to_vote(season_id: int, number: int | None, fixed: int) -> None:
    """Hold a vote between that round's challenge and the last one; none about later rounds than
    the `fixed` first ones where the number is None."""
    db.session.execute(
        update(Round)
        .where(Round.season_id == season_id, Round.number > fixed)
        .values(alternative=None)
    )
    if number is not None:
        last = (
            select(Round.challenge)
            .where(Round.season_id == season_id)
            .order_by(Round.number.desc())
            .limit(1)
        )
        db.session.execute(
            update(Round)
            .where(Round.season_id == season_id, Round.number == number)
            .values(alternative=db.session.scalar(last))
        )


def shorten(season_id: int, rounds: int) -> None:
    """Take away the rounds after so many, with what people had said about them."""
    gone = select(Round.id).where(Round.season_id == season_id, Round.number > rounds)
    for table in (ChallengeVote, Away):
        db.session.execute(delete(table).where(table.round_id.in_(gone)))
    db.session.execute(delete(Round).where(Round.season_id == season_id, Round.number > rounds))


def take_away(season_id: int) -> None:
    """A season that has not begun, with whoever had joined it."""
    db.session.execute(delete(Participation).where(Participation.season_id == season_id))
    db.session.execute(delete(Season).where(Season.id == season_id))


def rest_weeks_in(season_id: int, zone: ZoneInfo) -> frozenset[date]:
    starts = db.session.scalars(select(RestWeek.starts_at).where(RestWeek.season_id == season_id))
    return frozenset(local_day(starts_at, zone) for starts_at in starts)


def _place(row: Round, planned: PlannedRound) -> None:
    row.challenge = planned.challenge
    row.starts_at = planned.times.starts_at
    row.ends_at = planned.times.ends_at
    row.closes_at = planned.times.closes_at


def _rest(season_id: int, mondays: Set[date], first: PlannedRound, zone: ZoneInfo) -> None:
    begin = {monday: round_times(monday, zone).starts_at for monday in mondays}
    earliest: datetime = min([first.times.starts_at, *begin.values()])
    db.session.execute(
        delete(RestWeek).where(RestWeek.season_id == season_id, RestWeek.starts_at >= earliest)
    )
    db.session.add_all(RestWeek(season_id=season_id, starts_at=each) for each in begin.values())
    db.session.flush()
