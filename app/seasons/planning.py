"""The plan of a season, from the first draft to an early end."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.organisation.service import part_teams
from app.seasons.layout import (
    lay_out,
    put_to_vote,
    refuse_overlap,
    rest_weeks_in,
    shorten,
    take_away,
)
from app.seasons.models import Round, Season
from app.seasons.queries import SeasonRow, find_draft, get_current_season, get_season
from challenges import model
from challenges.calendar import LAST_CATCH_UP, local_day, next_round
from challenges.errors import (
    AlreadyPlanned,
    NothingToEnd,
    NothingToPlay,
    PlanOutdated,
    RoundNotOpen,
    SeasonHasBegun,
    StartIsPast,
)
from challenges.planning import (
    begun_rounds,
    first_monday,
    fixed_rounds,
    plan_rounds,
    round_to_vote_about,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the lead decides. Of a season that has begun, `challenges` are those that are still to
    be moved; its name and its start stay as they are."""

    name: str
    start: date
    challenges: tuple[str, ...]
    rest_weeks: frozenset[date]
    has_vote: bool = True
    goal: int | None = None


def plan_season(
    name: str,
    start: date,
    challenges: Sequence[str],
    rest_weeks: Set[date],
    zone: ZoneInfo,
    *,
    has_vote: bool = True,
    goal: int | None = None,
) -> Season:
    """Store a season with one round per challenge from the Monday `start` on. Nobody can join it
    until it is started.

    With a vote, the participants choose which of the last two challenges comes first; with a
    `goal`, that is the shared one instead of the usual figure.
    """
    _refuse_repetition(challenges)
    planned = plan_rounds(start, challenges, rest_weeks, zone)
    _hold_all_seasons()
    if find_draft() is not None:
        raise AlreadyPlanned
    refuse_overlap(planned)
    season = Season(name=name, starts_at=planned[0].times.starts_at, goal_wish=goal)
    try:
        with db.session.begin_nested():
            db.session.add(season)
    except IntegrityError:
        # Two leads at once: the other one was quicker.
        raise AlreadyPlanned from None
    lay_out(season.id, planned, rest_weeks, zone)
    put_to_vote(season.id, round_to_vote_about((), len(planned)) if has_vote else None, 0)
    return season


def start_season(season_id: int, *, now: datetime) -> bool:
    """Let everybody join; doing it twice is harmless. Whether it was only planned until now."""
    season = _held(season_id)
    if now >= season.plan.rounds[0].ends_at:
        raise StartIsPast
    is_planned = update(Season).where(Season.id == season_id, Season.opened_at.is_(None))
    return db.session.scalar(is_planned.values(opened_at=now).returning(Season.id)) is not None


def change_plan(season_id: int, plan: Plan, zone: ZoneInfo, *, now: datetime) -> None:
    """Plan anew whatever has not begun, and nothing that has."""
    season = _held(season_id)
    fixed = fixed_of(season, now=now)
    if len(fixed) == len(season.plan.rounds):
        raise RoundNotOpen
    _refuse_repetition(plan.challenges, [each.challenge for each in fixed])
    start = free_from(fixed, zone, now=now) if fixed else plan.start
    planned = plan_rounds(start, plan.challenges, plan.rest_weeks, zone, len(fixed) + 1)
    refuse_overlap(planned, season_id)
    name = season.name if fixed else plan.name
    db.session.execute(
        update(Season)
        .where(Season.id == season_id)
        .values(name=name, goal_wish=plan.goal, replanned_at=now)
    )
    rounds = len(fixed) + len(planned)
    shorten(season_id, rounds)
    lay_out(season_id, planned, plan.rest_weeks, zone)
    voted = round_to_vote_about(fixed, rounds) if plan.has_vote else None
    put_to_vote(season_id, voted, len(fixed))


def pause_season(
    zone: ZoneInfo, *, now: datetime, season_id: int | None = None, seen: date | None = None
) -> tuple[date, bool]:
    """Make the week of the next round a rest week and move that round and all after it, over the
    rest weeks that are planned already; returns the Monday of that rest week, and whether it is a
    new one. Without an id, in the current season.

    `seen` is the Monday that was asked for. Where it rests already, nothing changes; where it is
    not the next round's, PlanOutdated is raised.
    """
    season = _held(season_id or get_current_season().id)
    following = next_round(season.plan, now)
    if following is None:
        raise RoundNotOpen
    monday = local_day(following.starts_at, zone)
    rest_weeks = rest_weeks_in(season.id, zone)
    if seen is not None and seen in rest_weeks:
        return seen, False
    if seen not in (None, monday):
        raise PlanOutdated
    rest_weeks |= {monday}
    moved = season.plan.rounds[following.number - 1 :]
    planned = plan_rounds(
        monday, [each.challenge for each in moved], rest_weeks, zone, following.number
    )
    refuse_overlap(planned, season.id)
    lay_out(season.id, planned, {each for each in rest_weeks if each >= monday}, zone)
    _note_change(season.id, now)
    return monday, True


def end_season(season_id: int, *, now: datetime) -> int:
    """Let the round that has begun be the last one, and return its number. What is caught up
    between two rounds is booked in the next one, which then is the last."""
    season = _held(season_id)
    begun = begun_of(season, now=now)
    if not begun or len(begun) == len(season.plan.rounds):
        raise NothingToEnd
    shorten(season_id, len(begun))
    put_to_vote(season_id, None, 0)
    _note_change(season_id, now)
    return len(begun)


def discard_season(season_id: int, *, now: datetime) -> None:
    """Take a season away that has not begun, joint teams and all."""
    season = _held(season_id)
    if begun_of(season, now=now):
        raise SeasonHasBegun
    part_teams(season_id)
    take_away(season_id)


def record_negotiation(season_id: int, on: date, reference: str) -> None:
    """Note when the season was negotiated with the trade union, and where that is recorded."""
    db.session.execute(
        update(Season)
        .where(Season.id == season_id)
        .values(negotiated_on=on, negotiation_reference=reference)
    )


def earliest_start(zone: ZoneInfo, *, now: datetime) -> date:
    """The first Monday on which a new season may begin: to come, and after all that is planned."""
    last = db.session.scalar(select(func.max(Round.closes_at)))
    return first_monday(max(now, last + LAST_CATCH_UP) if last else now, zone)


def begun_of(season: SeasonRow, *, now: datetime) -> tuple[model.Round, ...]:
    """The rounds that can no longer be taken away; nothing begins in a season that is only planned,
    whatever its Monday."""
    return begun_rounds(season.plan, now) if season.opened_at else ()


def fixed_of(season: SeasonRow, *, now: datetime) -> tuple[model.Round, ...]:
    """The rounds whose challenge and week stay."""
    return fixed_rounds(season.plan, now) if season.opened_at else ()


def free_from(fixed: Sequence[model.Round], zone: ZoneInfo, *, now: datetime) -> date:
    """The Monday from which the rounds after the fixed ones are planned."""
    return max(first_monday(now, zone), local_day(fixed[-1].ends_at, zone))


def _note_change(season_id: int, now: datetime) -> None:
    db.session.execute(update(Season).where(Season.id == season_id).values(replanned_at=now))


def _held(season_id: int) -> SeasonRow:
    """The season as it is once every other write has let go of it."""
    _hold_all_seasons()
    db.session.expire_all()
    return get_season(season_id)


def _hold_all_seasons() -> None:
    """Two leads who move two seasons at once might make them overlap."""
    db.session.execute(select(Season.id).order_by(Season.id).with_for_update())


def _refuse_repetition(challenges: Sequence[str], fixed: Sequence[str] = ()) -> None:
    every = (*fixed, *challenges)
    if not challenges or len(set(every)) < len(every):
        raise NothingToPlay
