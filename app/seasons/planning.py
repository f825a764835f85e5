"""The plan of a season: its rounds, its rest weeks, and a pause in it."""

from collections.abc import Sequence, Set
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.database import db
from app.organisation.models import TEAM_NAME_LENGTH
from app.organisation.queries import head_counts, teams
from app.organisation.service import join_teams
from app.seasons.models import RestWeek, Round, Season
from app.seasons.queries import get_current_season, get_season
from app.seasons.service import hold_season
from challenges.calendar import (
    PlannedRound,
    local_day,
    next_round,
    plan_rounds,
    proposed_rest_weeks,
    round_times,
)
from challenges.errors import RoundNotOpen
from challenges.league import proposed_joint_teams
from challenges.voting import voting_round


def plan_season(
    name: str,
    start: date,
    challenges: Sequence[str],
    rest_weeks: Set[date],
    zone: ZoneInfo,
) -> Season:
    """Store a season with one round per challenge from the Monday `start` on; about the last but
    one, the participants vote which of the last two challenges comes first."""
    planned = plan_rounds(start, challenges, rest_weeks, zone)
    season = Season(name=name, starts_at=planned[0].times.starts_at)
    db.session.add(season)
    db.session.flush()
    voted = voting_round(len(challenges))
    db.session.add_all(
        Round(
            season_id=season.id,
            number=each.number,
            alternative=challenges[-1] if each.number == voted else None,
            **_values(each),
        )
        for each in planned
    )
    _store_rest_weeks(season.id, rest_weeks, zone)
    return season


def record_negotiation(season_id: int, on: date, reference: str) -> None:
    """Note when the season was negotiated with the trade union, and where that is recorded."""
    db.session.execute(
        update(Season)
        .where(Season.id == season_id)
        .values(negotiated_on=on, negotiation_reference=reference)
    )


def rest_weeks_of(start: date, rounds: int) -> frozenset[date]:
    """The proposed rest weeks that fall inside a season of so many rounds."""
    found: frozenset[date] = frozenset()
    while True:
        weeks = rounds + len(found)
        proposed = frozenset(proposed_rest_weeks(start, weeks))
        if proposed == found:
            return found
        found = proposed


def join_small_teams(season_id: int) -> list[str]:
    """Join the teams that the rule proposes by head count; returns the joint teams' names."""
    first = get_season(season_id).plan.rounds[0]
    found = {team.id: team for team in teams()}
    proposed = proposed_joint_teams(
        head_counts(before=first.ends_at), {id_: team.department_id for id_, team in found.items()}
    )
    names = []
    for group in proposed:
        name = _joint_name([found[team_id].name for team_id in group])
        join_teams(season_id, name, group)
        names.append(name)
    return names


def _joint_name(names: list[str]) -> str:
    name = " + ".join(names)
    return name if len(name) <= TEAM_NAME_LENGTH else f"{name[: TEAM_NAME_LENGTH - 1]}…"


def pause_season(zone: ZoneInfo, *, now: datetime) -> date:
    """Make the week of the next round a rest week and move that round and all after it, over the
    rest weeks that are planned already; returns the Monday of the new rest week."""
    hold_season(get_current_season().id, to_close=True)
    db.session.expire_all()
    season = get_current_season()
    following = next_round(season.plan, now)
    if following is None:
        raise RoundNotOpen
    monday = local_day(following.starts_at, zone)
    rest_weeks = _rest_weeks(season.id, zone) | {monday}
    moved = season.plan.rounds[following.number - 1 :]
    planned = plan_rounds(
        monday, [each.challenge for each in moved], rest_weeks, zone, following.number
    )
    # From the last one on, because no two rounds may ever begin together.
    for each in reversed(planned):
        db.session.execute(
            update(Round)
            .where(Round.season_id == season.id, Round.number == each.number)
            .values(_values(each))
        )
    _store_rest_weeks(season.id, {monday}, zone)
    return monday


def _values(planned: PlannedRound) -> dict:
    return {
        "challenge": planned.challenge,
        "starts_at": planned.times.starts_at,
        "ends_at": planned.times.ends_at,
        "closes_at": planned.times.closes_at,
    }


def _store_rest_weeks(season_id: int, mondays: Set[date], zone: ZoneInfo) -> None:
    db.session.add_all(
        RestWeek(season_id=season_id, starts_at=round_times(monday, zone).starts_at)
        for monday in mondays
    )
    db.session.flush()


def _rest_weeks(season_id: int, zone: ZoneInfo) -> set[date]:
    starts = db.session.scalars(select(RestWeek.starts_at).where(RestWeek.season_id == season_id))
    return {local_day(starts_at, zone) for starts_at in starts}
