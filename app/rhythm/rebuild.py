"""Sums, streaks, awards and the shared goal made anew from the ledger and the history.

What is published (TeamRound) is history and stays as it is.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.badges.service import award_teams
from app.database import db
from app.history.service import sum_points
from app.league.models import TeamRound
from app.organisation.queries import count_departments, league_teams
from app.rhythm.goal import move_goal
from app.rhythm.settling import settle_participations
from app.seasons.models import Round, Season
from app.seasons.queries import SeasonRow, get_season
from app.seasons.service import hold_season
from challenges import badges
from challenges.catalogue import Catalogue
from challenges.model import RoundId

Progress = Callable[[int, int], None]


def rebuild(
    catalogue: Catalogue, *, now: datetime, progress: Progress = lambda done, total: None
) -> None:
    """Every season of the database; `progress` hears how many of how many are done."""
    ids = db.session.scalars(select(Season.id).order_by(Season.starts_at)).all()
    for done, season_id in enumerate(ids):
        progress(done, len(ids))
        hold_season(season_id, to_close=True)
        _rebuild_season(get_season(season_id), catalogue, now)
    progress(len(ids), len(ids))


def _rebuild_season(season: SeasonRow, catalogue: Catalogue, now: datetime) -> None:
    sum_points(season.id)
    at = season.last_closed or season.plan.rounds[0]
    settle_participations(season, catalogue, catalogue.badges, at, now=now)
    _award_teams(season, catalogue)
    move_goal(season.id)


def _award_teams(season: SeasonRow, catalogue: Catalogue) -> None:
    """From the published rounds alone; a team badge is never withdrawn."""
    all_departments = {
        each.id: count_departments(before=each.closes_at)
        for each in season.plan.rounds
        if each.closed
    }
    own = {int(team.id): len(team.departments) for team in league_teams(season.id)}
    check_ins: dict[int, int] = defaultdict(int)
    earned: dict[int, dict[int, frozenset[str]]] = defaultdict(dict)
    for row in db.session.scalars(
        select(TeamRound)
        .join(Round, Round.id == TeamRound.round_id)
        .where(Round.season_id == season.id)
        .order_by(Round.number)
    ):
        check_ins[row.team_id] += row.check_ins
        record = badges.TeamRecord(
            check_ins[row.team_id],
            row.departments,
            all_departments[RoundId(row.round_id)] - own.get(row.team_id, 1),
        )
        earned[row.round_id][row.team_id] = badges.team_earned(catalogue.badges, record)
    for round_id, by_team in earned.items():
        award_teams(season.id, round_id, by_team)
