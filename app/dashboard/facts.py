"""What a closing counts for the dashboards: by team, and never anything of a single person."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.badges.models import BadgeAward
from app.database import db
from app.history.models import CheckIn, Meeting, PointEntry
from app.organisation.models import DepartmentManager, Team, TeamManager
from challenges.catalogue import Audience, Catalogue, ChallengeDone
from challenges.disclosure import TeamPart
from challenges.model import Round


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person in a round, in the team that the league counts her in."""

    user_id: int
    team_id: int
    takes_part: bool
    is_available: bool


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """One team in one round. `participants` are without managers, `managers` the available ones;
    `part` is what the league shows of it; the rest happened in this round."""

    participants: int
    managers: int
    check_ins: int
    part: TeamPart
    meetings: int
    bridges: int
    badges: Mapping[str, int]


def team_facts(
    closing: Round, people: Sequence[Attendance], catalogue: Catalogue
) -> dict[int, TeamFacts]:
    """By team, also where the league shows several as a joint one, and so less of each."""
    managing = manager_ids()
    pins = _challenge_pins(closing, catalogue)
    held = _holders(pins, closing.id)
    participants = Counter(
        each.team_id for each in people if each.takes_part and each.user_id not in managing
    )
    available = [each for each in people if each.is_available]
    managers = Counter(each.team_id for each in available if each.user_id in managing)
    hidden = Counter(each.team_id for each in available if not pins or each.user_id in held)
    present = Counter(each.team_id for each in available)
    check_ins = _check_ins_in_time(closing.id)
    meetings = _meetings(closing.id)
    bridges = _bridges(closing.id)
    badges = _new_badges(closing.id, catalogue)
    points = _points(closing.id)
    return {
        team_id: TeamFacts(
            participants=participants[team_id],
            managers=managers[team_id],
            check_ins=check_ins.get(team_id, 0),
            part=TeamPart(
                available=present[team_id],
                points=points.get(team_id, 0),
                known=sum(badges[team_id].get(pin, 0) for pin in pins),
                hidden=hidden[team_id],
            ),
            meetings=meetings.get(team_id, 0),
            bridges=bridges.get(team_id, 0),
            badges=badges[team_id],
        )
        for team_id in db.session.scalars(select(Team.id).where(Team.department_id.is_not(None)))
    }


def manager_ids() -> set[int]:
    """Everybody who manages a team or a department."""
    teams = select(TeamManager.user_id)
    return set(db.session.scalars(teams.union(select(DepartmentManager.user_id))))


def _challenge_pins(closing: Round, catalogue: Catalogue) -> list[str]:
    """The pins on a shelf that a first check-in of the round's challenge earns."""
    return [
        badge.slug
        for badge in catalogue.badges
        if badge.audience is Audience.SHELF
        and isinstance(badge.rule, ChallengeDone)
        and badge.rule.challenge == closing.challenge
    ]


def _holders(pins: Sequence[str], round_id: int) -> set[int]:
    """Who has had the pin since an earlier round: the shelf does not move for them."""
    return set(
        db.session.scalars(
            select(BadgeAward.user_id).where(
                BadgeAward.badge.in_(pins), BadgeAward.round_id != round_id
            )
        )
    )


def _points(round_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(PointEntry.team_id, func.sum(PointEntry.points))
        .where(PointEntry.round_id == round_id)
        .group_by(PointEntry.team_id)
    )
    return {team_id: int(points) for team_id, points in rows}


def _check_ins_in_time(round_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(CheckIn.team_id, func.count())
        .where(
            CheckIn.round_id == round_id,
            CheckIn.booking_round_id == round_id,
            CheckIn.undone_at.is_(None),
        )
        .group_by(CheckIn.team_id)
    )
    return {team_id: count for team_id, count in rows}


def _booked_meetings(round_id: int):
    return (
        select(CheckIn.team_id, func.count())
        .join(Meeting, Meeting.check_in_id == CheckIn.id)
        .where(CheckIn.booking_round_id == round_id, CheckIn.undone_at.is_(None))
        .group_by(CheckIn.team_id)
    )


def _meetings(round_id: int) -> dict[int, int]:
    return {team_id: count for team_id, count in db.session.execute(_booked_meetings(round_id))}


def _bridges(round_id: int) -> dict[int, int]:
    rows = db.session.execute(
        _booked_meetings(round_id)
        .join(Team, Team.id == CheckIn.team_id)
        .where(Meeting.department_id != Team.department_id)
    )
    return {team_id: count for team_id, count in rows}


def department_meetings(round_id: int) -> dict[tuple[int, int], int]:
    """How often people of one department met the other in check-ins booked in the round, by the
    two departments' ids."""
    rows = db.session.execute(
        select(Team.department_id, Meeting.department_id, func.count())
        .select_from(CheckIn)
        .join(Meeting, Meeting.check_in_id == CheckIn.id)
        .join(Team, Team.id == CheckIn.team_id)
        .where(
            CheckIn.booking_round_id == round_id,
            CheckIn.undone_at.is_(None),
            Meeting.department_id != Team.department_id,
        )
        .group_by(Team.department_id, Meeting.department_id)
    )
    return {
        (own, other): count for own, other, count in rows if own is not None and other is not None
    }


def _new_badges(round_id: int, catalogue: Catalogue) -> dict[int, Counter[str]]:
    """The personal badges of the round that stand on a shelf, by team and slug."""
    shown = {badge.slug for badge in catalogue.badges if badge.audience is Audience.SHELF}
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = db.session.execute(
        select(BadgeAward.team_id, BadgeAward.badge, func.count())
        .where(BadgeAward.round_id == round_id)
        .group_by(BadgeAward.team_id, BadgeAward.badge)
    )
    for team_id, badge, count in rows:
        if badge in shown:
            found[team_id][badge] = count
    return found


def sizes_without_managers(people: Sequence[Attendance]) -> Counter[int]:
    """Participants by team, as groups are formed by them."""
    managing = manager_ids()
    return Counter(
        each.team_id for each in people if each.takes_part and each.user_id not in managing
    )
