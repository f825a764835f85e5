"""What happens at night: who is due is erased, what has had its time is forgotten; the shared goal
moves, and what each team may know of its own open rounds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from app.accounts import personal_data as accounts
from app.dashboard import personal_data as dashboard
from app.database import db, empty_log, writing
from app.erased import ErasedList
from app.history import personal_data as history
from app.league.models import TeamSoFar
from app.notifications import personal_data as notifications
from app.organisation.queries import league_teams
from app.rhythm import runs
from app.rhythm.erasing import Erasures, Progress, erase_due
from app.rhythm.goal import move_goal
from app.rhythm.queries import check_ins_by_team
from app.rhythm.service import held_season
from app.roster import personal_data as roster
from app.seasons.queries import find_current_season
from challenges.league import CHECK_INS_TO_BE_SHOWN
from challenges.model import Round


@dataclass(frozen=True, slots=True)
class Night:
    """What a night has done. `is_log_empty` is False where SQLite's log was in use, so that what
    was erased leaves it next night."""

    erasures: Erasures
    is_counted: bool
    is_log_empty: bool


def run_night(clock: Callable[[], datetime], progress: Progress) -> Night:
    """All of it, in transactions of their own; a second run the same night changes nothing."""
    erasures = erase_due(ErasedList.of(db.engine.url), now=clock(), progress=progress)
    with writing():
        forget(now=clock())
    is_counted = find_current_season() is not None
    if is_counted:
        with writing():
            recount(now=clock())
    return Night(erasures, is_counted, empty_log())


def forget(*, now: datetime) -> None:
    """What the inventory keeps for a time only."""
    runs.forget_old_runs(now=now)
    for feature in (notifications, accounts, roster, history, dashboard):
        feature.forget(now=now)


def recount(*, now: datetime) -> None:
    """The shared goal and the teams' own figures; a second run gives the same."""
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
