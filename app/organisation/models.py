from datetime import datetime, time

from sqlalchemy import ForeignKey, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UtcDateTime

TEAM_NAME_LENGTH = 120
DEPARTMENT_NAME_LENGTH = 120
FIKA_PLACE_LENGTH = 80
FIKA_WELCOME_LENGTH = 160
EMPLOYEE_NUMBER_LENGTH = 40


class Department(Model):
    """`created_at` is null for one that was there before anybody kept count. The rest says where a
    visitor is welcome for a cup, and when; none of it needs to be known."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(DEPARTMENT_NAME_LENGTH), unique=True)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fika_place: Mapped[str] = mapped_column(
        String(FIKA_PLACE_LENGTH), default="", server_default=""
    )
    fika_time: Mapped[time | None] = mapped_column(Time)
    fika_welcome: Mapped[str] = mapped_column(
        String(FIKA_WELCOME_LENGTH), default="", server_default=""
    )


class Team(Model):
    """`department_id` is null for a joint team, whose departments are those of its parts."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(TEAM_NAME_LENGTH), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)


class JointPart(Model):
    """In that season the team plays as a part of a joint team, which replaces it in the league."""

    __tablename__ = "joint_part"

    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    joint_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)


class Membership(Model):
    """From `starts_at` on the user is in the team, until a later row says otherwise."""

    __tablename__ = "membership"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)


class Employment(Model):
    """What the organisation's own systems call the person; who has no number has no row."""

    __tablename__ = "employment"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(String(EMPLOYEE_NUMBER_LENGTH), unique=True)


class TeamManager(Model):
    __tablename__ = "team_manager"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )


class DepartmentManager(Model):
    __tablename__ = "department_manager"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id", ondelete="CASCADE"), primary_key=True
    )
