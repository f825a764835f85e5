"""The season's one shared goal: check-ins in which somebody was met."""

from sqlalchemy import update

from app.database import db
from app.rhythm.queries import check_ins_with_somebody
from app.seasons.models import Season
from app.seasons.queries import SeasonRow

CHECK_INS_PER_PARTICIPANT_AND_ROUND = 0.5


def fix_goal(season: SeasonRow, participants: int) -> None:
    """Set the target, to the lead's own figure where she has given one; when round 1 closes, for
    good."""
    usual = int(participants * len(season.plan.rounds) * CHECK_INS_PER_PARTICIPANT_AND_ROUND)
    target = season.goal_wish or usual
    db.session.execute(update(Season).where(Season.id == season.id).values(goal_target=target))


def move_goal(season_id: int) -> None:
    """What people did who have been erased since still counts."""
    count = check_ins_with_somebody(season_id)
    db.session.execute(
        update(Season)
        .where(Season.id == season_id)
        .values(goal_count=count + Season.goal_of_erased)
    )
