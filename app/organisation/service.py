"""Joint teams: small teams that play as one for a season."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.organisation.models import TEAM_NAME_LENGTH, JointPart, Team
from challenges.errors import NotAJointTeam
from challenges.model import TeamId


def join_teams(season_id: int, name: str, team_ids: Collection[int]) -> TeamId:
    """Let the teams play the season as one; a joint team of that name from before lives on.

    Raises NotAJointTeam unless they are at least two teams of a department each, none of which
    plays in another joint team of the season.
    """
    found = db.session.scalars(
        select(Team.id).where(Team.id.in_(team_ids), Team.department_id.is_not(None))
    ).all()
    if len(found) < 2 or set(found) != set(team_ids) or not 0 < len(name) <= TEAM_NAME_LENGTH:
        raise NotAJointTeam
    joint = db.session.scalar(select(Team).where(Team.name == name))
    if joint is not None and joint.department_id is not None:
        raise NotAJointTeam
    if joint is None:
        joint = Team(name=name, department_id=None)
        db.session.add(joint)
        db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add_all(
                JointPart(season_id=season_id, team_id=team_id, joint_team_id=joint.id)
                for team_id in found
            )
    except IntegrityError:
        raise NotAJointTeam from None
    return TeamId(joint.id)


def part_teams(season_id: int) -> None:
    """Let every team play the season for itself; a joint team that never played is forgotten."""
    db.session.execute(delete(JointPart).where(JointPart.season_id == season_id))
    db.session.execute(
        delete(Team).where(
            Team.department_id.is_(None), Team.id.not_in(select(JointPart.joint_team_id))
        )
    )
