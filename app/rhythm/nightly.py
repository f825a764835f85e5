"""What happens at night: what has had its time is forgotten; the shared goal moves, and what each
team may know of its own open rounds."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert

from app.accounts import personal_data as accounts
from app.dashboard import personal_data as dashboard
from app.database import db
from app.history import personal_data as history
from app.league.models import TeamSoFar
from app.notifications import personal_data as notifications
from app.organisation.queries import league_teams
from app.rhythm.goal import move_goal
from app.rhythm.queries import check_ins_by_team
from app.rhythm.service import held_season
from app.roster import personal_data as roster
from challenges.league import CHECK_INS_TO_BE_SHOWN
from challenges.model import Round


def forget(*, now: datetime) -> None:
    """What the inventory keeps for a time only."""
    for feature in (notifications, accounts, roster, history, dashboard):
        feature.forget(now=now)


def run_nightly(*, now: datetime) -> None:
    """Recount both; a second run the same night gives the same."""
    season = held_season()
    move_goal(season.id)
    _count_teams(
        season.id,
        [each for each in season.plan.rounds if not each.closed and each.starts_at <= now],
    )


def _count_teams(season_id: int, open_rounds: Iterable[Round]) -> None:
    lineup = league_teams(season_id)
    for each in open_rounds:
        counts = check_ins_by_team(each.id)
        rows = [
            {"round_id": each.id, "team_id": team.id, "check_ins": check_ins}
            for team in lineup
            if (check_ins := sum(counts.get(part, 0) for part in team.parts))
            >= CHECK_INS_TO_BE_SHOWN
        ]
        db.session.execute(delete(TeamSoFar).where(TeamSoFar.round_id == each.id))
        if rows:
            db.session.execute(insert(TeamSoFar), rows)
