from datetime import date

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class ReportingGroup(Model):
    """Teams that dashboards count together, for one season.

    The organisation holds departments (several as one where they are small), and a department
    holds groups, unless it is one itself. `size` is how many participants without managers it had
    when it was formed; no page shows it.
    """

    __tablename__ = "reporting_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("reporting_group.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]


class ReportingGroupTeam(Model):
    """A team is in exactly one group of a season, and stays in it."""

    __tablename__ = "reporting_group_team"

    season_id: Mapped[int] = mapped_column(
        ForeignKey("season.id", ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("reporting_group.id", ondelete="CASCADE"), index=True
    )


class Snapshot(Model):
    """What dashboards say of a group after one closed round. History: written once.

    `band` of `bands` is the share that checked in, null where it is the parent's or none;
    `meetings`, `bridges` and `badges` (a badge's slug to a count) are of the season so far and
    rounded; `is_shown` is false where the group shows only its parent. `matrix` maps two
    departments' group ids, as in "3-5", to a cell, and stands in the organisation's row alone.
    """

    __tablename__ = "snapshot"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("reporting_group.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_shown: Mapped[bool]
    band: Mapped[int | None]
    bands: Mapped[int | None]
    meetings: Mapped[int]
    bridges: Mapped[int]
    badges: Mapped[dict[str, int]] = mapped_column(JSON)
    matrix: Mapped[dict[str, int | str]] = mapped_column(JSON)


class ComfortRound(Model):
    """The mean discomfort of a closed round, expected and actual, in tenths as `challenges.means`
    tells it; of the whole organisation, and no row where too few gave both. History: written
    once."""

    __tablename__ = "comfort_round"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    expected: Mapped[int]
    actual: Mapped[int]


class ReportingTally(Model):
    """A group's exact sums of the closed rounds, carried so that no erasure or move ever takes
    anything off a published sum again. No page reads them."""

    __tablename__ = "reporting_tally"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("reporting_group.id", ondelete="CASCADE"), primary_key=True
    )
    meetings: Mapped[int] = mapped_column(default=0)
    bridges: Mapped[int] = mapped_column(default=0)
    badges: Mapped[dict[str, int]] = mapped_column(JSON)
    # In the organisation's row: meetings between two departments, keyed as in the snapshot.
    matrix: Mapped[dict[str, int]] = mapped_column(JSON)


class DashboardView(Model):
    """On which day a manager or a lead opened a group's page; the group may read it."""

    __tablename__ = "dashboard_view"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("reporting_group.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_on: Mapped[date] = mapped_column(primary_key=True)


def cell_key(one: int, other: int) -> str:
    """Two departments' group ids as a matrix has them, the same in either order."""
    return f"{min(one, other)}-{max(one, other)}"
